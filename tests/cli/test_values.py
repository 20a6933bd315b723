"""`groundplan values` prints what Argo CD gives a chart."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from trees import an_application, put_delivery

from groundplan.cli.main import main


def _release(values: dict[str, str]) -> dict[str, object]:
    source = {"repoURL": "https://charts.example.com", "chart": "tool", "helm": {"valuesObject": values}}
    application = an_application("tool", source=source)
    application["metadata"]["labels"] = {"app.kubernetes.io/component": "tool"}
    return application


def test_the_values_of_a_chart_are_printed_as_yaml(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_delivery(tmp_path, _release({"fullnameOverride": "tool"}))

    assert main(["--root", str(tmp_path), "values", "store/prod", "tool"]) == 0

    assert yaml.safe_load(capsys.readouterr().out) == {"fullnameOverride": "tool"}


def test_a_component_without_a_chart_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_delivery(tmp_path, an_application("web"))

    assert main(["--root", str(tmp_path), "values", "store/prod", "web"]) == 1

    assert "no Application of argocd/store/prod brings a chart as `web`" in capsys.readouterr().err
