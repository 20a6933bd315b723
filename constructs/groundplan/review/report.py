"""The whole review: every changed object with what its change does, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.errors import Finding
from groundplan.review.changes import Change, changes
from groundplan.review.judge import Judgement, judge
from groundplan.review.outcome import Outcome, Reason, worst
from groundplan.review.revisions import WORKING_TREE, ChangedFile, Repository

BY_ITSELF = {Outcome.EXPOSURE, Outcome.PROTECTION}
"""What the deletion of an object does only while what it kept remains."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One changed object."""

    change: Change
    """What it was and is."""

    judgement: Judgement
    """What that does."""

    @property
    def outcome(self) -> Outcome:
        """The worst of its reasons."""
        return self.judgement.outcome


@dataclass(frozen=True, slots=True)
class Group:
    """Objects whose change is one and the same, told in one line."""

    outcome: Outcome
    """What it does to each."""

    entries: tuple[Entry, ...]
    """The objects."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reasons they share."""
        return self.entries[0].judgement.reasons


@dataclass(frozen=True, slots=True)
class Review:
    """What lies between two trees."""

    base: str
    """Commit before."""

    head: str
    """Commit after; empty for the working tree."""

    entries: tuple[Entry, ...]
    """Changed objects, the worst first."""

    others: tuple[str, ...] = ()
    """Changed files that are no objects: workflows. Default none."""

    findings: tuple[Finding, ...] = ()
    """What could not be read. Default nothing."""

    @property
    def outcome(self) -> Outcome:
        """The worst of all."""
        return worst([entry.outcome for entry in self.entries])

    def outcomes(self) -> list[Outcome]:
        """What happens to any object, the worst first."""
        present = {entry.outcome for entry in self.entries}
        return [item for item in Outcome if item in present]

    def counts(self) -> Mapping[str, Mapping[Outcome, int]]:
        """How many objects of each environment have which outcome."""
        found: dict[str, Counter[Outcome]] = {}
        for entry in self.entries:
            found.setdefault(entry.change.identity.scope, Counter())[entry.outcome] += 1
        return dict(sorted(found.items()))

    def groups(self) -> list[Group]:
        """Objects whose change is the same together, the worst first."""
        found: dict[tuple[object, ...], list[Entry]] = {}
        for entry in self.entries:
            identity = entry.change.identity
            told = tuple(
                (item.outcome, item.path, item.before, item.after, item.why) for item in entry.judgement.reasons
            )
            whole = "gone" if entry.change.after is None else "new" if entry.change.before is None else ""
            what = (identity.kind, identity.group, whole, told if not whole else entry.judgement.reasons[0].why)
            found.setdefault((entry.outcome, *what), []).append(entry)
        groups = [Group(entries[0].outcome, tuple(entries)) for entries in found.values()]
        return sorted(groups, key=lambda group: (group.outcome.rank, str(group.entries[0].change.identity)))


def review(root: Path, base: str | None = None, head: str = WORKING_TREE) -> Review:
    """Compare two trees.

    Args:
        root: the repository.
        base: revision before. Default where `head` left the default branch.
        head: revision after. Default the working tree.

    Raises:
        UsageError: where there is no repository, or a revision is not known.
    """
    repository = Repository(root)
    new = repository.commit(head) if head != WORKING_TREE else WORKING_TREE
    old = repository.commit(base) if base is not None else repository.merge_base(new)
    return reviewed(repository.changed(old, new), lambda: repository.listed(new), base=old, head=new)


def reviewed(
    files: Iterable[ChangedFile], remaining: Callable[[], set[str]], *, base: str = "", head: str = WORKING_TREE
) -> Review:
    """What changed files do together.

    Args:
        files: each with what it was and is.
        remaining: every file there is afterwards; asked only where an object goes.
        base: commit before. Default none: the files come from somewhere else.
        head: commit after. Default the working tree.
    """
    found, findings, others = changes(files)
    entries = [Entry(change, _judged(change)) for change in found]
    entries = _without_whole_components(
        entries, remaining() if any(item.change.after is None for item in entries) else set()
    )
    entries.sort(key=lambda entry: (entry.outcome.rank, entry.change.identity))
    return Review(base, head, tuple(entries), tuple(others), tuple(findings))


def _judged(change: Change) -> Judgement:
    judgement = judge(change.before, change.after) if change.before != change.after else Judgement(Outcome.NOTHING, ())
    if not change.came_from:
        return judgement
    why = f"it moves from the Application of {change.came_from} to that of {change.component}: one prunes what the other makes"
    reason = Reason(Outcome.RECREATED, "", change.came_from, change.component, why)
    return Judgement(worst([judgement.outcome, Outcome.RECREATED]), (reason, *judgement.reasons))


def _without_whole_components(entries: Iterable[Entry], remaining: set[str]) -> list[Entry]:
    """Policies and budgets that go together with everything they were for weaken nothing."""
    folders = {"/".join(path.split("/")[:4]) for path in remaining}
    found = []
    for entry in entries:
        whole = entry.change.after is None and "/".join(entry.change.path.split("/")[:4]) not in folders
        if whole and entry.outcome in BY_ITSELF and entry.change.path.startswith("dist/"):
            reasons = tuple(replace(item, outcome=Outcome.DELETED) for item in entry.judgement.reasons)
            entry = Entry(entry.change, Judgement(Outcome.DELETED, reasons))
        found.append(entry)
    return found
