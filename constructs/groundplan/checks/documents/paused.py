"""What a page has people pause it has them bring back: a root that no longer syncs by itself is brought back by nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import Page
from groundplan.checks.documents.world import World
from groundplan.checks.inventory import Object
from groundplan.errors import Finding, Location
from groundplan.layout import argocd_dir

PAUSE = '"automated":null'


def judge_paused(pages: Iterable[Page], world: World) -> Iterator[Finding]:
    """Roots that a page pauses, each once, where nothing later on the page applies what Git says of them."""
    for page in pages:
        told: set[str] = set()
        for index, command in enumerate(page.commands):
            root = _root(page, world, command.words)
            if root is None or root.name in told:
                continue
            told.add(root.name)
            folder = f"{argocd_dir(root.system, root.environment)}/root-applications"
            later = (item.words for item in page.commands[index:] if item.words[:1] == ("kubectl",))
            if not any("apply" in words and any(word.startswith(folder) for word in words) for words in later):
                place = Location(page.file, command.line)
                message = "is paused, and nothing brings it back: no other Application holds it"
                advice = f"end with: kubectl apply -f {folder}/"
                yield Finding(place, "documents.paused", root.name, message, advice)


def _root(page: Page, world: World, words: tuple[str, ...]) -> Object | None:
    """The root that a command takes automatic sync from; None for anything else."""
    if words[:1] != ("kubectl",) or "patch" not in words or PAUSE not in (options(words).value("--patch", "-p") or ""):
        return None
    known = [item for word in words for item in world.applications(page.system, word)]
    return next((item for item in known if "root-applications" in item.path), None)
