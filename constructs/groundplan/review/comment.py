"""A review as Markdown for a pull request: the worst first, and never longer than GitHub or GitLab take."""

from __future__ import annotations

from groundplan.markdown import section, table
from groundplan.review.outcome import Outcome
from groundplan.review.report import Group, Review
from groundplan.review.text import lines, title

LONGEST = 60_000
"""Characters; GitHub takes 65,536 in a comment, GitLab a million.

See https://docs.github.com/en/rest/issues/comments#create-an-issue-comment .
"""
MARK = "<!-- groundplan review -->"
"""First line of the comment, by which a workflow finds and replaces the last one."""


def comment(review: Review) -> str:
    """The whole comment; what has no room is counted, never dropped in silence."""
    if not review.entries:
        return f"{MARK}\nNothing that is rendered changes.\n"
    head = f"{MARK}\n## {len(review.entries)} objects change; the worst: **{review.outcome}**\n\n{_summary(review)}\n"
    body, left = _body(review.groups(), LONGEST - len(head) - 200)
    tail = f"\n{left} more changes have no room here: run `groundplan review`.\n" if left else ""
    others = f"\n{len(review.others)} changed files are no objects.\n" if review.others else ""
    return head + body + others + tail


def _summary(review: Review) -> str:
    outcomes = [item for item in Outcome if any(item in counts for counts in review.counts().values())]
    rows = [
        (scope, *(str(counts.get(outcome, "")) for outcome in outcomes)) for scope, counts in review.counts().items()
    ]
    return table(["Environment", *map(str, outcomes)], rows)


def _body(groups: list[Group], room: int) -> tuple[str, int]:
    text, left = "", 0
    for outcome in Outcome:
        chosen = [group for group in groups if group.outcome is outcome and outcome is not Outcome.NOTHING]
        told: list[str] = []
        for group in chosen:
            entry = _entry(group)
            if len(text) + sum(len(item) for item in told) + len(entry) > room:
                left += len(group.entries)
            else:
                told.append(entry)
        if told:
            block = section(f"{str(outcome).capitalize()}", "\n".join(told), level=3)
            folded = (
                f"<details><summary>{str(outcome).capitalize()}: {len(chosen)}</summary>\n\n"
                + "\n".join(told)
                + "\n\n</details>"
            )
            text += f"\n{block if outcome.is_dangerous else folded}\n"
    return text, left


def _entry(group: Group) -> str:
    """A bullet with its fields below it."""
    fields = "".join(f"\n  - `{_inline(text)}`" for text in lines(group))
    return f"- **{title(group)}**{fields}"


def _inline(text: str) -> str:
    return text.replace("`", "'")
