"""A review as Markdown for a pull request: the worst first, and never longer than GitHub or GitLab take."""

from __future__ import annotations

from groundplan.markdown import section, table
from groundplan.review.beyond.whole import Effects, sections
from groundplan.review.outcome import Outcome
from groundplan.review.report import Group, Review
from groundplan.review.text import lines, title

LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a comment, GitLab a million.

See https://docs.github.com/en/rest/issues/comments#create-an-issue-comment .
"""
ROUND_A_BLOCK = 5
"""Line feeds around what happens to several objects, and further digits of how many."""

MARK = "<!-- groundplan review -->"
"""First line of the comment, by which a workflow finds and replaces the last one."""


def comment(review: Review, effects: Effects | None = None) -> str:
    """The whole comment; what has no room is counted, never dropped in silence."""
    if not review.entries:
        return f"{MARK}\nNothing that is rendered changes.\n"
    head = f"{MARK}\n## {len(review.entries)} objects change; the worst: **{review.outcome}**\n\n{_summary(review)}\n"
    head += "".join(_beyond(title, lines_) for title, lines_ in sections(effects or Effects()))
    body, left = _body(review.groups(), LONGEST - len(head) - 200)
    tail = f"\n{left} more changes have no room here: run `groundplan review`.\n" if left else ""
    others = f"\n{len(review.others)} changed files are no objects.\n" if review.others else ""
    return head + body + others + tail


def _beyond(title: str, told: list[str]) -> str:
    listed = "\n".join(f"- `{_inline(text)}`" for text in told)
    return f"\n<details open><summary>{title}</summary>\n\n{listed}\n\n</details>\n"


def _summary(review: Review) -> str:
    outcomes = review.outcomes()
    rows = [
        (scope, *(str(counts.get(outcome, "")) for outcome in outcomes)) for scope, counts in review.counts().items()
    ]
    return table(["Environment", *map(str, outcomes)], rows)


def _body(groups: list[Group], room: int) -> tuple[str, int]:
    """As many changes as there is room for, by what they do, and how many objects are left out."""
    told: dict[Outcome, list[str]] = {}
    used, left = 0, 0
    for group in groups:
        if group.outcome is Outcome.NOTHING:
            continue
        entry = _entry(group)
        size = 1 + len(entry) if group.outcome in told else len(_block(group.outcome, [entry])) + ROUND_A_BLOCK
        if used + size > room:
            left += len(group.entries)
        else:
            used += size
            told.setdefault(group.outcome, []).append(entry)
    return "".join(f"\n{_block(outcome, entries)}\n" for outcome, entries in told.items()), left


def _block(outcome: Outcome, entries: list[str]) -> str:
    """What is dangerous stands open, the rest is folded."""
    name, listed = str(outcome).capitalize(), "\n".join(entries)
    if outcome.is_dangerous:
        return section(name, listed, level=3)
    return f"<details><summary>{name}: {len(entries)}</summary>\n\n{listed}\n\n</details>"


def _entry(group: Group) -> str:
    """A bullet with its fields below it."""
    fields = "".join(f"\n  - `{_inline(text)}`" for text in lines(group))
    return f"- **{title(group)}**{fields}"


def _inline(text: str) -> str:
    return text.replace("`", "'")
