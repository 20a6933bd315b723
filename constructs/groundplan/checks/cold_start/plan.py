"""What waits for what: a plan of events, each with what must have happened before, and what never happens.

Argo CD tries again for over an hour, so an order within that time need not be forced: an event happens as soon as
everything it needs has happened, whatever happens meanwhile. What is left then waits for something that nobody does, or
for itself.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from groundplan.checks.documents.pages import Page
from groundplan.checks.inventory import Object
from groundplan.yaml.marked import YamlPath

Event = tuple[Hashable, ...]
"""Something that happens once, such as `("exists", object)`."""


class Place(NamedTuple):
    """Where a need is written: a field of an object, or a line of a page."""

    item: Object | Page
    """The object or the page."""

    field: YamlPath = ()
    """Field of the object. Default the whole of it."""

    line: int = 1
    """Line of the page. Default the first."""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that must have happened."""

    any_of: tuple[Event, ...]
    """Events of which one is enough; none means that nobody does it."""

    why: str
    """What it is, for messages: `the Secret shop/db`."""

    place: Place
    """Where it is written."""

    advice: str = ""
    """What to do about it where it never happens. Default what follows from why."""


@dataclass
class Plan:
    """Every event and its needs."""

    needs: dict[Event, list[Need]] = field(default_factory=dict)
    """Event to everything that must have happened before."""

    _waiting: Mapping[Event, list[tuple[Event, int]]] | None = field(default=None, repr=False)

    def happens(self, event: Event, *needs: Need) -> Event:
        """Say that `event` happens once `needs` have; more may be added."""
        self.needs.setdefault(event, []).extend(needs)
        self._waiting = None
        return event

    def rounds(self, without: Collection[Event] = ()) -> dict[Event, int]:
        """Event to the round in which it happens; what never happens is left out.

        Args:
            without: events that are held back. Default none.
        """
        waiting = self._waiting = self._waiting if self._waiting is not None else self._who_waits()
        open_needs = {event: len(needs) for event, needs in self.needs.items()}
        done = {event: 0 for event, count in open_needs.items() if count == 0 and event not in without}
        met: set[tuple[Event, int]] = set()
        queue = deque(done)
        while queue:
            event = queue.popleft()
            for later, index in waiting.get(event, ()):
                if (later, index) in met:
                    continue
                met.add((later, index))
                open_needs[later] -= 1
                if open_needs[later] == 0 and later not in without:
                    done[later] = done[event] + 1
                    queue.append(later)
        return done

    def _who_waits(self) -> Mapping[Event, list[tuple[Event, int]]]:
        waiting: dict[Event, list[tuple[Event, int]]] = defaultdict(list)
        for event, needs in self.needs.items():
            for index, need in enumerate(needs):
                for earlier in need.any_of:
                    waiting[earlier].append((event, index))
        return waiting


class Stop(NamedTuple):
    """Why something never happens."""

    event: Event
    """What never happens."""

    chain: tuple[Need, ...]
    """The need that nobody meets, or the needs of a circle, in order."""

    is_circle: bool
    """Whether it waits for itself."""


def stops(plan: Plan, done: Mapping[Event, int]) -> Iterator[Stop]:
    """What is at the bottom of everything that never happens: what nobody does, and circles; not what waits for those."""
    blocked = {event: _unmet(needs, done) for event, needs in plan.needs.items() if event not in done}
    told: set[Need] = set()
    for event, needs in blocked.items():
        for need in needs:
            if not any(earlier in plan.needs for earlier in need.any_of) and need not in told:
                told.add(need)
                yield Stop(event, (need,), is_circle=False)
    yield from _circles(blocked)


def _unmet(needs: list[Need], done: Mapping[Event, int]) -> list[Need]:
    return [need for need in needs if not any(event in done for event in need.any_of)]


def _circles(blocked: Mapping[Event, list[Need]]) -> Iterator[Stop]:
    """Each circle once: from every event the first unmet need is followed until one comes up again."""
    seen: set[Event] = set()
    for start in blocked:
        path: dict[Event, Need] = {}
        event: Event | None = start
        while event is not None and event not in seen and event not in path:
            step = _step(blocked, event)
            if step is None:
                break
            need, following = step
            path[event] = need
            event = following
        if event is not None and event in path:
            events = list(path)
            circle = events[events.index(event) :]
            yield Stop(event, tuple(path[each] for each in circle), is_circle=True)
        seen.update(path)


def _step(blocked: Mapping[Event, list[Need]], event: Event) -> tuple[Need, Event] | None:
    """The first unmet need of `event` and the first event that would meet it."""
    for need in blocked[event]:
        for earlier in need.any_of:
            if earlier in blocked:
                return need, earlier
    return None
