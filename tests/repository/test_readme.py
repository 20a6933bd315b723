"""What the README tells a newcomer to write is what works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from groundplan.components import plan
from groundplan.loading.load import load_environment


def written(readme: str, path: str) -> str:
    """The YAML the README shows for a file; its first line is a comment with the path."""
    found = re.search(rf"```yaml\n# {re.escape(path)}\n(.*?)```", readme, re.DOTALL)
    assert found, f"README.md shows no {path}"
    return found[1]


def test_the_smallest_system_is_what_the_readme_shows(repository: Path, tmp_path: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    (tmp_path / "environments/hello").mkdir(parents=True)
    shutil.copy(repository / "environments/defaults.yaml", tmp_path / "environments")
    for path in ("environments/hello/system.yaml", "environments/hello/live.yaml"):
        (tmp_path / path).write_text(written(readme, path), "utf-8")

    environment = load_environment(tmp_path, "hello", "live").environment

    assert {"foundation", "policy", "web"} <= {component.name for component in plan(environment)}


def test_every_link_of_the_readme_leads_somewhere(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")

    targets = re.findall(r"\]\((?!https?://)([^)#]+)", readme)

    assert [target for target in targets if not (repository / target).exists()] == []
