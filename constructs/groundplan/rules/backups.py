"""What copies of a cluster need: a place, room in time for the next one, and a test that comes often enough."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.kubernetes.schedules import gaps
from groundplan.model.backups import SMALLEST_KEEP, Backups
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem, unknown

DAY = 86400

LONGEST_UNTESTED = 31
"""Days between two restore tests at most."""


def backups_have_a_place(environment: Environment) -> Iterator[Problem]:
    """A cluster's copies stand where its buckets do, and its platform knows how to write them."""
    backups = environment.backups
    if backups is None:
        return
    if environment.role != "whole":
        what = f"stands in an environment of role {environment.role}, which has a cluster or buckets but not both"
        yield ("backups",), "backups-elsewhere", what, "write it in an environment of role whole"
        return
    platform = platform_of(environment)
    if not platform.buckets and platform.backup_storage(backups.bucket) is None:
        what = f"has nowhere to go: {platform.title} here has no object storage that is known"
        yield ("backups",), "no-backup-storage", what, "leave it out, or describe buckets of a platform that has some"
    elif backups.bucket not in platform.buckets:
        yield unknown(("backups", "bucket"), "missing-bucket", "bucket", backups.bucket, platform.buckets)


def backups_are_kept(environment: Environment) -> Iterator[Problem]:
    """A copy outlives the month, and the time until the next one."""
    backups = environment.backups
    for name, schedule in backups.schedules.items() if backups is not None else ():
        path = ("backups", "schedules", name)
        apart = gaps(schedule.at)
        if apart is None:
            yield (*path, "at"), "never-due", f"`{schedule.at}` is never due", "write a day that there is"
            continue
        if whole_seconds(schedule.keep) < whole_seconds(SMALLEST_KEEP):
            what = f"{schedule.keep} is less than {SMALLEST_KEEP}"
            yield (*path, "keep"), "kept-too-short", what, f"write {SMALLEST_KEEP} or more"
        elif whole_seconds(schedule.keep) <= apart[1]:
            days = apart[1] // DAY
            what = f"{schedule.keep} is over before the next copy, which comes after up to {days} days"
            yield (*path, "keep"), "kept-too-short", what, f"write {days + 1}d or more"


def restores_are_tested(environment: Environment) -> Iterator[Problem]:
    """A restore test comes at least once a month."""
    if environment.backups is None:
        return
    schedule = environment.backups.restore_test
    apart = gaps(schedule)
    if apart is None or apart[1] > LONGEST_UNTESTED * DAY:
        what = f"`{schedule}` leaves copies untested for more than {LONGEST_UNTESTED} days"
        yield (
            ("backups", "restore_test"),
            "seldom-tested",
            what,
            "write a schedule that is due every month or more often",
        )


def most_frequent(backups: Backups) -> str:
    """The row of copies with the shortest gaps, which holds the newest copy."""
    return min(backups.schedules, key=lambda name: (longest_gap(backups.schedules[name].at), name))


def longest_gap(schedule: str) -> int:
    """Seconds between two times of a schedule at most; 0 for one that is never due, which is refused."""
    return (gaps(schedule) or (0, 0))[1]


BACKUP_RULES = (
    backups_have_a_place,
    backups_are_kept,
    restores_are_tested,
)
