"""The schema gate: every object is one that the API server of its environment would accept.

Kubernetes' own kinds are held to the strict schemas of the environment's version; custom resources to the definition
in the tree, to the ConstraintTemplate in the tree that defines them, or to the upstream schema on this machine.
See https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/ .
"""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from groundplan.checks.core_schemas import LATEST, CoreSchemas, core_schemas
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.schema_errors import explain
from groundplan.checks.schema_shape import close, closed_root
from groundplan.checks.schema_sources import SchemaFolder, find_schema, schema_folders
from groundplan.errors import Finding, Location, Severity
from groundplan.kubernetes.validation import go_duration
from groundplan.layout import DIST

CONSTRAINTS = "constraints.gatekeeper.sh"


def run(inventory: Inventory, context: Context) -> Verdict:
    """Validate every object."""
    return _Judge(inventory, context).verdict()


class _Judge:
    def __init__(self, inventory: Inventory, context: Context) -> None:
        self.inventory = inventory
        self.context = context
        self.judged = 0
        self.findings: list[Finding] = []
        self.unjudged: dict[str, list[Object]] = defaultdict(list)
        self.validators: dict[tuple[str, ...], jsonschema_rs.Draft202012Validator | str] = {}
        self.folders = schema_folders()
        self.definitions = _definitions_in(inventory, self.folders)

    def verdict(self) -> Verdict:
        for item in self.inventory:
            self._object(item)
        self.findings.extend(self._unjudged_findings())
        reasons = tuple(NotJudged(reason, len(items)) for reason, items in sorted(self.unjudged.items()))
        return Verdict(self.judged, tuple(self.findings), reasons)

    def _unjudged_findings(self) -> Iterator[Finding]:
        """One finding per kind; a single one where this machine has no schemas yet, because then every kind lacks one."""
        if len(self.unjudged) > 1 and not any(folder.count for folder in self.folders):
            objects = sum(len(items) for items in self.unjudged.values())
            message = f"no schemas of custom resources on this machine: {objects} objects of {len(self.unjudged)} kinds"
            yield _not_judged(Location(DIST.name), "", message)
            return
        for reason, items in sorted(self.unjudged.items()):
            message = f"{reason}; {len(items)} such objects" if len(items) > 1 else reason
            yield _not_judged(Location(items[0].path), str(items[0]), message)

    def _object(self, item: Object) -> None:
        environment = self.context.environment_of(item)
        if environment is None:
            self.unjudged[f"no environment file says which Kubernetes {item.scope} runs"].append(item)
            return
        core = core_schemas(environment.cluster.kubernetes)
        if core is None:
            self.unjudged[f"no schemas of Kubernetes {environment.cluster.kubernetes}"].append(item)
            return
        validator = self._validator(item, core)
        if isinstance(validator, str):
            self.unjudged[validator].append(item)
            return
        self.judged += 1
        if validator is None:
            message = f"Kubernetes {core.version} does not serve {item.kind} of {item.api_version}"
            served = sorted(version for group, version, kind in core.names if (group, kind) == (item.group, item.kind))
            advice = f"write {item.group}/{served[-1]}".replace("write /", "write ") if served else ""
            self.findings.append(self.inventory.finding(item, ("apiVersion",), "schema.unserved", message, advice))
            return
        try:
            if validator.is_valid(item.document):
                return
        except ValueError as error:
            self.findings.append(self.inventory.finding(item, (), "schema.value", f"is not JSON: {error}", ""))
            return
        self.findings.extend(
            self.inventory.finding(item, path, "schema", message, advice)
            for error in validator.iter_errors(item.document)
            for path, message, advice in explain(error, core.definitions)
        )

    def _validator(self, item: Object, core: CoreSchemas) -> jsonschema_rs.Draft202012Validator | str | None:
        """A validator; text that says why there is none; None where the kind does not exist in this version."""
        if item.group in core.groups:
            schema = core.schema(item.group, item.version, item.kind)
            return None if schema is None else self._compiled((core.version, item.api_version, item.kind), schema, core)
        in_tree = self.definitions.get((item.cluster, item.group, item.version, item.kind))
        key = (item.cluster if in_tree is not None else "", item.api_version, item.kind)
        if key not in self.validators:
            schema = in_tree or find_schema(item.group, item.kind, item.version, self.folders)
            if schema is None:
                self.validators[key] = f"no schema for {item.api_version} {item.kind}"
            else:
                self._compiled(key, closed_root(schema), core_schemas(LATEST) or core)
        return self.validators[key]

    def _compiled(
        self, key: tuple[str, ...], schema: dict[str, Any], core: CoreSchemas
    ) -> jsonschema_rs.Draft202012Validator | str:
        if key not in self.validators:
            try:
                self.validators[key] = jsonschema_rs.Draft202012Validator(
                    schema, registry=core.registry, validate_formats=True, formats=FORMATS, offline=True
                )
            except ValueError as error:
                reason = str(error).splitlines()[0]
                self.validators[key] = f"the schema of {' '.join(key[1:])} cannot be compiled ({reason})"
        return self.validators[key]


def _not_judged(location: Location, subject: str, message: str) -> Finding:
    advice = "run `groundplan schemas pull`, or point $GROUNDPLAN_SCHEMAS at the schemas"
    return Finding(location, "schema.not-judged", subject, message, advice, Severity.NOT_JUDGED)


Definitions = dict[tuple[str, str, str, str], dict[str, Any]]


def _definitions_in(inventory: Inventory, folders: Sequence[SchemaFolder]) -> Definitions:
    """Schemas that the tree itself brings, by (cluster, group, version, kind)."""
    found: Definitions = {}
    templates = inventory.by_kind.get(("templates.gatekeeper.sh", "ConstraintTemplate"), ())
    match = _match_schema(folders) if templates else {}
    for item in inventory.by_kind.get(("apiextensions.k8s.io", "CustomResourceDefinition"), ()):
        names, group = item.spec.get("names") or {}, str(item.spec.get("group", ""))
        for version in item.spec.get("versions") or ():
            schema = (version.get("schema") or {}).get("openAPIV3Schema")
            if isinstance(schema, Mapping):
                found[item.cluster, group, str(version.get("name")), str(names.get("kind"))] = close(schema)
    for item in templates:
        for version, kind, schema in _constraint_schemas(item, match):
            found[item.cluster, CONSTRAINTS, version, kind] = schema
    return found


def _constraint_schemas(template: Object, match: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    crd = (template.spec.get("crd") or {}).get("spec") or {}
    kind = (crd.get("names") or {}).get("kind")
    if not isinstance(kind, str):
        return
    parameters = (crd.get("validation") or {}).get("openAPIV3Schema") or {"type": "object", "maxProperties": 0}
    spec = {
        "type": "object",
        "properties": {
            "enforcementAction": {"enum": ["deny", "dryrun", "warn", "scoped"]},
            "scopedEnforcementActions": {"type": "array"},
            "match": match,
            "parameters": close(parameters),
        },
        "additionalProperties": False,
    }
    for version in ("v1beta1", "v1alpha1"):
        yield version, kind, {"type": "object", "properties": {"spec": spec}}


def _match_schema(folders: Sequence[SchemaFolder]) -> dict[str, Any]:
    """What a constraint may match on; every constraint's is the same, so any upstream one will do."""
    upstream = find_schema(CONSTRAINTS, "K8sRequiredLabels", "v1beta1", folders) or {}
    found: dict[str, Any] = (
        upstream.get("properties", {}).get("spec", {}).get("properties", {}).get("match", {"type": "object"})
    )
    return found


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


FORMATS = {
    "byte": _is_base64,
    "duration": lambda text: go_duration(text) is None,  # Go's, where JSON Schema means ISO 8601
    "uri": lambda text: True,  # Go's parser takes paths too; what must be a URL is told by the kind's own pattern
}
"""Formats the API server checks differently from JSON Schema."""
