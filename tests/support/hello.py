"""The README's smallest system in a repository of its own, where a test puts files beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from groundplan.errors import GroundplanError
from groundplan.synth.synthesize import synthesize, write

REPOSITORY = Path(__file__).resolve().parents[2]

SYSTEM = """
system: hello
title: Hello
owner: {team: platform, oncall: hello}
cluster: {name: hello, kubernetes: "1.35"}
platform: {existing: {region: local, zones: [a]}}
namespace: hello
namespaces: {hello: {}}
delivery: {management_cluster: null}
policy: {registries: {hello: docker.io/hello/}}
services:
  web:
    image: docker.io/hello/web:v1.0.0
    port: 8080
    replicas: 2
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
"""


def hello(root: Path, files: dict[str, str] | None = None, *, more: str = "", live: str = "{}\n") -> Path:
    """The repository, with `files` by their path below `environments/hello/`, and `more` at the end of `system.yaml`."""
    folder = root / "environments" / "hello"
    folder.mkdir(parents=True)
    for name in ("defaults.yaml", "provided.yaml"):
        shutil.copy(REPOSITORY / "environments" / name, root / "environments")
    for path, text in {"system.yaml": SYSTEM + more, "live.yaml": live, **(files or {})}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return root


def rendered(root: Path) -> dict[str, dict[str, object]]:
    """Every object by its path below the environment's folder, `web/hello/Deployment-web.yaml`; written on the way."""
    result = synthesize(root, workers=1)
    write(root, result)
    prefixes = ("dist/hello/live/", "argocd/hello/live/")
    return {
        str(path).removeprefix(prefixes[0]).removeprefix(prefixes[1]): yaml.safe_load(content)
        for path, content in result.files.items()
        if str(path).startswith(prefixes)
    }


def refused(root: Path) -> str:
    """What the run says is wrong, a line each; empty where nothing is."""
    try:
        synthesize(root, workers=1)
    except GroundplanError as error:
        return str(error)
    return ""
