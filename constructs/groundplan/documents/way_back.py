"""way-back.md: from the region that took over to the one that was lost, in three changes of one word each.

The standby's file says which side serves (`active`) and which way copies go (`reversed`). What a store needs beside that is
its own; a store that would not know how is refused by the loader before anybody begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

from groundplan.delivery.member import application_name
from groundplan.documents import failover_steps
from groundplan.documents.kubectl import context
from groundplan.facts.system import System
from groundplan.markdown import bullets, checklist, document, link, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.recovery import Recovery
from groundplan.platforms.pages import pages_of
from groundplan.stores.pages import StorePages, pages_of_stores
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore

Words = Callable[[StorePages[AnyStore]], Iterable[str]]


def page(system: System) -> str | None:
    """The whole page; none where nothing stands by."""
    primary = system.primary
    standby = system.standby_of(primary)
    if standby is None or standby.recovery is None or not is_built(standby):
        return None
    return document(
        f"{primary.title}: the way back",
        f"After {link('a failover', 'disaster-recovery.md')}, `{standby.environment}` in {standby.region} serves, and "
        f"`{primary.environment}` in {primary.region} stands still. Nothing here is urgent: go back when the region has been "
        "well for a day. Each state is one that Git describes, so the way may be left at any of them for as long as it takes.",
        section("States", _states(primary, standby)),
        section("Step 1: See what is left of the old side", _see(primary)),
        section("Step 2: Turn the copies round", _turn(primary, standby)),
        section("Step 3: Wait until nothing is missing", _wait(primary)),
        section("Step 4: Serve from the old side again", _switch(system, primary, standby, standby.recovery)),
        section("Step 5: Copy the right way round again", _turn_again(primary, standby)),
        section("If a step fails", _if_not(primary, standby)),
    )


def is_built(standby: Environment) -> bool:
    """Whether every store of the pair knows the way; where one does not, going back is a rebuild by hand."""
    return all(store.turns_round for store in stores_of(standby).values())


def _states(primary: Environment, standby: Environment) -> str:
    here, there = primary.environment, standby.environment
    return "\n\n".join(
        [
            f"Both words stand below `recovery` in `{failover_steps.overlay(standby)}`:",
            table(
                ["`active`", "`reversed`", "Serves", f"Databases of {here}", f"Databases of {there}"],
                [
                    ("false", "false", here, "lead", f"copy those of {here}"),
                    ("true", "false", there, "accept no writes", "lead"),
                    ("true", "true", there, f"copy those of {there}", "lead"),
                    ("false", "true", here, "lead", "accept no writes"),
                ],
            ),
            "A failover goes from the first to the second; this page from the second through the others to the first.",
        ]
    )


def _see(primary: Environment) -> str:
    command = f"kubectl --context {context(primary)} --namespace {primary.delivery.namespace}"
    root = application_name(primary, "root", management=False)
    saved = _commands(primary, lambda pages: pages.salvage(context(primary)))
    return "\n\n".join(
        [
            checklist(
                [
                    f"the provider says that the event in {primary.region} is over",
                    f"the root of `{primary.environment}` is Synced, so everything there has been taken out of service",
                    "no pod of a service runs there",
                ]
            ),
            shell(
                f"{command} get applications.argoproj.io {root}",
                f"kubectl --context {context(primary)} --namespace {primary.namespace} get pods",
            ),
            *(
                [
                    "What was written there last and never copied is nowhere else, and the next step ends it. Keep it until "
                    "somebody has compared it with what is served now:",
                    shell(*saved),
                ]
                if saved
                else []
            ),
        ]
    )


def _turn(primary: Environment, standby: Environment) -> str:
    return "\n\n".join(
        [
            *_edits(primary),
            _change(standby, "recovery.reversed: true", f"copy to {primary.environment}", also=primary),
            *_blocks(primary, lambda pages: pages.rebuild(context(primary))),
        ]
    )


def _wait(primary: Environment) -> str:
    follows = _commands(primary, lambda pages: pages.caught_up(context(primary)))
    return "\n\n".join(
        [
            *([shell(*follows)] if follows else ["No store of this system copies anything."]),
            checklist(
                [
                    "the lag has been what it should be for an hour",
                    f"every Application of `{primary.environment}` is Synced and Healthy",
                    "secrets that were changed since the failover have been changed there too",
                    "a quiet hour is agreed on; requests fail from the moment the next step stops writes until its last check",
                ]
            ),
        ]
    )


def _switch(system: System, primary: Environment, standby: Environment, recovery: Recovery) -> str:
    where = context(system.cluster_of(standby))
    fence = _commands(standby, lambda pages: pages.fence(where))
    last = _commands(standby, lambda pages: pages.last_position(where))
    follows = _commands(primary, lambda pages: pages.caught_up(context(primary)))
    command = f"kubectl --context {context(primary)} --namespace {primary.delivery.namespace}"
    return "\n\n".join(
        [
            _change(
                standby,
                "recovery.active: false",
                f"go back to {primary.environment}",
                then="Open a pull request, have it approved, and do not merge it yet.",
            ),
            *(
                [
                    "Stop writes, so that nothing is written on one side alone; then look once more that the copy has "
                    "everything:",
                    shell(*fence, *last, *follows),
                ]
                if fence
                else []
            ),
            *([_LAST] if last else []),
            "Now merge the pull request.",
            *_blocks(primary, lambda pages: pages.follow(context(primary))),
            "Services start when the Applications are synced; requests follow once the health check answers:",
            shell(f"{command} get applications.argoproj.io --watch"),
            *pages_of(primary).traffic_back(primary, standby),
            failover_steps.check(
                standby, primary, recovery, compared="It began where the other ended: nothing may be missing."
            ),
        ]
    )


def _turn_again(primary: Environment, standby: Environment) -> str:
    return "\n\n".join(
        [
            f"Until this is done, `{standby.environment}` can take over nothing: its databases are those of yesterday.",
            *_edits(standby),
            _change(standby, "recovery.reversed: false", f"copy to {standby.environment}"),
            *_blocks(standby, lambda pages: pages.rebuild(context(standby))),
            "The way is over when the copy follows, and the alerts on its lag are quiet:",
            shell(
                *_commands(standby, lambda pages: pages.caught_up(context(standby))),
                f"kubectl --context {context(standby)} --namespace {standby.delivery.namespace} get applications.argoproj.io",
            ),
        ]
    )


def _if_not(primary: Environment, standby: Environment) -> str:
    return bullets(
        [
            f"Until the change of step 4 is merged, `{standby.environment}` serves: lift the fence, if it is there, and try "
            "again another day. Reverting the change of step 2 brings nothing back: what it replaced is gone.",
            f"After it, writes are in `{primary.environment}`. If it does not serve, setting `recovery.active: true` again "
            f"goes to `{standby.environment}` without whatever was written since.",
            f"If {primary.region} is lost in between, `{standby.environment}` is not harmed in the first three states; in the "
            "last one it is as old as step 4, which is why step 5 follows at once.",
        ]
    )


_LAST = (
    "The copy has everything when it has reached the segment that the fenced one wrote its last checkpoint to: the same "
    "position, but for the last six digits. Where the state is not `shut down`, it has not finished yet."
)


def _edits(environment: Environment) -> list[str]:
    """What is written beside the word, in the same change."""
    said = _commands(environment, lambda pages: pages.before_rebuild())
    return [f"{'; '.join(said)}. In the same change:"] if said else []


def _change(
    standby: Environment, word: str, message: str, also: Environment | None = None, then: str = failover_steps.MERGED
) -> str:
    file = failover_steps.overlay(standby)
    files = {file, *([failover_steps.overlay(also)] if also is not None and _edits(also) else [])}
    return failover_steps.change(f"In `{file}`, set `{word}`, then:", standby.system, sorted(files), message, then)


def _commands(environment: Environment, words: Words) -> list[str]:
    return list(chain.from_iterable(words(pages) for pages in pages_of_stores(environment)))


def _blocks(environment: Environment, words: Words) -> list[str]:
    return [block for block in _commands(environment, words) if block]
