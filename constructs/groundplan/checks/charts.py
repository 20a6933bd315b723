"""The charts gate: what upstream charts bring is known, fits the cluster, and is what the values mean.

Facts are recorded by `groundplan charts record` from real renders; this gate runs offline over what was recorded.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from groundplan.addons.catalogue import SOURCE, AddOn, catalogue
from groundplan.chart_facts.recorder import served
from groundplan.chart_facts.store import Entry, Recorded, read_recorded
from groundplan.chart_facts.values_effect import leaves, shown
from groundplan.checks.applications import Delivery, permits_destination, permits_kind
from groundplan.checks.chart_releases import Release, cluster_apis, releases
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Identity, Inventory, sources
from groundplan.errors import Finding, Location, Severity

SIZES = frozenset({"maxUnavailable", "minAvailable", "replicaCount", "replicas"})
"""Keys that are said even where the chart would choose the same: what is planned with them stands in one place."""

RECORD = "run `groundplan charts record`"


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every release of a chart."""
    return _Judge(inventory, context).verdict()


class _Judge:
    def __init__(self, inventory: Inventory, context: Context) -> None:
        self.inventory = inventory
        self.context = context
        self.recorded: Recorded = read_recorded(context.root)
        self.delivery = Delivery(inventory)
        self.apis = cluster_apis(inventory, context.environments)
        self.releases = tuple(releases(inventory, context.environments))

    def verdict(self) -> Verdict:
        known = [(release, entry) for release in self.releases if (entry := self._entry(release)) and entry.recorded]
        unknown = [release for release in self.releases if self._entry(release) is None]
        declared = [(item, entry) for item in self.releases if (entry := self._entry(item)) and not entry.recorded]
        findings = [
            *(finding for release, entry in known for finding in self._release(release, entry)),
            *(self._unknown(release) for release in unknown),
            *(self._declared(release, entry) for release, entry in declared),
            *self._definitions(known),
            *self._unused(),
        ]
        reasons = [NotJudged("no facts are recorded", len(unknown))] if unknown else []
        reasons += [NotJudged(entry.reason, 1, declared=True) for _, entry in declared]
        return Verdict(len(known), tuple(findings), tuple(reasons))

    def _entry(self, release: Release) -> Entry | None:
        """The entry of a release; a stale one counts as none."""
        entry = self.recorded.entry(release.input)
        if entry is not None and entry.recorded and entry.served != self._served(release, entry):
            return None
        return entry

    def _served(self, release: Release, entry: Entry) -> tuple[str, ...]:
        return served(entry.asked, self.apis.get(release.application.cluster, frozenset()))

    def _release(self, release: Release, entry: Entry) -> Iterator[Finding]:
        yield from self._values(release, entry)
        yield from self._refused(release, entry)
        yield from self._permitted(release, entry)
        yield from self._priorities(release, entry)

    def _values(self, release: Release, entry: Entry) -> Iterator[Finding]:
        for path in entry.facts.values.unread:
            yield self._at_value(
                release,
                path,
                "charts.value-unread",
                f"{release.input} renders the same without it",
                "remove it, or write the key the chart reads",
            )
        for path, default in entry.facts.values.repeated.items():
            if self._is_repetition(release, path):
                yield self._at_value(
                    release,
                    path,
                    "charts.value-repeated",
                    f"{release.input} has {_shown(default)} by itself",
                    "remove it",
                    Severity.WARNING,
                )
        for message in entry.facts.values.refused:
            yield self._at_value(
                release,
                "",
                "charts.value-refused",
                f"{release.input} refuses the values: {message}",
                "write what its values.schema.json asks for",
            )

    def _is_repetition(self, release: Release, path: str) -> bool:
        """Whether everybody who sets this value of the chart, in any version, repeats the default.

        A choice that varies is no repetition, and sizes are said even where the chart would choose the same.
        """
        keys = _keys(release, path)
        if keys[-1] in SIZES or "resources" in keys:
            return False
        return all(
            path in entry.facts.values.repeated
            for other in self.releases
            if other.input.chart == release.input.chart
            and _keys(other, path)
            and (entry := self._entry(other)) is not None
        )

    def _refused(self, release: Release, entry: Entry) -> Iterator[Finding]:
        kubernetes = release.input.kubernetes
        for refusal in entry.facts.refusals:
            yield self._at(
                release,
                ("targetRevision",),
                "charts.refused",
                f"{release.input} brings {refusal.subject}, "
                f"of which Kubernetes {kubernetes} refuses {refusal.path}: {refusal.message}",
                f"choose another version for {kubernetes} in {SOURCE}",
            )
        for subject in entry.facts.unstable:
            yield self._at(
                release,
                ("chart",),
                "charts.unstable",
                f"{release.input} renders {subject} differently each time, and Argo CD would replace it at each sync",
                "have cert-manager make what it makes up",
            )

    def _permitted(self, release: Release, entry: Entry) -> Iterator[Finding]:
        project = self.delivery.project_of(release.application)
        if project is None:
            return  # the placement gate's finding
        server = str((release.application.spec.get("destination") or {}).get("server", ""))
        for item in entry.facts.objects:
            identity = Identity(item.group, item.kind, item.namespace, item.name)
            if not permits_kind(project, identity):
                kind = f"{item.group}/{item.kind}" if item.group else item.kind
                yield self._at(
                    release,
                    ("chart",),
                    "charts.kind",
                    f"{release.input} brings {identity}, and project `{project.name}` does not permit {kind}",
                    f"add it to the add-on's `kinds` in {SOURCE}",
                )
            elif item.namespace and not permits_destination(project, server, item.namespace):
                yield self._at(
                    release,
                    ("chart",),
                    "charts.namespace",
                    f"{release.input} brings {identity}, and project `{project.name}` does not permit the namespace",
                    "add it to the add-on's `extra_namespaces`",
                )

    def _priorities(self, release: Release, entry: Entry) -> Iterator[Finding]:
        """What the API server calls, and what lets traffic in, must not be the first to go from a full node."""
        for pod in entry.facts.doors:
            if not pod.priority and not pod.hook and not _may_go_first(release):
                yield self._at(
                    release,
                    ("helm",),
                    "charts.no-priority",
                    f"{pod} of {release.input} answers the API server "
                    "or the outside and has no priority class: it is evicted before any service",
                    "write the chart's `priorityClassName`",
                )

    def _definitions(self, known: Iterable[tuple[Release, Entry]]) -> Iterator[Finding]:
        """The catalogue says what each chart defines in any of its versions; the order gate believes it."""
        defined: dict[str, set[tuple[str, str]]] = {}
        versions: dict[str, set[str]] = {}
        for release, entry in known:
            defined.setdefault(release.input.chart, set()).update(entry.facts.crds)
            versions.setdefault(release.input.chart, set()).add(release.input.version)
        for name, add_on in catalogue().items():
            if add_on.definitions_from is None and add_on.chart in defined:
                whole = set(add_on.versions.values()) <= versions[add_on.chart]
                yield from _disagreements(name, add_on, defined[add_on.chart], whole=whole)

    def _unused(self) -> Iterator[Finding]:
        if self.context.selected:
            return  # what others render is not at hand
        used = {release.input.digest for release in self.releases}
        for file, entry in self.recorded.entries.items():
            if entry.digest not in used:
                yield Finding(Location(file), "charts.unused", "", "no Application renders this", RECORD)

    def _unknown(self, release: Release) -> Finding:
        return self._at(
            release,
            ("chart",),
            "charts.not-recorded",
            f"what {release.input} brings with these values is not recorded",
            RECORD,
            Severity.NOT_JUDGED,
        )

    def _declared(self, release: Release, entry: Entry) -> Finding:
        return self._at(
            release,
            ("chart",),
            "charts.unknown",
            f"what {release.input} brings could not be recorded: {entry.reason}",
            RECORD,
            Severity.WARNING,
        )

    def _at_value(
        self, release: Release, path: str, rule: str, message: str, advice: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        keys = ("helm", "valuesObject", *_keys(release, path))
        return self._at(release, keys, rule, message, advice, severity)

    def _at(
        self,
        release: Release,
        path: tuple[str | int, ...],
        rule: str,
        message: str,
        advice: str,
        severity: Severity = Severity.ERROR,
    ) -> Finding:
        spec = release.application.spec
        index = next(i for i, item in enumerate(sources(release.application.document)) if "chart" in item)
        place: tuple[str | int, ...] = ("spec", "sources", index) if "sources" in spec else ("spec", "source")
        finding = self.inventory.finding(release.application, (*place, *path), rule, message, advice)
        return Finding(finding.location, rule, finding.subject, message, advice, severity)


def _disagreements(name: str, add_on: AddOn, defined: set[tuple[str, str]], *, whole: bool) -> Iterator[Finding]:
    """What one version defines the catalogue says; that none defines what it says takes a look at all of them."""
    later = {(group, kind) for group, kinds in add_on.installed_definitions.items() for kind in kinds}
    said = set(add_on.defined_kinds) - later
    for group, kind in sorted(defined - said):
        yield _in_catalogue(name, group, f"lacks {kind}, which the chart defines", f"add {kind}")
    for group, kind in sorted(said - defined) if defined and whole else ():
        yield _in_catalogue(name, group, f"names {kind}, which the chart does not define", f"remove {kind}")


def _may_go_first(release: Release) -> bool:
    """Whether the catalogue says why its pods have no priority class."""
    return any(add_on.chart == release.input.chart and add_on.without_priority for add_on in catalogue().values())


def _in_catalogue(name: str, group: str, message: str, advice: str) -> Finding:
    return Finding(Location(SOURCE), "charts.definitions", f"{name}.definitions.{group}", message, advice)


def _keys(release: Release, path: str) -> tuple[str, ...]:
    """The keys that `path` shows."""
    return next((keys for keys, _ in leaves(release.input.values) if shown(keys) == path), ())


def _shown(value: Any) -> str:
    return f"`{json.dumps(value)}`"
