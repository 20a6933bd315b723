"""All trees or none, whenever a run is killed, and never two runs at once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from groundplan.layout import STAGING
from groundplan.synth import exchange
from groundplan.synth.exchange import exchange_all, only_run, recover

TOPS = (PurePosixPath("argocd"), PurePosixPath("dist"), PurePosixPath("docs/systems"))
NO_EXCHANGE = pytest.mark.parametrize("can_swap", [True, False], ids=["exchange", "two renames"])


class KilledError(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Python raises on an interrupt, even where the job that started the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for top in TOPS:
        (tmp_path / top).mkdir(parents=True)
        (tmp_path / top / "file").write_text("old")
    return tmp_path


@pytest.fixture
def staging(root: Path) -> Path:
    folder = root / STAGING / "staging-1"
    for top in TOPS:
        (folder / top).mkdir(parents=True)
        (folder / top / "file").write_text("new")
    return folder


def state(root: Path) -> list[str]:
    return [(root / top / "file").read_text() if (root / top).exists() else "missing" for top in TOPS]


def forbid_swapping(monkeypatch: pytest.MonkeyPatch, can_swap: bool) -> None:
    if not can_swap:
        monkeypatch.setattr(exchange, "_swap", lambda new, place: False)


@NO_EXCHANGE
def test_exchanges_every_tree(root: Path, staging: Path, can_swap: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_swapping(monkeypatch, can_swap)

    exchange_all(root, staging, TOPS)

    assert state(root) == ["new", "new", "new"]
    assert not (root / STAGING / "journal").exists()


@NO_EXCHANGE
@pytest.mark.parametrize("moment", range(9))
def test_a_kill_between_any_two_steps_is_finished_by_the_next_run(
    root: Path, staging: Path, can_swap: bool, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_swapping(monkeypatch, can_swap)
    exchange_until(moment, root, staging, monkeypatch)

    recover(root)

    assert state(root) == ["new", "new", "new"]
    assert list((root / STAGING).iterdir()) == []


def exchange_until(moment: int, root: Path, staging: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the exchange and stop dead before its `moment`th step that touches the disk, or after the last."""
    steps = iter(range(100))
    real_rename, real_swap, real_unlink = Path.rename, exchange._swap, Path.unlink

    def step() -> None:
        if next(steps) == moment:
            raise KilledError

    def rename(path: Path, target: Path) -> Path:
        step()
        return real_rename(path, target)

    def swap(new: Path, place: Path) -> bool:
        step()
        return real_swap(new, place)

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == "journal":
            return  # a killed run does not tidy up
        real_unlink(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        patch.setattr(exchange, "_swap", swap)
        patch.setattr(Path, "unlink", unlink)
        with contextlib.suppress(KilledError):
            exchange_all(root, staging, TOPS)


@NO_EXCHANGE
def test_a_tree_that_cannot_be_moved_takes_the_others_back(
    root: Path, staging: Path, can_swap: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_swapping(monkeypatch, can_swap)
    real = exchange._exchange

    def fails_on_the_last(folder: Path, top: PurePosixPath, place: Path) -> None:
        if top == TOPS[-1]:
            raise PermissionError(13, "Permission denied", str(place))
        real(folder, top, place)

    monkeypatch.setattr(exchange, "_exchange", fails_on_the_last)

    with pytest.raises(PermissionError):
        exchange_all(root, staging, TOPS)

    assert state(root) == ["old", "old", "old"]
    assert not (root / STAGING / "journal").exists()


def test_a_tree_that_was_not_there_before_is_moved_and_taken_back(
    root: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "argocd" / "file").unlink()
    (root / "argocd").rmdir()
    real = exchange._exchange

    def fails_on_the_second(folder: Path, top: PurePosixPath, place: Path) -> None:
        if top == TOPS[1]:
            raise PermissionError(13, "Permission denied", str(place))
        real(folder, top, place)

    monkeypatch.setattr(exchange, "_exchange", fails_on_the_second)

    with pytest.raises(PermissionError):
        exchange_all(root, staging, TOPS)

    assert state(root) == ["missing", "old", "old"]


def test_an_interrupt_waits_until_every_tree_is_in_place(
    root: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = exchange._exchange

    def interrupted(folder: Path, top: PurePosixPath, place: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(folder, top, place)

    monkeypatch.setattr(exchange, "_exchange", interrupted)

    with pytest.raises(KeyboardInterrupt):
        exchange_all(root, staging, TOPS)

    assert state(root) == ["new", "new", "new"]


def test_an_interrupt_waits_although_another_thread_could_take_it(
    root: Path, staging: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    real = exchange._exchange

    def interrupted(folder: Path, top: PurePosixPath, place: Path) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(folder, top, place)

    monkeypatch.setattr(exchange, "_exchange", interrupted)

    with pytest.raises(KeyboardInterrupt):
        exchange_all(root, staging, TOPS)

    done.set()
    other.join()
    assert state(root) == ["new", "new", "new"]


def test_recovery_removes_what_an_unfinished_run_had_staged(root: Path, staging: Path) -> None:
    recover(root)

    assert state(root) == ["old", "old", "old"]
    assert not staging.exists()


def test_recovery_survives_a_lost_staging_folder(root: Path) -> None:
    (root / STAGING).mkdir()
    (root / STAGING / "journal").write_text('{"staging": "staging-1", "trees": {"dist": 1}}')

    recover(root)

    assert state(root) == ["old", "old", "old"]
    assert not (root / STAGING / "journal").exists()


WRITER = """
import itertools, sys
from pathlib import Path, PurePosixPath
from groundplan.synth.exchange import only_run, recover
from groundplan.synth.tree import write_trees
root = Path(sys.argv[1])
for letter in itertools.cycle("ab"):
    files = {PurePosixPath(f"{top}/{i % 7}/{letter}{i}"): letter.encode() for top in ("dist", "argocd") for i in range(40)}
    files |= {PurePosixPath(f"{top}/same"): letter.encode() for top in ("dist", "argocd")}
    with only_run(root):
        recover(root)
        write_trees(root, files, [PurePosixPath("dist"), PurePosixPath("argocd")])
    print("written", flush=True)
"""


def test_thirty_kills_at_random_moments_leave_whole_trees(tmp_path: Path) -> None:
    chance = random.Random(1)
    for _ in range(30):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.01 + chance.random() * 0.05)
        writer.send_signal(chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGINT, signal.SIGTERM]))
        writer.stdout.close()
        writer.wait()
        for top in ("dist", "argocd"):
            assert letters_of(tmp_path / top) in ({"a"}, {"b"}), top

    with only_run(tmp_path):
        recover(tmp_path)

    assert letters_of(tmp_path / "dist") == letters_of(tmp_path / "argocd")
    assert sorted(path.name for path in (tmp_path / STAGING).iterdir()) == ["lock"]


def letters_of(tree: Path) -> set[str]:
    """Contents of all files, and the letters in their names; one letter where the tree is one of the two, whole."""
    paths = [path for path in tree.rglob("*") if path.is_file()]
    assert len(paths) == 41
    return {path.read_text() for path in paths} | {path.name[0] for path in paths if path.name != "same"}


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    told: list[str] = []
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from groundplan.synth.exchange import only_run\n"
            "with only_run(Path(sys.argv[1])): print('held', flush=True); time.sleep(0.3)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()

    with only_run(tmp_path, waiting=lambda: told.append("waiting")):
        ended = holder.wait(timeout=5)

    holder.stdout.close()
    assert told == ["waiting"]
    assert ended == 0


def test_a_killed_run_does_not_lock_out_the_next(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from groundplan.synth.exchange import only_run\n"
            "with only_run(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    told: list[str] = []

    with only_run(tmp_path, waiting=lambda: told.append("waiting")):
        pass

    assert told == []
