"""Nobody waits for what a command does not need: start-up is most of a run over one environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from groundplan.bench.sample import write_sample
from groundplan.checks import GATES
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names

ROOT = Path(__file__).resolve().parents[2]

LOADED = """
import sys
from groundplan.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stdout.flush()
print("\\n" + "\\n".join(sys.modules))
"""
"""Prints every module that a command line loads."""

WITHOUT_CDK8S = """
import json, sys
from pathlib import Path
sys.modules["cdk8s"] = None  # whoever imports it is refused
from groundplan.checks.runner import check
from groundplan.cli.check import FURTHER
root, gates, wanted = json.loads(sys.argv[1])
report = check(Path(root), wanted, gates=gates, further=FURTHER, workers=1)
print(json.dumps([str(finding) for finding in report.findings if finding.rule == "gate.crashed"]))
"""

NEVER = ("cdk8s_plus_28", "checkov", "cel_expr_python", "rich", "groundplan.checks", "groundplan.requirements")
"""What no rendering needs: gates and their tools, tables, and the library that only a system's own constructs use."""

LOOK_AT_FILES_ONLY = ("checkov", "drift", "schema", "secrets")
"""Gates that ask no environment, and the one that renders."""

MOST_MODULES = 800
"""Modules that rendering a small environment may load, everybody's counted; 681 when this was written."""


def loaded_by(*words: str) -> set[str]:
    ran = subprocess.run([sys.executable, "-c", LOADED, *words], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.fixture(scope="module")
def rendering(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What rendering one small environment loads."""
    root = write_sample(tmp_path_factory.mktemp("sample"), 1)
    return loaded_by("--root", str(root), "synth")


@pytest.fixture(scope="module")
def helping() -> set[str]:
    """What printing the help loads."""
    return loaded_by("--help")


@pytest.mark.parametrize("heavy", [*NEVER, "cdk8s", "jsii", "pydantic", "yaml", "groundplan.model"])
def test_help_loads_no(heavy: str, helping: set[str]) -> None:
    assert heavy not in helping


@pytest.mark.parametrize("unneeded", NEVER)
def test_rendering_loads_no(unneeded: str, rendering: set[str]) -> None:
    assert unneeded not in rendering


@pytest.mark.parametrize("folder", ["groundplan.platforms.azure.components", "groundplan.platforms.aws.components"])
def test_rendering_loads_no_platform_that_nobody_chose(folder: str, rendering: set[str]) -> None:
    assert folder not in rendering


def test_rendering_loads_cdk8s_and_not_many_modules_beside_it(rendering: set[str]) -> None:
    assert "cdk8s" in rendering
    assert len(rendering) <= MOST_MODULES


def one_environment_of_each_platform() -> list[str]:
    pairs = [(system, name) for system, names in environment_names(ROOT).items() for name in names]
    chosen = {
        item.environment.platform.name: f"{item.environment.system}/{item.environment.environment}"
        for item in load_environments(ROOT, pairs)
    }
    return sorted(chosen.values())


def test_no_gate_but_drift_starts_a_node() -> None:
    gates = [gate.name for gate in GATES if gate.name not in LOOK_AT_FILES_ONLY]
    question = json.dumps([str(ROOT), gates, one_environment_of_each_platform()])

    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_CDK8S, question], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert json.loads(ran.stdout) == []
