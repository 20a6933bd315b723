"""What a gate is: a rule book over the rendered tree that says how many things it judged.

A gate is a module with `run(inventory, context) -> Verdict`. The number it judged and the numbers it could not judge
must add up to what it answers for, so that no object is skipped in silence.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from groundplan.chart_facts import ChartFacts, read_recorded
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding, Severity
from groundplan.model.environment import Environment
from groundplan.synth.synthesize import Synthesized


@dataclass(frozen=True, slots=True)
class Context:
    """What gates may know beside the rendered tree."""

    root: Path
    """The repository."""

    environments: Mapping[str, Environment] = field(default_factory=dict)
    """Loaded environments by `system/environment`. Default none: gates that need one then say not-judged."""

    selected: tuple[str, ...] = ()
    """Environments a person asked for. Default none: all."""

    synthesized: Synthesized | None = None
    """What this very run rendered and wrote, so that it need not be rendered again to compare. Default none."""

    @property
    def management(self) -> tuple[str, ...]:
        """`system/environment` of those that describe the management cluster: one, or none where nobody does."""
        return tuple(scope for scope, item in self.environments.items() if item.is_management_cluster)

    def environment_of(self, item: Object) -> Environment | None:
        """The environment `item` was rendered from."""
        return self.environments.get(item.scope)

    def facts_of(self, application: Object) -> ChartFacts | None:
        """What the chart of an Application brings; None where it has none, or no facts of it are recorded."""
        environment = self.environment_of(application)
        if environment is None:
            return None
        return read_recorded(self.root).of(application.document, environment.cluster.kubernetes)


@dataclass(frozen=True, order=True, slots=True)
class NotJudged:
    """Things a gate had no means to judge, and why."""

    reason: str
    """What was missing, e.g. `no schema for example.com/Widget`."""

    count: int
    """How many things that left unjudged."""

    declared: bool = False
    """Whether a reviewed file says so and why: it is shown and closes nothing. Default false."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate says."""

    judged: int
    """How many things it judged, good and bad."""

    findings: tuple[Finding, ...] = ()
    """What is wrong. Default nothing."""

    not_judged: tuple[NotJudged, ...] = ()
    """What it could not judge. Default nothing. Each also wants a finding of severity NOT_JUDGED."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """A verdict with its name and its price."""

    name: str
    """Name of the gate."""

    judged: int
    """How many things were judged."""

    findings: tuple[Finding, ...]
    """What is wrong, sorted."""

    not_judged: tuple[NotJudged, ...]
    """What could not be judged."""

    seconds: float
    """CPU seconds it took."""

    @property
    def unjudged(self) -> int:
        """How many things could not be judged."""
        return sum(item.count for item in self.not_judged)

    @property
    def undeclared(self) -> int:
        """How many of those no reviewed file gives a reason for."""
        return sum(item.count for item in self.not_judged if not item.declared)

    def failed(self, *, strict: bool) -> bool:
        """Whether the gate is closed: an error, or with `strict` also something that nobody judged and nobody declared."""
        fatal = {Severity.ERROR, Severity.NOT_JUDGED} if strict else {Severity.ERROR}
        return any(finding.severity in fatal for finding in self.findings) or (strict and self.undeclared > 0)


Universe = Callable[[Inventory], int]
"""How many things a gate answers for."""


def every_object(inventory: Inventory) -> int:
    """Every object of both trees."""
    return len(inventory.objects)


def every_manifest(inventory: Inventory) -> int:
    """Every object of `dist/`."""
    return len(inventory.manifests)


def chart_releases(inventory: Inventory) -> int:
    """Every chart that an Application installs."""
    return len(inventory.releases)


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate in the registry; its module is imported when it runs."""

    name: str
    """Name on the command line and in the table."""

    module: str
    """Module with `run(inventory, context) -> Verdict`."""

    help: str
    """What it judges, in a line."""

    universe: Universe | None = every_object
    """What `judged` and `not_judged` must add up to. Default every object; None where the gate counts its own things."""

    def run(self, inventory: Inventory, context: Context) -> Verdict:
        """Import the module and judge."""
        verdict: Verdict = importlib.import_module(self.module).run(inventory, context)
        return verdict
