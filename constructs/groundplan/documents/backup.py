"""backup-and-restore.md: what is kept of the data, where, how long, and how to get it back."""

from __future__ import annotations

from groundplan.documents.cluster_copies import cluster_copies
from groundplan.documents.kubectl import context
from groundplan.facts.system import System
from groundplan.markdown import bullets, document, section, table
from groundplan.platforms.pages import pages_of
from groundplan.stores.pages import StorePages
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore


def page(system: System) -> str | None:
    """The whole page; none where there is nothing to keep."""
    serving = system.serving
    if not serving.data and serving.backups is None:
        return None
    pages = {name: store.pages() for name, store in stores_of(serving).items()}
    return document(
        f"{serving.title}: backup and restore",
        section("What is kept", _overview(list(pages.values()))),
        section("What is not", bullets(f"`{name}`: {it.not_kept()}" for name, it in pages.items() if not it.kept())),
        *(block for it in pages.values() for block in it.restore(context(serving))),
        *cluster_copies(system),
        *pages_of(serving).restore(serving),
    )


def _overview(pages: list[StorePages[AnyStore]]) -> str:
    rows = [row for it in pages for row in it.kept()]
    if not rows:
        return ""
    notes = dict.fromkeys(it.kept_note() for it in pages if it.kept() and it.kept_note())
    return "\n\n".join([table(["Store", "What", "When", "Where", "Kept"], rows), *notes])
