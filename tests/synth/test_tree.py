"""Whole trees in, whole trees out: what is written, what is removed, what is not touched."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import pytest

from groundplan.layout import STAGING
from groundplan.synth.tree import Outcome, compare_trees, write_trees

DIST = PurePosixPath("dist")
ARGOCD = PurePosixPath("argocd")


def files(**contents: str) -> dict[PurePosixPath, bytes]:
    """`dist__a__x="1"` is the file `dist/a/x` with the content `1`."""
    return {PurePosixPath(name.replace("__", "/")): text.encode() for name, text in contents.items()}


def on_disk(root: Path) -> dict[str, str]:
    tops = (path for top in ("dist", "argocd", "docs") for path in (root / top).rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text() for path in tops}


def test_writes_what_is_new(tmp_path: Path) -> None:
    outcome = write_trees(tmp_path, files(dist__a__x="1", argocd__a__y="2"), [DIST, ARGOCD])

    assert on_disk(tmp_path) == {"dist/a/x": "1", "argocd/a/y": "2"}
    assert outcome == Outcome(("argocd/a/y", "dist/a/x"), (), ())


def test_replaces_what_changed_and_removes_what_is_gone(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1", dist__a__y="1", dist__b__z="1"), [DIST])

    outcome = write_trees(tmp_path, files(dist__a__x="2", dist__a__n="1"), [DIST])

    assert on_disk(tmp_path) == {"dist/a/x": "2", "dist/a/n": "1"}
    assert outcome == Outcome(("dist/a/n",), ("dist/a/x",), ("dist/a/y", "dist/b/z"))


def test_folders_that_became_empty_disappear(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1", dist__b__y="1"), [DIST])

    write_trees(tmp_path, files(dist__a__x="1"), [DIST])

    assert not (tmp_path / "dist" / "b").exists()


def test_does_not_touch_what_the_run_does_not_cover(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1", dist__b__y="1"), [DIST])
    untouched = (tmp_path / "dist/b/y").stat()

    write_trees(tmp_path, files(dist__a__x="2"), [DIST / "a"])

    assert on_disk(tmp_path) == {"dist/a/x": "2", "dist/b/y": "1"}
    after = (tmp_path / "dist/b/y").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_nlink) == (untouched.st_ino, untouched.st_mtime_ns, 1)


def test_unchanged_files_keep_inode_and_time_stamp(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1", dist__a__y="1"), [DIST])
    before = (tmp_path / "dist/a/x").stat()

    write_trees(tmp_path, files(dist__a__x="1", dist__a__y="2"), [DIST])

    after = (tmp_path / "dist/a/x").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_exchanges_nothing_where_nothing_changed(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])
    before = (tmp_path / "dist").stat()

    outcome = write_trees(tmp_path, files(dist__a__x="1"), [DIST])

    after = (tmp_path / "dist").stat()
    assert not outcome.any
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_root_without_changes_is_not_exchanged_with_the_others(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1", argocd__a__y="1"), [DIST, ARGOCD])
    before = (tmp_path / "argocd").stat().st_ino

    write_trees(tmp_path, files(dist__a__x="2", argocd__a__y="1"), [DIST, ARGOCD])

    assert (tmp_path / "argocd").stat().st_ino == before


def test_files_that_somebody_else_writes_stay(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])
    (tmp_path / "dist/a/report").write_text("theirs")

    outcome = write_trees(tmp_path, files(dist__a__x="2"), [DIST], keep=[DIST / "a" / "report"])

    assert on_disk(tmp_path) == {"dist/a/x": "2", "dist/a/report": "theirs"}
    assert outcome.removed == ()


def test_only_the_generated_part_of_the_documents_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "people.md").write_text("ours")

    write_trees(tmp_path, files(docs__systems__shop="1"), [PurePosixPath("docs/systems")])

    assert on_disk(tmp_path) == {"docs/people.md": "ours", "docs/systems/shop": "1"}


def test_a_link_in_a_generated_tree_becomes_a_file(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])
    (tmp_path / "elsewhere").write_text("1")
    (tmp_path / "dist/a/x").unlink()
    (tmp_path / "dist/a/x").symlink_to(tmp_path / "elsewhere")

    write_trees(tmp_path, files(dist__a__x="1"), [DIST])

    assert not (tmp_path / "dist/a/x").is_symlink()
    assert (tmp_path / "elsewhere").read_text() == "1"


def test_a_file_may_take_the_place_of_a_folder(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])

    write_trees(tmp_path, files(dist__a="1"), [DIST])

    assert on_disk(tmp_path) == {"dist/a": "1"}


def test_leaves_nothing_in_staging(tmp_path: Path) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])
    write_trees(tmp_path, files(dist__a__x="2"), [DIST])

    assert list((tmp_path / STAGING).iterdir()) == []


def test_a_failure_while_staging_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_trees(tmp_path, files(dist__a__x="1"), [DIST])

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("groundplan.synth.tree._write_new", no_room)

    with pytest.raises(OSError, match="No space left"):
        write_trees(tmp_path, files(dist__a__x="2"), [DIST])

    assert on_disk(tmp_path) == {"dist/a/x": "1"}
    assert list((tmp_path / STAGING).iterdir()) == []


def test_works_where_files_cannot_be_linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_trees(tmp_path, files(dist__a__x="1", dist__a__y="1"), [DIST])

    def no_links(*_: object, **__: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)

    write_trees(tmp_path, files(dist__a__x="1", dist__a__y="2"), [DIST])

    assert on_disk(tmp_path) == {"dist/a/x": "1", "dist/a/y": "2"}


def test_refuses_a_file_outside_what_the_run_covers(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dist/b/x is outside what this run covers"):
        write_trees(tmp_path, files(dist__b__x="1"), [DIST / "a"])


def test_refuses_to_write_what_somebody_else_writes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dist/a/x is written by somebody else"):
        write_trees(tmp_path, files(dist__a__x="1"), [DIST], keep=[DIST / "a" / "x"])


def test_comparing_writes_nothing(tmp_path: Path) -> None:
    outcome = compare_trees(tmp_path, files(dist__a__x="1"), [DIST])

    assert outcome.added == ("dist/a/x",)
    assert list(tmp_path.iterdir()) == []
