"""`constructs/` is a source root: a package of that name would shadow the library of the same name."""

from __future__ import annotations

from pathlib import Path

import constructs


def test_the_source_root_is_not_a_package(repository: Path) -> None:
    assert not (repository / "constructs" / "__init__.py").exists()


def test_the_constructs_library_is_the_installed_one() -> None:
    assert "site-packages" in (constructs.__file__ or "")
