"""`groundplan report`: pages that are measured, and nothing judged."""

from pathlib import Path

import pytest
from hello import hello, rendered
from requirement_items import item

from groundplan.cli.main import main

CATALOGUE = "system: hello\ntitle: Hello\nsource: S-1\nrequirements:\n"
EVIDENCE = "[{environment: live, select: {kind: Deployment, name: web}, expect: 'object.spec.replicas == 7'}]"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    hello(tmp_path)
    rendered(tmp_path)
    return tmp_path


def run(root: Path) -> int:
    return main(["--root", str(root), "report"])


def test_writes_who_reaches_what(root: Path) -> None:
    assert run(root) == 0
    assert "# Hello: who reaches what" in (root / "docs/systems/hello/reachability.md").read_text()


def test_an_item_that_fails_is_written_and_no_error(root: Path) -> None:
    (root / "environments/hello/requirements.yaml").write_text(CATALOGUE + item(EVIDENCE), "utf-8")

    assert run(root) == 0
    assert "| SHP-1 |" in (root / "docs/systems/hello/compliance.md").read_text()
