"""The drift gate: committed files equal a fresh synth."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from trees import a_context, inventory, write

from groundplan.checks import drift
from groundplan.synth.synthesize import Synthesized


@pytest.fixture
def rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files that a synth renders and that lie on disk as rendered."""
    files = {PurePosixPath(f"dist/store/prod/web/{name}.yaml"): b"a: 1\nb: 2\n" for name in ("x", "y")}
    fresh = Synthesized(files, (PurePosixPath("dist"),), (PurePosixPath("dist/kept.md"),), ("store/prod",))
    monkeypatch.setattr(drift, "synthesize", lambda root, wanted: fresh)
    for path, content in files.items():
        write(tmp_path, path, content.decode())
    write(tmp_path, "dist/kept.md", "written by another verb\n")
    return tmp_path


def findings(root: Path) -> list[tuple[str, str]]:
    return [(finding.rule, str(finding.location)) for finding in drift.run(inventory(root), a_context(root)).findings]


def test_equal_trees_pass(rendered: Path) -> None:
    assert findings(rendered) == []


def test_a_file_that_was_edited_is_shown_at_its_first_difference(rendered: Path) -> None:
    write(rendered, "dist/store/prod/web/x.yaml", "a: 1\nb: 3\n")

    assert findings(rendered) == [("drift.changed", "dist/store/prod/web/x.yaml:2")]


def test_a_file_that_was_not_committed_is_missing(rendered: Path) -> None:
    (rendered / "dist/store/prod/web/x.yaml").unlink()

    assert findings(rendered) == [("drift.missing", "dist/store/prod/web/x.yaml")]


def test_a_file_that_nothing_renders_is_left_over(rendered: Path) -> None:
    write(rendered, "dist/store/prod/web/z.yaml", "a: 1\n")

    assert findings(rendered) == [("drift.left-over", "dist/store/prod/web/z.yaml")]
