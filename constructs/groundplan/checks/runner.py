"""Runs the gates side by side over one inventory and holds each to its count."""

from __future__ import annotations

import difflib
import gc
import multiprocessing
import os
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from groundplan.checks import GATES
from groundplan.checks.gate import Context, Gate, GateResult, Verdict
from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.errors import Finding, GroundplanError, Location, UsageError
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names, select
from groundplan.model.environment import Environment
from groundplan.synth.synthesize import Synthesized

GENERATED = ("dist", "argocd", "environments", "docs/systems")
"""Folders whose paths go on with system and environment."""


@dataclass(frozen=True, slots=True)
class Report:
    """What all gates say together."""

    results: tuple[GateResult, ...]
    """One result for each gate that ran, in the order of the registry."""

    objects: int
    """How many objects were read."""

    other_files: int
    """How many files are not objects."""

    environments: tuple[str, ...]
    """`system/environment` of those that were asked for."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every gate, sorted, each once."""
        return tuple(sorted({finding for result in self.results for finding in result.findings}))

    def failed(self, *, strict: bool) -> bool:
        """Whether any gate is closed."""
        return any(result.failed(strict=strict) for result in self.results)


def check(
    root: Path,
    wanted: Sequence[str] = (),
    *,
    gates: Sequence[str] = (),
    further: Sequence[Gate] = (),
    workers: int | None = None,
    tree: tuple[Inventory, Context] | None = None,
) -> Report:
    """Judge the rendered tree.

    Args:
        root: the repository.
        wanted: `system` or `system/environment` of those to judge. Default all.
        gates: names of the gates to run. Default all.
        further: gates of layers above this one, beside the registry's.
        workers: processes. Default one per core.
        tree: what `read` gave the caller for the same environments. Default it is read.

    Raises:
        UsageError: for an unknown environment or gate.
        EnvironmentFileError: where an environment cannot be loaded; nothing is judged then.
    """
    chosen = _chosen(gates, (*GATES, *further))
    inventory, context = tree or read(root, wanted)
    selected, environments = context.selected, context.environments
    results = run_gates(chosen, inventory, context, workers=workers)
    scopes = selected or tuple(environments)
    results[0] = _with(results[0], _missing(inventory, scopes))
    if selected:
        results = [replace(result, findings=_concerning(result.findings, selected, environments)) for result in results]
    return Report(tuple(results), len(inventory.objects), len(inventory.other_files), scopes)


def read(
    root: Path, wanted: Sequence[str] = (), *, synthesized: Synthesized | None = None
) -> tuple[Inventory, Context]:
    """The rendered tree and what gates may know beside it.

    Raises:
        UsageError: for an unknown environment.
        EnvironmentFileError: where an environment cannot be loaded.
    """
    selected = [f"{system}/{environment}" for system, environment in select(root, wanted)] if wanted else []
    environments = _with_management(root, _loaded(root, _with_neighbours(root, selected)))
    hosts = {scope: environment.host for scope, environment in environments.items() if environment.host}
    context = Context(root, environments, tuple(selected), synthesized)
    only = set(environments) if wanted else None
    return read_inventory(root, hosts=hosts, management=context.management, only=only), context


def run_gates(
    gates: Sequence[Gate], inventory: Inventory, context: Context, *, workers: int | None = None
) -> list[GateResult]:
    """Run `gates` in forked processes that share the inventory; a gate that crashes or miscounts is an error."""
    global _shared
    _shared = (inventory, context)
    count = min(workers or os.cpu_count() or 1, len(gates))
    if count <= 1:
        return [_judge(gate) for gate in gates]
    gc.freeze()  # no gate's collector walks what was read, and its memory stays shared
    try:
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("fork")) as pool:
            return list(pool.map(_judge, gates))
    finally:
        gc.unfreeze()


_shared: tuple[Inventory, Context] | None = None
"""What forked gates inherit instead of being sent."""


def _judge(gate: Gate) -> GateResult:
    assert _shared is not None  # run_gates sets it before the fork
    inventory, context = _shared
    started = _cpu_seconds()
    try:
        verdict = gate.run(inventory, context)
        findings = [*verdict.findings, *_miscount(gate, inventory, verdict)]
    except GroundplanError as error:
        verdict, findings = Verdict(0), list(error.findings)
    except Exception as error:  # one broken gate must close itself, not open the others
        verdict = Verdict(0)
        findings = [_own(gate, "gate.crashed", f"{type(error).__name__}: {error}", "report it; nothing was judged")]
    return GateResult(
        gate.name, verdict.judged, tuple(sorted(set(findings))), verdict.not_judged, _cpu_seconds() - started
    )


def _miscount(gate: Gate, inventory: Inventory, verdict: Verdict) -> list[Finding]:
    if gate.universe is None:
        return []
    expected = gate.universe(inventory)
    unjudged = sum(item.count for item in verdict.not_judged)
    if verdict.judged + unjudged == expected:
        return []
    message = f"judged {verdict.judged} and could not judge {unjudged}, of {expected}"
    return [_own(gate, "gate.miscount", message, "make the gate account for every object")]


def _own(gate: Gate, rule: str, message: str, advice: str) -> Finding:
    return Finding(Location(f"gate {gate.name}"), rule, "", message, advice)


def _missing(inventory: Inventory, scopes: Iterable[str]) -> list[Finding]:
    """Nothing rendered is no reason to be content."""
    if not inventory.objects:
        return [Finding(Location("dist"), "inventory.nothing", "", "holds no object to judge", "run `make` first")]
    present = {item.scope for item in inventory.objects}
    return [
        Finding(
            Location(f"dist/{scope}"),
            "inventory.nothing",
            "",
            "holds no object of this environment",
            "run `make` first",
        )
        for scope in scopes
        if scope not in present
    ]


def _with(result: GateResult, findings: list[Finding]) -> GateResult:
    return replace(result, findings=tuple(sorted({*result.findings, *findings})))


def _chosen(names: Sequence[str], gates: Sequence[Gate]) -> list[Gate]:
    known = {gate.name: gate for gate in gates}
    unknown = [name for name in names if name not in known]
    if unknown:
        near = difflib.get_close_matches(unknown[0], known, 1)
        advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(known)}"
        raise UsageError(f"there is no gate `{unknown[0]}`", advice)
    return [gate for gate in gates if not names or gate.name in names]


def _with_neighbours(root: Path, selected: Sequence[str]) -> list[tuple[str, str]]:
    """Environments refer to their host and their host's other tenants, so a system is always read whole."""
    systems = {scope.partition("/")[0] for scope in selected}
    return [
        (system, environment)
        for system, environments in environment_names(root).items()
        for environment in environments
        if not systems or system in systems
    ]


def _loaded(root: Path, pairs: Sequence[tuple[str, str]]) -> dict[str, Environment]:
    return {
        f"{item.environment.system}/{item.environment.environment}": item.environment
        for item in load_environments(root, pairs)
    }


def _with_management(root: Path, environments: dict[str, Environment]) -> dict[str, Environment]:
    """`environments` and the one whose controllers serve their cloud resources, which is another system's."""
    named = {item.delivery.management_cluster for item in environments.values()} - {None, *environments}
    wanted = sorted(filter(None, named))
    return {**environments, **(_loaded(root, _with_neighbours(root, wanted)) if wanted else {})}


def _concerning(findings: Iterable[Finding], selected: Sequence[str], known: Collection[str]) -> tuple[Finding, ...]:
    """Findings of the selected environments, of what their systems share, and of no system at all."""
    systems = {scope.partition("/")[0] for scope in selected}

    def concerns(file: str) -> bool:
        parts = next((file.removeprefix(f"{top}/").split("/") for top in GENERATED if file.startswith(f"{top}/")), [])
        scope = "/".join(parts[:2]).removesuffix(".yaml")
        return scope in selected if scope in known else len(parts) < 2 or parts[0] in systems

    return tuple(finding for finding in findings if concerns(finding.location.file))


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


__all__ = ["Environment", "Report", "check", "read", "run_gates"]
