"""`groundplan rehearse` on a machine with nothing to rehearse with, and with definitions that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.cli.main import main
from groundplan.cli.rehearse import NOTHING_TO_PLAY_WITH


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("KUBEBUILDER_ASSETS", raising=False)


def test_says_what_it_needs_and_ends_with_a_code_of_its_own(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["--root", str(repository), "rehearse"])

    assert code == NOTHING_TO_PLAY_WITH
    said = capsys.readouterr().err
    assert "etcd and kube-apiserver not found in $KUBEBUILDER_ASSETS" in said
    assert "run `setup-envtest use`" in said


def test_a_folder_of_definitions_that_does_not_exist_is_refused(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--root", str(repository), "rehearse", "--crds", "/nowhere"]) == 1
    assert "`/nowhere` does not exist" in capsys.readouterr().err
