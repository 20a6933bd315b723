"""Whatever a person writes: one clear refusal, or a tree in which every structural gate holds."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groundplan.checks.runner import check
from groundplan.errors import EnvironmentFileError, Finding
from groundplan.synth.synthesize import Synthesized, synthesize, write

VALID = Path(__file__).resolve().parent / "valid"
SHARED = VALID.parents[2] / "environments"
"""Files all systems share: defaults, and what clusters bring along."""

GATES = ("inventory", "schema", "names", "references", "placement", "order", "secrets", "policy")

NAMES = st.sampled_from(["web", "api", "a", "x9", "a" * 63, "a-b-c", "worker", "foundation", "Web", "9lives", "-x", ""])
PORTS = st.one_of(st.integers(1, 65535), st.sampled_from([0, -1, 70000, "8080", 1.5]))
QUANTITIES = st.sampled_from(["100m", "1", 2, 0.5, "0", "lots", "64Mi", "1Gi", "512m"])
VALUES = st.one_of(
    st.integers(-(10**20), 10**20),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(
        ["", "x", "1e3", "08", "on", "a\nb", "☃", "a: b", "{{ x }}", "$(X)", "null", "\ttab", "ghp_" + "a" * 36]
    ),
)
VARIABLES = st.sampled_from(["MODE", "LOG_LEVEL", "_X", "A1", "API_TOKEN", "no-dash", "1ST"])

services = st.fixed_dictionaries(
    {
        "image": st.sampled_from(
            ["shop/web:v1", "shop/web", "shop/web:latest", f"shop/web@sha256:{'0' * 64}", "Shop:v1"]
        ),
        "resources": st.fixed_dictionaries(
            {
                "requests": st.fixed_dictionaries({"cpu": st.just("50m"), "memory": st.just("64Mi")}),
                "limits": st.fixed_dictionaries({"cpu": QUANTITIES, "memory": QUANTITIES}),
            }
        ),
    },
    optional={
        "port": PORTS,
        "replicas": st.integers(-1, 4),
        "scaling": st.fixed_dictionaries({"min": st.integers(0, 3), "max": st.integers(0, 5)}),
        "calls": st.lists(
            st.one_of(NAMES, st.sampled_from(["db.example.com", "bad_host.x", "h.example:99"])), max_size=3
        ),
        "env": st.dictionaries(VARIABLES, VALUES, max_size=2),
        "config": st.dictionaries(VARIABLES, VALUES, max_size=3),
        "secrets": st.dictionaries(
            VARIABLES, st.sampled_from(["shop-keys/token", "shop-keys/none", "no/such", "x"]), max_size=1
        ),
        "aliases": st.lists(NAMES, max_size=1),
        "user": st.integers(0, 20000),
        "grace": st.sampled_from(["30s", "5m", "30", "-1s"]),
        "rollout": st.sampled_from(["rolling", "recreate", "sometimes"]),
        "priority": st.sampled_from(["high", "normal", "urgent"]),
    },
)
careful = st.fixed_dictionaries(
    {
        "image": st.sampled_from(["shop/web:v1", f"shop/web@sha256:{'0' * 64}"]),
        "resources": st.just({"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "1", "memory": "1Gi"}}),
        "port": st.integers(1, 65535),
    },
    optional={
        "scaling": st.integers(1, 3).flatmap(lambda least: st.just({"min": least, "max": least + 2})),
        "calls": st.lists(st.sampled_from(["db.example.com", "h.example:99"]), max_size=2, unique=True),
        "env": st.dictionaries(st.sampled_from(["MODE", "_X"]), VALUES, max_size=2),
        "config": st.dictionaries(st.sampled_from(["LOG_LEVEL", "A1"]), VALUES, max_size=2),
        "secrets": st.dictionaries(st.just("API_TOKEN"), st.just("shop-keys/token"), max_size=1),
        "user": st.integers(1, 20000),
        "rollout": st.sampled_from(["rolling", "recreate"]),
        "priority": st.sampled_from(["high", "normal"]),
    },
)
overlays = st.one_of(
    st.dictionaries(NAMES, services, max_size=3),
    st.dictionaries(st.sampled_from(["web", "api", "jobs", "a" * 63]), careful, min_size=1, max_size=3),
)


@given(overlays)
@settings(
    max_examples=30, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_a_file_is_refused_with_places_or_renders_what_every_gate_accepts(services: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copytree(VALID, root / "environments")
        for shared in SHARED.glob("*.yaml"):
            shutil.copy(shared, root / "environments")
        store = {"entries": {"shop-keys": {"keys": {"token": "shop/token"}}}}
        overlay = {"services": services, "secrets": store}
        (root / "environments/shop/production.yaml").write_text(
            yaml.safe_dump(json.loads(json.dumps(overlay))), "utf-8"
        )  # no anchors

        synthesized, refused = rendered_or_refused(root)
        assert all(finding.location.line and finding.advice for finding in refused)
        if synthesized is None:
            return
        for content in synthesized.files.values():
            if content.startswith(b"#"):
                assert isinstance(yaml.load(content, Loader=yaml.CSafeLoader), dict)
        write(root, synthesized)
        report = check(root, gates=GATES, workers=1)
        assert [str(finding) for finding in report.findings if finding.severity == "error"] == []


def rendered_or_refused(root: Path) -> tuple[Synthesized | None, tuple[Finding, ...]]:
    try:
        return synthesize(root, workers=1), ()
    except EnvironmentFileError as error:
        return None, error.findings
