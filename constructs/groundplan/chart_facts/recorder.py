"""Records what charts bring: renders each distinct input once, and writes down what the gates need to know of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from groundplan.chart_facts.facts import ChartFacts, Refusal, ValueFacts
from groundplan.chart_facts.helm import ChartMissingError, Helm, HelmError, asked_apis, chart_defaults, parse
from groundplan.chart_facts.reading import facts_of
from groundplan.chart_facts.release import ReleaseInput
from groundplan.chart_facts.store import FOLDER, Entry, Recorded
from groundplan.chart_facts.values_effect import effects
from groundplan.errors import Finding

Judge = Callable[[Mapping[str, Any], str], Iterable[Refusal]]
"""What the API server of a Kubernetes minor would refuse in an object."""


MISSING = "neither a folder of charts nor the repository gave the chart"
"""Why there are no facts of a chart."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A release somebody renders, and where its facts go."""

    system: str
    """System of the environment."""

    application: str
    """Name of the Application."""

    release: ReleaseInput
    """What is rendered."""

    apis: frozenset[str]
    """APIs of its cluster, `group/version` and `group/version/Kind`; `*` stands for any version and for any kind."""

    @property
    def file(self) -> str:
        """The file of its facts, relative to the repository."""
        return f"{FOLDER}/{self.system}/{self.application}.json"


def served(asked: Iterable[str], apis: Collection[str]) -> tuple[str, ...]:
    """Those of the APIs that templates ask for which a cluster with `apis` serves."""
    return tuple(api for api in asked if _forms(api) & set(apis))


def _forms(asked: str) -> set[str]:
    """How a cluster's APIs may say that they serve `asked`; a `*` is any version, or any kind."""
    group, version, *kind = asked.split("/")
    return {"/".join([group, step, *last]) for step in (version, "*") for last in ([kind, ["*"]] if kind else [[]])}


def is_current(entry: Entry | None, wanted: Wanted) -> bool:
    """Whether `entry` holds what recording `wanted` again would write."""
    return entry is not None and entry.recorded and entry.served == served(entry.asked, wanted.apis)


class Recorder:
    """Renders and writes down; what is recorded already is kept."""

    def __init__(self, helm: Helm, judge: Judge, known: Recorded, workers: int = 2) -> None:
        self._helm = helm
        self._judge = judge
        self._known = known
        self._workers = workers
        self.failures: list[Finding] = []
        """Why some inputs could not be rendered; they have no entry."""

    def record(
        self, wanted: Iterable[Wanted], again: Callable[[Wanted], bool], told: Callable[[Wanted, Entry], None]
    ) -> dict[str, Entry]:
        """Entries by file, one for each distinct input.

        Args:
            wanted: everything the environments render.
            again: whether an input is to be recorded although it is known.
            told: called with each entry that was recorded.
        """
        entries: dict[str, Entry] = {}
        for item in distinct(wanted):
            entry = self._known.entry(item.release)
            if not is_current(entry, item) or again(item):
                entry = self._recorded(item, entry)
                if entry is not None:
                    told(item, entry)
            if entry is not None:
                entries[item.file] = entry
        return entries

    def _recorded(self, wanted: Wanted, known: Entry | None) -> Entry | None:
        try:
            return self._entry(wanted, known)
        except HelmError as error:
            self.failures.extend(error.findings)
            return None

    def _entry(self, wanted: Wanted, known: Entry | None) -> Entry:
        release = wanted.release
        blank = Entry(
            chart=release.chart,
            version=release.version,
            release=release.release,
            namespace=release.namespace,
            kubernetes=release.kubernetes,
            digest=release.digest,
        )
        try:
            chart = self._helm.chart(release)
        except ChartMissingError:
            return replace(blank, recorded=False, reason=MISSING)
        asked = asked_apis(chart)
        entry = replace(blank, asked=asked, served=served(asked, wanted.apis))
        rendering = _Rendering(self._helm, chart, release, entry.served)
        same = known is not None and known.recorded and known.served == entry.served
        values = known.facts.values if known is not None and same else rendering.effects(self._workers)
        return replace(entry, facts=replace(self._facts(rendering), values=values))

    def _facts(self, rendering: _Rendering) -> ChartFacts:
        documents = rendering.documents()
        kubernetes = rendering.release.kubernetes
        refusals = {refusal for document in documents for refusal in self._judge(document, kubernetes)}
        return replace(
            facts_of(documents, rendering.release.namespace),
            refusals=tuple(sorted(refusals, key=lambda item: (item.subject, item.path, item.message))),
            unstable=rendering.unstable(),
        )


class _Rendering:
    """One release with its chart: what it renders with its values, and with others."""

    def __init__(self, helm: Helm, chart: Path, release: ReleaseInput, served: tuple[str, ...]) -> None:
        self._helm = helm
        self._chart = chart
        self.release = release
        self._served = served
        self._checked = True
        self._refused: tuple[str, ...] = ()
        self._whole = self._first()

    def _first(self) -> str:
        """The whole render; from then on unchecked, where the chart's schema of values refuses them."""
        try:
            return self._render(self.release.values)
        except HelmError as error:
            self._refused = tuple(finding.message for finding in error.findings)
            if not any("schema" in reason for reason in self._refused):
                raise
            self._checked = False
            return self._render(self.release.values)

    def _render(self, values: Mapping[str, Any]) -> str:
        return self._helm.render(self._chart, self.release, values, self._served, check_values=self._checked)

    def _attempt(self, values: Mapping[str, Any]) -> str | None:
        try:
            return self._render(values)
        except HelmError:
            return None

    def documents(self) -> list[dict[str, Any]]:
        """The objects."""
        return _parsed(self.release, self._whole)

    def effects(self, workers: int) -> ValueFacts:
        """What each value does."""
        defaults = chart_defaults(self._chart)
        with ThreadPoolExecutor(workers) as pool:
            found = effects(self.release.values, defaults, self._whole, lambda many: pool.map(self._attempt, many))
        return replace(found, refused=self._refused)

    def unstable(self) -> tuple[str, ...]:
        """Objects that come out differently the second time."""
        again = self._render(self.release.values)
        if again == self._whole:
            return ()
        pairs = zip(self.documents(), _parsed(self.release, again), strict=False)
        return tuple(sorted({f"{one['kind']} {one['metadata']['name']}" for one, other in pairs if one != other}))


def distinct(wanted: Iterable[Wanted]) -> Iterator[Wanted]:
    """The first by file name of each input, so that the same one keeps its file from run to run."""
    seen: set[str] = set()
    for item in sorted(wanted, key=lambda item: item.file):
        if item.release.digest not in seen:
            seen.add(item.release.digest)
            yield item


def _parsed(release: ReleaseInput, text: str) -> list[dict[str, Any]]:
    try:
        return list(parse(text))
    except yaml.YAMLError as error:
        raise HelmError(str(release), f"what helm renders is not YAML ({str(error).splitlines()[0]})") from None
