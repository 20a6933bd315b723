"""The programs of a test environment are found where those put them, started on loopback, and ended whatever happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.errors import UsageError
from groundplan.rehearsal.server import ASSETS, Binaries, find_binaries, running

KEEPS = "#!/bin/sh\nmkdir -p etcd/fixtures/peer && touch etcd/fixtures/peer/key.pem\necho $$ > {seen}\nexec sleep 60\n"
FOUND = find_binaries()


def program(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    file.chmod(0o755)
    return file


def test_both_programs_are_found_in_the_folder_that_is_named(tmp_path: Path) -> None:
    etcd, server = (program(tmp_path, name, "#!/bin/sh\n") for name in ("etcd", "kube-apiserver"))

    assert find_binaries({ASSETS: str(tmp_path)}) == Binaries(etcd, server)


def test_a_program_that_is_nowhere_is_named(tmp_path: Path) -> None:
    program(tmp_path, "etcd", "#!/bin/sh\n")

    assert find_binaries({"PATH": str(tmp_path)}) == ("kube-apiserver",)


def test_a_server_that_ends_is_told_with_its_last_words_and_etcd_is_ended_too(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    etcd = program(tmp_path, "etcd", KEEPS.format(seen=seen))
    server = program(tmp_path, "kube-apiserver", "#!/bin/sh\necho 'no such flag'\nexit 1\n")

    with pytest.raises(UsageError, match="kube-apiserver ended: no such flag"), running(Binaries(etcd, server)):
        pass

    assert not Path(f"/proc/{seen.read_text().strip()}").exists()


def test_a_server_that_never_answers_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    etcd = program(tmp_path, "etcd", KEEPS.format(seen=tmp_path / "seen"))
    server = program(tmp_path, "kube-apiserver", "#!/bin/sh\nexec sleep 60\n")

    with pytest.raises(UsageError, match="did not answer within 1 s"), running(Binaries(etcd, server), patience=1):
        pass


@pytest.mark.skipif(isinstance(FOUND, tuple), reason="no etcd and kube-apiserver on this machine")
def test_a_real_server_takes_and_refuses() -> None:
    assert isinstance(FOUND, Binaries)
    with running(FOUND) as client:
        good = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "a", "namespace": "default"},
            "data": {"a": "b"},
        }
        taken, refused = client.apply(good), client.apply({**good, "dta": {}})

    assert (taken.is_accepted, refused.is_accepted) == (True, False)
    assert "dta" in refused.message
