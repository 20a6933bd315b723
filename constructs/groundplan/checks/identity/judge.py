"""Needs against grants: what is missing, what nobody uses, what is wider than its use, and who shares what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundplan.checks.identity.facts import Deed, facts
from groundplan.checks.identity.rights import EVERYTHING, Account, Grant, Holder, Need, holds, reaches, touches
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding

SHARED = "identity-shared"
TAKES_OVER = "identity-takes-over"
UNUSED = "identity-unused"
"""Rules that somebody may be let off, with a reason and an end."""


class Book:
    """Grants and needs by who holds them."""

    def __init__(self, grants: Iterable[Grant], needs: Iterable[Need]) -> None:
        self.grants: dict[Holder, list[Grant]] = {}
        self.needs: dict[Holder | None, list[Need]] = {}
        for grant in grants:
            self.grants.setdefault(grant.holder, []).append(grant)
        for need in needs:
            self.needs.setdefault(need.holder, []).append(need)

    def __len__(self) -> int:
        return sum(len(items) for book in (self.grants, self.needs) for items in book.values())

    def meets(self, need: Need) -> bool:
        """Whether somebody may do what he needs to."""
        if need.holder is None:
            return False
        held = [
            word for grant in self.grants.get(need.holder, ()) if reaches(grant, need) for word in grant.permissions
        ]
        return any(all(holds(held, word) for word in one) for one in facts().deeds[need.deed].enough)


def missing(inventory: Inventory, book: Book) -> Iterator[Finding]:
    """Needs that nobody grants, at whoever needs; both ends are named."""
    alternatives: dict[str, list[Need]] = {}
    for need in (need for needs in book.needs.values() for need in needs):
        if not need.required:
            continue
        if need.instead:
            alternatives.setdefault(need.instead, []).append(need)
        elif not book.meets(need):
            yield _missing(inventory, book, need)
    for needs in alternatives.values():
        if not any(book.meets(need) for need in needs):
            yield _missing(inventory, book, needs[0])


def _missing(inventory: Inventory, book: Book, need: Need) -> Finding:
    enough = " or ".join(sorted(" and ".join(sorted(one)) for one in facts().deeds[need.deed].enough))
    place = need.on[0].rpartition("/")[2] if need.on else "anything"
    if need.holder is None:
        message = f"{need.why}, and no identity lets it {_words(need.deed)} at {place}"
        return inventory.finding(need.item, need.field, "identity.no-identity", message, f"lend it one with {enough}")
    held = sorted(
        {word for grant in book.grants.get(need.holder, ()) if reaches(grant, need) for word in grant.permissions}
    )
    message = f"{need.why}, and {'/'.join(need.holder)} may not {_words(need.deed)} at {place}: it has {', '.join(held) or 'nothing there'}"
    return inventory.finding(need.item, need.field, "identity.lacks", message, f"grant {enough}")


def _words(deed: str) -> str:
    return deed.replace("-", " ")


def unused(inventory: Inventory, book: Book) -> Iterator[tuple[Grant, Finding]]:
    """Permissions that serve nothing their holder has to do."""
    for holder, grants in book.grants.items():
        needs = book.needs.get(holder, [])
        for grant in grants:
            near = [need for need in needs if touches(grant.on, need.on)]
            idle = [word for word in grant.permissions if not any(_deed(need).serves(word) for need in near)]
            if idle:
                message = f"grants {'/'.join(holder)} {', '.join(idle)} on {_short(grant.on)}, which it needs for nothing that is known"
                advice = "remove it, or say what it is for in the rights.yaml of its platform or store"
                yield grant, inventory.finding(grant.item, grant.field, "identity.unused", message, advice)


def _deed(need: Need) -> Deed:
    return facts().deeds[need.deed]


def _short(on: str) -> str:
    return on if ":" in on or on == EVERYTHING else on.rpartition("/")[2]


def wide(inventory: Inventory, book: Book) -> Iterator[tuple[Grant, Finding]]:
    """Permissions that make their holder anybody, that hold every verb, or that hold on everything without a reason."""
    for holder, grants in book.grants.items():
        for grant in grants:
            yield from ((grant, found) for found in _wide(inventory, book, holder, grant))


def _wide(inventory: Inventory, book: Book, holder: Holder, grant: Grant) -> Iterator[Finding]:
    over = [word for word in grant.permissions if word in facts().takes_over]
    if over:
        message = f"grants {'/'.join(holder)} {', '.join(over)}, with which it can take every other right"
        advice = "grant what it needs by name"
        yield inventory.finding(grant.item, grant.field, "identity.takes-over", message, advice)
    stars = [word for word in grant.permissions if "*" in word and word not in over]
    if stars:
        message = f"grants {'/'.join(holder)} {', '.join(stars)}: verbs that nobody has written down"
        yield inventory.finding(grant.item, grant.field, "identity.wildcard", message, "write each verb")
    if grant.on != EVERYTHING or not grant.could_name:
        return
    reasons = [need for need in book.needs.get(holder, ()) if _deed(need).everywhere]
    loose = [word for word in grant.permissions if not any(_deed(need).serves(word) for need in reasons)]
    if loose and not over:
        message = f"grants {'/'.join(holder)} {', '.join(loose)} on every resource there is"
        yield inventory.finding(grant.item, grant.field, "identity.everywhere", message, "name the resources")


def shared(
    inventory: Inventory, book: Book, accounts: Mapping[Holder, Sequence[Account]]
) -> Iterator[tuple[Grant, Finding]]:
    """Permissions that some of those who share an identity need, and that the others get for nothing."""
    for holder, members in accounts.items():
        if len(members) < 2:
            continue
        for grant in book.grants.get(holder, ()):
            users = {
                need.account
                for need in book.needs.get(holder, ())
                if touches(grant.on, need.on) and any(_deed(need).serves(word) for word in grant.permissions)
            }
            idle = [account for account in members if account not in users]
            if users and None not in users and idle:
                message = f"grants all of {'/'.join(holder)} {', '.join(grant.permissions)}, which {', '.join('/'.join(one) for one in idle)} shares and does not need"
                advice = f"give {', '.join(sorted({one[1] for one in idle}))} another identity"
                yield grant, inventory.finding(grant.item, grant.field, "identity.shared", message, advice)
