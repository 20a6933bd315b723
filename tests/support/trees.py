"""Tiny rendered trees: a test writes the objects it is about, and reads them back as an inventory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.layout import argocd_dir, component_dir, file_name, object_path
from groundplan.model.environment import Environment
from groundplan.yaml.text import to_yaml

Json = dict[str, Any]


def an_object(kind: str, name: str, api_version: str = "v1", *, namespace: str | None = "shop", **rest: Any) -> Json:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **rest.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def put(root: Path, document: Mapping[str, Any], component: str = "web", scope: str = "store/prod") -> str:
    """Write one object where the layout wants it below dist/."""
    system, environment = scope.split("/")
    path = object_path(component_dir(system, environment, component), document)
    return write(root, path, to_yaml(document))


def put_delivery(
    root: Path, document: Mapping[str, Any], folder: str = "applications", scope: str = "store/prod"
) -> str:
    """Write one Argo CD object where the layout wants it below argocd/."""
    system, environment = scope.split("/")
    return write(root, argocd_dir(system, environment) / folder / file_name(document), to_yaml(document))


def write(root: Path, path: PurePosixPath | str, text: str) -> str:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return str(path)


def an_application(
    component: str = "web",
    *,
    wave: int = 0,
    project: str = "store",
    scope: str = "store/prod",
    repository: str = "https://git.example.com/platform",
    **spec: Any,
) -> Json:
    source = {
        "repoURL": repository,
        "targetRevision": "main",
        "path": f"dist/{scope}/{component}",
        "directory": {"recurse": True},
    }
    return an_object(
        "Application",
        f"{component}-{scope.partition('/')[2]}",
        "argoproj.io/v1alpha1",
        namespace="argocd",
        metadata={"annotations": {"argocd.argoproj.io/sync-wave": str(wave)}},
        spec={
            "project": project,
            "source": source,
            "destination": {"server": "https://kubernetes.default.svc", "namespace": "shop"},
            **spec,
        },
    )


def a_project(name: str = "store", **spec: Any) -> Json:
    return an_object(
        "AppProject",
        name,
        "argoproj.io/v1alpha1",
        namespace="argocd",
        spec={
            "sourceRepos": ["https://git.example.com/platform"],
            "destinations": [{"server": "https://kubernetes.default.svc", "namespace": "shop"}],
            "clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}],
            "namespaceResourceWhitelist": [
                {"group": "", "kind": "ConfigMap"},
                {"group": "apps", "kind": "Deployment"},
            ],
            **spec,
        },
    )


def an_environment(scope: str = "store/prod", **chapters: Any) -> Environment:
    system, environment = scope.split("/")
    return Environment.model_validate(
        {
            "system": system,
            "environment": environment,
            "title": "A store",
            "owner": {"team": "store", "oncall": "store"},
            "namespace": "shop",
            "namespaces": {},
            "cluster": {
                "name": "store",
                "kubernetes": "1.32",
                "node_pools": {},
            },
            "platform": {"existing": {"region": "here", "zones": ["a"]}},
            "delivery": {"repository": {"url": "https://git.example.com/platform"}},
            **chapters,
        }
    )


def a_context(root: Path, *environments: Environment) -> Context:
    listed = environments or (an_environment(),)
    return Context(root, {f"{item.system}/{item.environment}": item for item in listed})


def inventory(root: Path, **hosts: str) -> Inventory:
    return read_inventory(root, hosts={key.replace("_", "/"): host for key, host in hosts.items()})
