"""disaster-recovery.md: six steps from a lost region to serving users again, each with the time it may take."""

from __future__ import annotations

from groundplan.documents import failover_steps, way_back
from groundplan.facts.system import System
from groundplan.markdown import bullets, document, link, section, table
from groundplan.model.environment import Environment
from groundplan.model.recovery import Recovery
from groundplan.model.values import whole_seconds
from groundplan.stores.pages import pages_of_stores

SHARES = {
    "Confirm that the site is lost": 10,
    "Promote the database": 15,
    "Start the services": 15,
    "Point DNS at the standby": 10,
    "Check the data": 25,
    "Tell the customers": 5,
}
"""Derived step to its share of the recovery time objective, in percent; together they leave the chapter's reserve."""


def page(system: System) -> str | None:
    """The whole page; none where nothing stands by."""
    primary = system.primary
    standby = system.standby_of(primary)
    if standby is None or standby.recovery is None:
        return None
    recovery = standby.recovery
    written = {
        "Confirm that the site is lost": failover_steps.confirm(
            primary, minutes(recovery, "Confirm that the site is lost")
        ),
        "Promote the database": failover_steps.promote(system, primary, standby),
        "Start the services": failover_steps.start(standby),
        "Point DNS at the standby": failover_steps.dns(primary, standby),
        "Check the data": failover_steps.check(primary, standby, recovery),
        "Tell the customers": failover_steps.tell(primary, recovery),
    }
    steps = [(title, minutes(recovery, title), written[title]) for title in SHARES]
    own = [(step.title, step.minutes, step.text) for step in recovery.steps]
    ordered = [*steps[:-1], *own, steps[-1]]
    return document(
        f"{primary.title}: disaster recovery",
        f"When `{primary.environment}` in {primary.region} is lost, `{standby.environment}` in "
        f"{standby.region} takes over. Everything it needs is already there: cluster, images, secrets, and a "
        "database that follows. Failover is promotion, scaling and the way requests take, no more.",
        section("Objectives", _objectives(recovery, ordered)),
        *(
            section(f"Step {number}: {title} (at most {limit} minutes)", text)
            for number, (title, limit, text) in enumerate(ordered, 1)
        ),
        section("Going back", _back(primary, standby)),
        section("What is not covered", _not_covered(primary)),
        f"The rehearsal is described in {link('the drill', 'dr-drill.md')}.",
    )


def minutes(recovery: Recovery, title: str) -> int:
    """Longest the derived step may take."""
    return max(1, whole_seconds(recovery.rto) * SHARES[title] // 100 // 60)


def _objectives(recovery: Recovery, steps: list[tuple[str, int, str]]) -> str:
    rows = [(number, title, limit) for number, (title, limit, _) in enumerate(steps, 1)]
    total = sum(limit for _, limit, _ in steps)
    return (
        f"Recovery time objective: **{recovery.rto}**. Recovery point objective: **{recovery.rpo}**.\n\n"
        + table(["Step", "What", "Minutes at most"], [*rows, ("", "**together**", f"**{total}**")])
        + f"\n\nThe clock starts when the first alert fires. Together the steps take {total} of "
        f"{whole_seconds(recovery.rto) // 60} minutes."
    )


def _back(primary: Environment, standby: Environment) -> str:
    if way_back.is_built(standby):
        return (
            f"The old databases hold what was true before the failover, so nothing is switched back as it was: "
            f"{link('the way back', 'way-back.md')} goes there in three changes, when the region has been well for a day."
        )
    return "\n".join(
        [
            "1. Bring the old site back with its database as the follower: rebuild it from the new primary, never start it "
            "as it was.",
            "2. Wait until it has caught up and its checks pass.",
            f"3. Choose a quiet hour, set `recovery.active: false` in `{standby.environment}.yaml`, and go through steps 4 "
            f"to 6 towards `{primary.environment}`. The same change brings its services back from zero and lifts the fence "
            "of its databases, so never make it while they hold what was true before the failover.",
        ]
    )


def _not_covered(primary: Environment) -> str:
    lines = [line for it in pages_of_stores(primary) if (line := it.not_covered()) is not None]
    return bullets([*lines, "Requests under way when the site is lost fail; callers repeat them."])
