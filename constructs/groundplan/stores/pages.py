"""What the documents say of a store: its row in tables, its commands in runbooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from groundplan.model.environment import Environment
from groundplan.model.recovery import Recovery
from groundplan.stores.answers import Description
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore

Row = tuple[str, ...]
StoreT = TypeVar("StoreT", bound=AnyStore)


@dataclass(frozen=True, kw_only=True, slots=True)
class ManualAccess:
    """How a person lets an identity into a store where no object and no workflow does."""

    section: str
    """Title of the section; steps of one title stand together."""

    introduction: str
    """What to know before the first command; empty for nothing."""

    commands: tuple[str, ...]
    """Shell commands."""

    statements: str = ""
    """SQL that the commands refer to. Default none."""


class StorePages(Generic[StoreT]):
    """The words of one store; what is left out here is nothing to say."""

    def __init__(self, store: StoreT) -> None:
        self.store = store

    def description(self) -> Description:
        """Its row in the overview."""
        settings = self.store
        return Description(what=settings.chapter.type, run_by=settings.engine, how="", size="")

    def connections(self) -> int | None:
        """Connections it takes from services; none where nobody says."""
        return None

    # Backup and restore

    def kept(self) -> list[Row]:
        """What is kept of it: store, what, when, where, how long."""
        return []

    def kept_note(self) -> str:
        """What to know of the rows."""
        return ""

    def not_kept(self) -> str:
        """What is said where nothing is kept."""
        return "no backup, what it holds is reconstructible"

    def restore(self, context: str) -> list[str]:
        """Sections of how it comes back; `context` leads to its cluster."""
        return []

    # Failover

    def loss(self, recovery: Recovery) -> tuple[str, str]:
        """What keeps it over the loss of a region, and what is lost at most."""
        return "its own region only", "everything"

    def fence(self, context: str) -> list[str]:
        """Commands that keep the lost region's from accepting writes; `context` leads to its cluster."""
        return []

    def follow(self, context: str) -> list[str]:
        """Blocks on how the standby's takes over, once the change is merged; `context` leads to its cluster."""
        return []

    def start(self, context: str) -> list[str]:
        """Commands that make the standby's serve where Git or Argo CD does not work; `context` leads to its cluster."""
        return []

    def check(self, context: str, sql: str) -> list[str]:
        """Commands that ask the standby's with `sql` where it understands that."""
        return []

    def check_items(self) -> list[str]:
        """Items of the checklist after a failover."""
        return []

    # The way back

    def salvage(self, context: str) -> list[str]:
        """Commands that keep what the lost region's holds and nothing else does; `context` leads to its cluster."""
        return []

    def rebuild(self, context: str) -> list[str]:
        """Blocks on how it is made anew as a copy of the other side's, once the change is merged; `context` leads to its
        cluster.
        """
        return []

    def before_rebuild(self) -> list[str]:
        """What its own environment's file has to say beside the word that makes it a copy, as sentences without their end."""
        return []

    def last_position(self, context: str) -> list[str]:
        """Commands that tell how far the one got that was just fenced; `context` leads to its cluster."""
        return []

    def caught_up(self, context: str) -> list[str]:
        """Commands that tell how far behind a copy is; `context` leads to its cluster."""
        return []

    def not_covered(self) -> str | None:
        """What a failover does not save."""
        return None

    # Access

    def password_role(self) -> ManualAccess | None:
        """How the role is made that logs in with a password, where nothing makes it."""
        return None

    def new_password(self) -> str:
        """What makes a new password hold once it is in the secret store, as the end of a sentence."""
        return ""

    def manual_access(self, identity: str) -> ManualAccess | None:
        """How a person lets an identity in by hand."""
        return None


def pages_of_stores(environment: Environment) -> list[StorePages[AnyStore]]:
    """What the documents say of each store, in the order they are written."""
    return [store.pages() for store in stores_of(environment).values()]
