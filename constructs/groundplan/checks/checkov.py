"""The checkov gate: a policy scanner of others over our tree, in process, one run for each component.

The scanner's own way in is not used: it reads YAML by a slow loader, silently leaves out files that hold
`{{ .Values.` anywhere, and crashes on some annotations. It is given the objects the inventory has read, and what
it returns is counted against them. See https://www.checkov.io/5.Policy%20Index/kubernetes.html .
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from groundplan.checks.exemptions import CHECKOV_PREFIX, Exemptions
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.today import today as current_day
from groundplan.errors import Finding, Location, Severity

SKIP_ANNOTATIONS = ("checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip")
"""Annotations by which an object lets itself off, without owner or end; they are refused."""

_START, _END = "__startline__", "__endline__"


@dataclass(frozen=True, order=True, slots=True)
class Failure:
    """One check that one object does not pass."""

    path: str
    """File of the object."""

    check: str
    """Id of the check."""

    text: str
    """What it demands."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What the scanner says about one component."""

    failures: tuple[Failure, ...]
    """Checks that are not passed, sorted."""

    scanned: frozenset[str]
    """Files of the objects it looked at."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Scan every component of `dist/`.

    Args:
        inventory: what there is.
        context: environments, for exemptions.
        today: the day exemptions are held against. Default the current date.
    """
    exemptions = Exemptions(context, (), family=CHECKOV_PREFIX, today=today or current_day())
    by_path = {item.path: item for item in inventory.manifests}
    findings = [finding for item in by_path.values() for finding in _self_exempted(item, inventory)]
    scanned: set[str] = set()
    with _Quiet():  # once: each change of a level empties the memory of every logger
        results = [scan(items) for items in _components(inventory.manifests)]
    for result in results:
        scanned |= result.scanned
        for failure in result.failures:
            item = by_path[failure.path]
            if not exemptions.cover(failure.check, item):
                findings.append(_failed(item, failure, inventory))
    missing = sorted(set(by_path) - scanned)
    findings += [
        Finding(
            Location(path),
            "checkov.not-scanned",
            "",
            "the scanner left the object out",
            "report it",
            Severity.NOT_JUDGED,
        )
        for path in missing
    ]
    left_out = (NotJudged("the scanner left the object out", len(missing)),) if missing else ()
    return Verdict(len(by_path) - len(missing), (*findings, *exemptions.findings()), left_out)


def scan(items: Sequence[Object]) -> Scan:
    """Run the scanner over objects that belong together: some checks look for a NetworkPolicy beside a Deployment."""
    from checkov.common.output.report import Report
    from checkov.kubernetes.kubernetes_utils import build_definitions_context
    from checkov.kubernetes.runner import Runner
    from checkov.runner_filter import RunnerFilter

    root = os.sep  # paths are made up: nothing is read from disk
    definitions = {f"/{item.path}": [_prepared(item.document)] for item in items}
    raw = {path: [(1, "apiVersion:\n")] for path in definitions}
    runner = Runner()
    runner.pbar.turn_off_progress_bar()
    runner.definitions, runner.definitions_raw = definitions, raw
    runner.context = build_definitions_context(definitions, raw)
    everything = RunnerFilter(framework=["kubernetes"], show_progress_bar=False)
    reports = [runner.check_definitions(root, everything, Report("kubernetes"))]
    present = {item.kind for item in items}
    asked = {check: kinds for check, kinds in kinds_in_graph().items() if kinds & present}
    if asked:
        wanted = frozenset().union(*asked.values())
        # copies: it changes what it is given
        beside = {f"/{item.path}": [_prepared(item.document)] for item in items if item.kind in wanted}
        assert runner.graph_manager is not None  # the constructor makes one
        runner.graph_manager.save_graph(runner.graph_manager.build_graph_from_definitions(beside))
        only = RunnerFilter(framework=["kubernetes"], checks=list(asked), show_progress_bar=False)
        reports.append(runner.get_graph_checks_report(root, only))
    failed = [record for report in reports for record in report.failed_checks]
    return Scan(
        tuple(sorted({Failure(_path(record), record.check_id, record.check_name) for record in failed})),
        frozenset(_path(record) for report in reports for record in _records(report)),
    )


@cache
def kinds_in_graph() -> Mapping[str, frozenset[str]]:
    """What each check that walks the scanner's graph of objects looks at: kinds by the id of the check.

    In the graph every field is an entry of its own, which takes longer than all other checks together, and most kinds are
    looked at by none of these checks. So a component's graph holds what the checks of its kinds ask about, and no more.

    Raises:
        ValueError: where a check asks about every kind; no check of the pinned version does.
    """
    from checkov.common.checks_infra.registry import get_graph_checks_registry
    from checkov.kubernetes.kubernetes_utils import SUPPORTED_POD_CONTAINERS_TYPES

    registry = get_graph_checks_registry("kubernetes")
    registry.load_checks()
    named = {check.id: frozenset(_kinds_named(check, check.id)) for check in registry.checks}
    # the scanner takes pods out of what makes them
    return {
        check: kinds | SUPPORTED_POD_CONTAINERS_TYPES if "Pod" in kinds else kinds for check, kinds in named.items()
    }


def _kinds_named(check: Any, id_: str) -> Iterator[str]:
    """Kinds that a condition and those below it are about."""
    kinds = [*check.resource_types, *check.connected_resources_types]
    if check.attribute in ("kind", "resource_type"):
        kinds += check.attribute_value
    if not kinds and not check.sub_checks:
        raise ValueError(f"{id_} has a condition on every kind")
    yield from kinds
    for part in check.sub_checks:
        yield from _kinds_named(part, id_)


class _Quiet:
    """Keeps the scanner's log lines out of the gate's output."""

    def __enter__(self) -> None:
        self._level = logging.root.manager.disable
        logging.disable(logging.CRITICAL)

    def __exit__(self, *error: object) -> None:
        logging.disable(self._level)


def _records(report: Any) -> Iterable[Any]:
    return (*report.passed_checks, *report.failed_checks, *report.skipped_checks, *report.extra_resources)


def _path(record: Any) -> str:
    return str(record.file_abs_path).lstrip("/")


def _prepared(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy for the scanner, with the line marks it needs and without annotations it would obey or choke on."""
    copy: dict[str, Any] = _marked(document)
    annotations = copy["metadata"].get("annotations") or {}
    for key in [key for key in annotations if key.startswith(SKIP_ANNOTATIONS)]:
        del annotations[key]
    return copy


def _marked(value: Any) -> Any:
    """`value` with a first and last line in every mapping; the gate finds the real lines itself."""
    if isinstance(value, Mapping):
        return {**{key: _marked(item) for key, item in value.items()}, _START: 1, _END: 1}
    return [_marked(item) for item in value] if isinstance(value, list) else value


def _components(items: Iterable[Object]) -> Iterator[list[Object]]:
    groups: dict[tuple[str, str], list[Object]] = {}
    for item in items:
        groups.setdefault((item.scope, item.component), []).append(item)
    yield from groups.values()


def _self_exempted(item: Object, inventory: Inventory) -> Iterator[Finding]:
    for key in item.annotations:
        if key.startswith(SKIP_ANNOTATIONS):
            yield inventory.finding(
                item,
                ("metadata", "annotations", key),
                "checkov.skip-annotation",
                "the object lets itself off a check",
                "write an exemption with owner, reason and end instead",
            )


def _failed(item: Object, failure: Failure, inventory: Inventory) -> Finding:
    message = f"does not pass {failure.check}: {failure.text}"
    return Finding(
        inventory.locate(item, "spec"),
        f"checkov.{failure.check}",
        str(item),
        message,
        f"meet it, or let somebody answer for it in environments/{item.system}/exemptions.yaml",
    )
