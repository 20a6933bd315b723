"""The second opinion: kubeconform over the same schemas."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from groundplan.cli.kubeconform import export, export_recorded
from groundplan.cli.main import main


def test_says_so_where_kubeconform_is_not_installed(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    code = main(["--root", str(repository), "kubeconform"])

    assert code == 1
    assert "kubeconform is not on PATH" in capsys.readouterr().err


def test_exported_schemas_refer_to_each_other_by_path(tmp_path: Path) -> None:
    export("1.32", tmp_path)

    folder = tmp_path / "v1.32.0-standalone-strict"
    deployment = json.loads((folder / "deployment-apps-v1.json").read_text("utf-8"))
    assert "$id" not in deployment
    assert '"/api/_definitions.json' not in json.dumps(deployment)
    assert (folder / "_definitions.json").is_file()


def test_fails_when_the_binary_fails_and_judges_at_the_environments_version(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, seen = tmp_path / "kubeconform", tmp_path / "seen"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {seen}\nexit 1\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    code = main(["--root", str(repository), "kubeconform", "factory-ai/staging"])

    assert code == 1
    assert "-strict" in seen.read_text()
    assert "-kubernetes-version 1.32.0" in seen.read_text()


def test_recorded_facts_are_exported_as_a_catalogue_has_them(repository: Path, tmp_path: Path) -> None:
    export_recorded(repository, tmp_path)

    certificate = json.loads((tmp_path / "cert-manager.io/certificate_v1.json").read_text("utf-8"))
    assert certificate["additionalProperties"] is False
    assert "issuerRef" in certificate["properties"]["spec"]["required"]
