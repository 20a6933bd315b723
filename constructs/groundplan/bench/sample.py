"""A repository of a wanted size, made of services that look like the ones people write."""

from __future__ import annotations

from pathlib import Path

from groundplan.yaml_text import to_yaml

OBJECTS_PER_SERVICE = 10
"""About what one service becomes: Deployment, Service, autoscaler, policies, configuration, monitors, Application."""

NAME = "sample"


def write_sample(root: Path, objects: int) -> Path:
    """Lay out `environments/` below `root` for about `objects` rendered objects in one environment."""
    folder = root / "environments" / NAME
    folder.mkdir(parents=True)
    count = max(1, round(objects / OBJECTS_PER_SERVICE))
    (folder / "system.yaml").write_text(to_yaml(_system(count)))
    (folder / "production.yaml").write_text("{}\n")
    return root


def edit_one_image(root: Path) -> None:
    """What people do most often: one new version of one service."""
    (root / "environments" / NAME / "production.yaml").write_text(
        to_yaml({"services": {_service_name(0): {"image": f"{NAME}/{_service_name(0)}:v2.0.0"}}})
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
            "provider": "aws",
            "name": NAME,
            "kubernetes": "1.32",
            "region": "us-east-1",
            "zones": ["us-east-1a", "us-east-1b"],
            "node_pools": {"app": {"instance": "m6i.4xlarge", "cpu": 16, "memory": "64Gi", "min": 3, "max": 6 + count}},
        },
        "services": {_service_name(index): _service(index, count) for index in range(count)},
        "delivery": {"repository": {"url": "https://git.example.com/platform"}},
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
