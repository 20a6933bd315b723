"""A repository of a wanted size, made of services that look like the ones people write."""

from __future__ import annotations

import shutil
from pathlib import Path

from groundplan.yaml.text import to_yaml

OBJECTS_PER_SERVICE = 10
"""About what one service becomes: Deployment, Service, autoscaler, policies, configuration, monitors, Application."""

NAME = "sample"

PROVIDED = Path(__file__).resolve().parents[3] / "environments" / "provided.yaml"
"""What clusters bring along, as this repository knows it."""

RUNBOOKS = PROVIDED.parents[1] / "docs" / "alerts.md"
"""What to do when an alert fires; every alert names its section."""


def write_sample(root: Path, objects: int, environments: int = 1) -> Path:
    """Lay out `environments/` below `root` for about `objects` rendered objects in each of `environments`."""
    folder = root / "environments" / NAME
    folder.mkdir(parents=True)
    count = max(1, round(objects / OBJECTS_PER_SERVICE))
    (folder / "system.yaml").write_text(to_yaml(_system(count)))
    (folder / "production.yaml").write_text("{}\n")
    for number in range(1, environments):
        (folder / f"site-{number:03d}.yaml").write_text(f"cluster: {{name: {NAME}-{number:03d}}}\n")
    (folder / "exemptions.yaml").write_text(to_yaml({"exemptions": _exemptions()}))
    if PROVIDED.exists():
        shutil.copy2(PROVIDED, folder.parent)
    if RUNBOOKS.exists():
        (root / "docs").mkdir()
        shutil.copy2(RUNBOOKS, root / "docs")
    return root


def _exemptions() -> dict[str, object]:
    """The sample passes every gate, so that a run measures judging and not the printing of findings."""
    return {
        rule.lower().replace("_", "-"): {
            "rule": rule,
            "kind": "Deployment",
            "name": "*",
            "owner": "platform",
            "reason": "A sample names images by a version tag that nothing ever pulls.",
            "expires": "9999-12-31",
        }
        for rule in ("CKV_K8S_15", "CKV_K8S_43")
    }


def edit_one_image(root: Path, number: int = 0) -> None:
    """What people do most often: one new version of one service, another for each `number`."""
    (root / "environments" / NAME / "production.yaml").write_text(
        to_yaml({"services": {_service_name(0): {"image": f"{NAME}/{_service_name(0)}:v2.{number}.0"}}})
    )


def _service_name(index: int) -> str:
    return f"service-{index:05d}"


def _system(count: int) -> dict[str, object]:
    return {
        "system": NAME,
        "title": "A system of many services",
        "owner": {"team": "platform", "oncall": "platform"},
        "namespace": NAME,
        "namespaces": {NAME: {}},
        "cluster": {
            "name": NAME,
            "kubernetes": "1.35",
            "node_pools": {"app": {"instance": "m6i.4xlarge", "cpu": 16, "memory": "64Gi", "min": 3, "max": 6 + count}},
        },
        "platform": {"existing": {"zones": ["a", "b"]}},
        "services": {_service_name(index): _service(index, count) for index in range(count)},
        "delivery": {"repository": {"url": "https://git.example.com/platform"}},
        "policy": {"registries": {NAME: f"docker.io/{NAME}/"}},
    }


def _service(index: int, count: int) -> dict[str, object]:
    callee = (index + 1) % count
    return {
        "image": f"{NAME}/{_service_name(index)}:v1.{index}.0",
        "port": 8080,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "200m", "memory": "256Mi"}},
        "scaling": {"min": 2, "max": 6},
        "calls": [] if callee == index else [_service_name(callee)],
        "config": {"LOG_LEVEL": "info", "TIMEOUT_MS": index},
    }
