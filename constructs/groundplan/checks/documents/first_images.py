"""Whether images of a system's own are there when its clusters begin: its workflows push them, and somebody starts those first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.checks.documents.pages import Page
from groundplan.checks.documents.world import World
from groundplan.errors import Finding, Location
from groundplan.model.pipelines import Pipelines

BOOTSTRAP = "bootstrap.md"


def judge_first_images(pages: Iterable[Page], world: World) -> Iterator[Finding]:
    """Services whose workflow no command of the bootstrap page starts before the roots are applied."""
    for page in pages:
        if page.file.endswith(f"/{BOOTSTRAP}"):
            own = [item for item in world.environments.values() if item.system == page.system]
            chapter = next((item.pipelines for item in own if item.pipelines is not None), None)
            if chapter is not None:
                yield from _unpushed(page, chapter)


def _unpushed(page: Page, chapter: Pipelines) -> Iterator[Finding]:
    first = next((item.line for item in page.commands if "root-applications" in " ".join(item.words)), None)
    started = {
        item.words[3]
        for item in page.commands
        if item.words[:3] == ("git", "push", "origin") and len(item.words) > 3 and (first is None or item.line < first)
    }
    for name, build in chapter.services.items():
        wanted = {
            "commit": set(chapter.delivered_branches),
            "release": {f"{name}/VERSION"},
            "tag": {"VERSION"},
        }[build.trigger]
        if not wanted & started:
            message = "no image of it is pushed before its cluster begins, so it never starts"
            advice = f"have {sorted(wanted)[0]} pushed in the code's repository first"
            yield Finding(Location(page.file, first or 1), "documents.first-image", name, message, advice)
