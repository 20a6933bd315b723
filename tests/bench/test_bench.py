"""The benchmark measures what it says, on a sample that is valid."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import pytest

from groundplan.bench.__main__ import OUR_CHAIN, Line, _verdicts_of_chain, main
from groundplan.bench.measure import Cost, measure
from groundplan.bench.sample import OBJECTS_PER_SERVICE, edit_one_image, write_sample
from groundplan.synth.synthesize import synthesize


def test_the_sample_has_about_the_wanted_size(tmp_path: Path) -> None:
    one = len(synthesize(write_sample(tmp_path / "one", 1), workers=1).files)
    many = len(synthesize(write_sample(tmp_path / "many", 200), workers=1).files)

    assert (many - one) / (200 / OBJECTS_PER_SERVICE - 1) == pytest.approx(OBJECTS_PER_SERVICE, rel=0.5)


def test_an_edit_changes_the_deployment_of_one_service(tmp_path: Path) -> None:
    root = write_sample(tmp_path, 50)
    before = synthesize(root, workers=1).files
    edit_one_image(root)

    after = synthesize(root, workers=1).files

    changed = {path for path in after if after[path] != before.get(path)}
    assert any(path.name == "Deployment-service-00000.yaml" for path in changed)
    assert all("service-00000" in str(path) for path in changed if path.parts[0] == "dist")


def test_the_cost_of_a_command_counts_its_children(tmp_path: Path) -> None:
    burn = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"

    cost = measure([sys.executable, "-c", child], tmp_path)

    assert cost.cpu >= 0.3
    assert cost.wall >= 0.3
    inherited = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    )  # what a child counts before it is another program
    assert 5 < cost.peak < max(500, 1.2 * inherited)


def test_a_failing_command_is_shown_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3: no luck"):
        measure([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"], tmp_path)


def test_the_large_sample_is_the_same_in_every_environment(tmp_path: Path) -> None:
    synthesized = synthesize(write_sample(tmp_path, 20, environments=3), workers=1)

    assert synthesized.environments == ("sample/production", "sample/site-001", "sample/site-002")
    counts = [
        sum(path.parts[2] == name.partition("/")[2] for path in synthesized.files) for name in synthesized.environments
    ]
    assert counts[0] == counts[1] == counts[2] > 20


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="processes are watched on Linux alone")
def test_the_peak_is_that_of_the_largest_process_even_if_nobody_waits_for_it(tmp_path: Path) -> None:
    large = "import time; held = bytearray(80_000_000); time.sleep(1)"
    child = (
        f"import subprocess, sys, os; subprocess.Popen([sys.executable, '-c', {large!r}]); import time; time.sleep(0.7)"
    )

    assert measure([sys.executable, "-c", child], tmp_path).peak > 80


def test_start_up_is_taken_off_before_the_cost_is_shared() -> None:
    line = Line("synth", 1100, Cost(wall=2, cpu=1.5, peak=80, code=0), start=(100, 0.5))

    assert line.per_object == pytest.approx(1.0)


def chain(what: str, cpu: float) -> Line:
    return Line(what, 2000, Cost(wall=cpu, cpu=cpu, peak=80, code=0))


@pytest.mark.parametrize(("ours", "met"), [(4.0, True), (6.0, False)])
def test_the_chain_is_held_against_kustomize_and_the_scanners(ours: float, met: bool) -> None:
    lines = [chain(OUR_CHAIN, ours), chain("chain: kubectl, checkov", 10.0), chain("chain: helm, checkov", 5.0)]

    [(said, kept)] = _verdicts_of_chain(lines)

    assert kept is met
    assert f"{ours / 10:.2f} times the CPU of kubectl, checkov" in said


def test_a_chain_without_a_scanner_is_no_yardstick() -> None:
    assert list(_verdicts_of_chain([chain(OUR_CHAIN, 4.0), chain("chain: kubectl", 1.0)])) == []


def test_it_reports_every_size_and_the_floor(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--sizes", "20,40", "--chain", "0", "--many", "0", "--no-peers", "--output", "json"])

    report = json.loads(capsys.readouterr().out)
    names = [line["what"] for line in report["lines"]]
    assert names.count("groundplan synth") == 2
    assert names.count("floor: libyaml dump") == 2
    assert all(line["objects"] > 0 and line["cost"]["cpu"] > 0 for line in report["lines"])
