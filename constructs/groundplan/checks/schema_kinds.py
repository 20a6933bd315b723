"""Which kinds need recorded facts: all that are rendered but Kubernetes' own and those that the tree itself defines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from groundplan.checks.core_schemas import LATEST, core_schemas
from groundplan.checks.effects import table
from groundplan.checks.inventory import Inventory, Object
from groundplan.schemas.notation import Schema
from groundplan.schemas.store import Kind

CONSTRAINTS = "constraints.gatekeeper.sh"
"""API group of what admission templates define."""

MATCH = (CONSTRAINTS, "v1beta1", "K8sRequiredLabels")
"""A constraint of upstream's: what it may match on is what any constraint may."""

OWN_UNUSED: Kind = ("bitnami.com", "v1alpha1", "SealedSecret")
"""A kind that any cluster may have and no environment here does. A platform's or a store's stand in its `unused.yaml`."""

TEMPLATE = ("templates.gatekeeper.sh", "ConstraintTemplate")
DEFINITION = ("apiextensions.k8s.io", "CustomResourceDefinition")

Definitions = dict[tuple[str, Kind], Schema]
"""Schemas by cluster and kind."""


def kinds_to_record(inventory: Inventory) -> set[Kind]:
    """Every kind that the gate needs facts of."""
    core = core_schemas(LATEST)
    own = core.groups if core is not None else frozenset()
    defined = {(cluster, kind) for cluster, kind, _ in _definitions(inventory)}
    rendered = {(item.cluster, kind_of(item)) for item in inventory if item.group not in {*own, CONSTRAINTS}}
    match = {MATCH} if TEMPLATE in inventory.by_kind else set()
    return {kind for _, kind in rendered - defined} | match | unused()


@cache
def unused() -> frozenset[Kind]:
    """Kinds that a capability renders and no environment here does; a new system that uses them is judged all the same."""
    rows = ((of.rpartition("/"), version) for of, version in table("unused.yaml").items())
    return frozenset({OWN_UNUSED, *((group, str(version), kind) for (group, _, kind), version in rows)})


def kind_of(item: Object) -> Kind:
    """API group, version and kind of an object."""
    return (item.group, item.version, item.kind)


def definitions_in(inventory: Inventory) -> Definitions:
    """The schemas that the trees themselves bring, as they stand there; a constraint's lacks what it may match on."""
    found = {(cluster, kind): schema for cluster, kind, schema in _definitions(inventory)}
    for item in inventory.by_kind.get(TEMPLATE, ()):
        found |= {(item.cluster, kind): schema for kind, schema in _constraints(item)}
    return found


def _definitions(inventory: Inventory) -> Iterator[tuple[str, Kind, Schema]]:
    for item in inventory.by_kind.get(DEFINITION, ()):
        names, group = item.spec.get("names") or {}, str(item.spec.get("group", ""))
        for version in item.spec.get("versions") or ():
            schema = (version.get("schema") or {}).get("openAPIV3Schema")
            if isinstance(schema, dict):
                yield item.cluster, (group, str(version.get("name")), str(names.get("kind"))), schema


def _constraints(template: Object) -> Iterator[tuple[Kind, Schema]]:
    crd = (template.spec.get("crd") or {}).get("spec") or {}
    kind = (crd.get("names") or {}).get("kind")
    if not isinstance(kind, str):
        return
    parameters = (crd.get("validation") or {}).get("openAPIV3Schema") or {"maxProperties": 0}
    fields = {
        "enforcementAction": {"enum": ["deny", "dryrun", "warn", "scoped"]},
        "scopedEnforcementActions": {"type": "array"},
        "match": {},
        "parameters": {"type": "object", **parameters},
    }
    for version in ("v1beta1", "v1alpha1"):
        yield (CONSTRAINTS, version, kind), {"properties": {"spec": {"type": "object", "properties": fields}}}
