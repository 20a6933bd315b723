"""The schema gate: every object is one that the API server of its environment would accept.

Kubernetes' own kinds are held to the strict schemas of the environment's version; custom resources to the definition
in the tree, to the ConstraintTemplate in the tree that defines them, or to the facts recorded in `schemas/`.
See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ .
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from groundplan.checks.core_schemas import CoreSchemas, core_schemas
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.schema_errors import explain
from groundplan.checks.schema_kinds import MATCH, TEMPLATE, kind_of, unused
from groundplan.checks.schema_validators import Held, Lacking, Validators
from groundplan.errors import Finding, Location, Severity
from groundplan.schemas.store import RECORD, facts_path, recorded_kinds


def run(inventory: Inventory, context: Context) -> Verdict:
    """Validate every object."""
    return _Judge(inventory, context).verdict()


class _Judge:
    def __init__(self, inventory: Inventory, context: Context) -> None:
        self.inventory = inventory
        self.context = context
        self.judged = 0
        self.findings: list[Finding] = []
        self.unjudged: dict[Lacking, list[Object]] = defaultdict(list)
        self.validators = Validators(context.root, inventory)

    def verdict(self) -> Verdict:
        for item in self.inventory:
            self._object(item)
        self.findings.extend(self.validators.findings)
        self.findings.extend(_not_judged(lacking, items) for lacking, items in self.unjudged.items())
        if not self.context.selected:
            self.findings.extend(_unused(self.inventory, self.context))
        reasons = tuple(NotJudged(lacking.reason, len(items)) for lacking, items in sorted(self.unjudged.items()))
        return Verdict(self.judged, tuple(self.findings), reasons)

    def _object(self, item: Object) -> None:
        core = self._core(item)
        held = core if isinstance(core, Lacking) else self.validators.of(item, core)
        if isinstance(held, Lacking):
            self.unjudged[held].append(item)
            return
        assert not isinstance(core, Lacking)  # what held would be too
        self.judged += 1
        self.findings.extend(self._unserved(item, core) if held is None else self._violations(item, core, held))

    def _core(self, item: Object) -> CoreSchemas | Lacking:
        environment = self.context.environment_of(item)
        if environment is None:
            return Lacking(f"no environment file says which Kubernetes {item.scope} runs", "add it, or run `make`")
        version = environment.cluster.kubernetes
        return core_schemas(version) or Lacking(f"no schemas of Kubernetes {version}", "choose a version that has them")

    def _unserved(self, item: Object, core: CoreSchemas) -> Iterator[Finding]:
        message = f"Kubernetes {core.version} does not serve {item.kind} of {item.api_version}"
        served = sorted(version for group, version, kind in core.names if (group, kind) == (item.group, item.kind))
        advice = f"write {item.group}/{served[-1]}".replace("write /", "write ") if served else ""
        yield self.inventory.finding(item, ("apiVersion",), "schema.unserved", message, advice)

    def _violations(self, item: Object, core: CoreSchemas, held: Held) -> Iterator[Finding]:
        try:
            if held.validator.is_valid(item.document):
                return
        except ValueError as error:
            yield self.inventory.finding(item, (), "schema.value", f"is not JSON: {error}", "")
            return
        for violation in held.validator.iter_errors(item.document):
            for path, message, advice in explain(violation, core.definitions, held.schema):
                yield self.inventory.finding(item, path, "schema", message, advice)


def _not_judged(lacking: Lacking, items: list[Object]) -> Finding:
    message = f"{lacking.reason}; {len(items)} such objects" if len(items) > 1 else lacking.reason
    where = Location(items[0].path)
    return Finding(where, "schema.not-judged", str(items[0]), message, lacking.advice, Severity.NOT_JUDGED)


def _unused(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Facts that nothing is held to would grow stale unseen."""
    used = {kind_of(item) for item in inventory} | unused() | ({MATCH} if TEMPLATE in inventory.by_kind else set())
    for kind in sorted(set(recorded_kinds(context.root)) - used):
        message = "has the facts of a kind that nothing renders"
        yield Finding(Location(str(facts_path(kind))), "schema.unused", "", message, RECORD.partition(" where ")[0])
