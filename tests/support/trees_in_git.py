"""A git repository with a rendered tree of one object, for tests that compare two states of it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from groundplan.yaml.text import to_yaml

Json = dict[str, Any]
WEB = "dist/shop/prod/web/shop/Deployment-web.yaml"


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *identity, *arguments], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def commit_all(root: Path) -> str:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=more")
    return git(root, "rev-parse", "HEAD")


def put(root: Path, path: str, document: Json | str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else to_yaml(document), "utf-8")


def a_deployment(image: str = "shop/web:v1", replicas: int = 3, name: str = "web") -> Json:
    pod = {"spec": {"containers": [{"name": "web", "image": image}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec,
    }


def an_object(kind: str, name: str, api_version: str = "v1", **rest: Any) -> Json:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": "shop"}, **rest}


def a_repository(root: Path) -> Path:
    git(root, "init", "--quiet", "--initial-branch=main")
    put(root, WEB, a_deployment())
    commit_all(root)
    return root
