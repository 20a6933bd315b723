"""What changed charts bring, by what was recorded of them: images, rights, webhooks, definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.chart_facts import ChartFacts, inputs_of
from groundplan.chart_facts import Entry as Recorded
from groundplan.chart_facts.store import FOLDER, entry_of
from groundplan.review.beyond.sides import Side
from groundplan.review.report import Entry

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Brought:
    """A chart that brings something else than before."""

    scope: str
    """`system/environment`."""

    release: str
    """Name of the release."""

    versions: tuple[str, str]
    """Chart version before and after."""

    more: tuple[str, ...]
    """What comes with it now and did not before, `image ...`, `right ...`, `webhook ...`, `definition ...`."""

    less: tuple[str, ...]
    """What no longer comes with it."""

    known: bool = True
    """Whether both sides are recorded. Default true."""


def brought(entries: Iterable[Entry], before: Side, after: Side) -> tuple[Brought, ...]:
    """Changed charts, the same change of several environments once for each."""
    return tuple(_brought(entries, before, after))


def _brought(entries: Iterable[Entry], before: Side, after: Side) -> Iterator[Brought]:
    known: dict[Side, list[Recorded]] = {}
    for entry in entries:
        old, new = entry.change.before, entry.change.after
        if entry.change.identity.kind != "Application" or old is None or new is None or not _charts(old, new):
            continue
        for side in (before, after):
            if side not in known:
                known[side] = [item for path, text in side.below(FOLDER).items() if (item := entry_of(path, text))]
        one, other = _facts(old, known[before]), _facts(new, known[after])
        versions = (_version(old), _version(new))
        release = new["metadata"]["name"]
        if one is None or other is None:
            yield Brought(entry.change.identity.scope, release, versions, (), (), known=False)
            continue
        had, has = frozenset(_told(one)), frozenset(_told(other))
        if had != has or versions[0] != versions[1]:
            yield Brought(
                entry.change.identity.scope, release, versions, tuple(sorted(has - had)), tuple(sorted(had - has))
            )


def _charts(*applications: Json) -> bool:
    return all("chart" in (item["spec"].get("source") or {}) for item in applications)


def _version(application: Json) -> str:
    return str(application["spec"]["source"].get("targetRevision", ""))


def _facts(application: Json, recorded: list[Recorded]) -> ChartFacts | None:
    """What was recorded for this very input, on whichever Kubernetes it was."""
    by_digest = {item.digest: item for item in recorded}
    for kubernetes in sorted({item.kubernetes for item in recorded}):
        for release in inputs_of(application, kubernetes):
            found = by_digest.get(release.digest)
            if found is not None and found.recorded:
                return found.facts
    return None


def _told(facts: ChartFacts) -> Iterator[str]:
    for pod in facts.pods:
        yield from (f"image {container.image}" for container in pod.containers)
        yield from (f"host network of {pod.name}" for _ in range(int(pod.host_network)))
    for role in facts.roles:
        for rule in role.rules:
            groups = rule.groups or ("",)
            yield from (
                f"right {verb} {group}/{resource}".replace(" /", " ")
                for verb in rule.verbs
                for group in groups
                for resource in rule.resources
            )
    yield from (f"webhook {hook.name} ({hook.failure_policy})" for hook in facts.webhooks)
    for definition in facts.definitions:
        served = ", ".join(version.name for version in definition.versions if version.served)
        yield f"definition {definition.group}/{definition.kind} ({served})"
