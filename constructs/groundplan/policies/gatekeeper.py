"""The catalogue as Gatekeeper objects: a template and a constraint for each rule.

See https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy/ .
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from groundplan.errors import Severity
from groundplan.parts import Component, Json, Part
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import EXEMPT_SCHEMA, Rule

TARGET = "admission.k8s.gatekeeper.sh"
WAVE = "argocd.argoproj.io/sync-wave"
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
TEMPLATES_FIRST, CONSTRAINTS_AFTER = "-1", "1"
CHART_LABELS = ("app.kubernetes.io/managed-by", "heritage")
"""Labels that say `Helm` on what a chart brings; Gatekeeper's own chart writes the older one."""

CLUSTER_SCOPED_BY_CHARTS = frozenset({"no-wildcard-role", "no-cluster-admin"})
"""Rules about cluster-scoped objects that upstream charts bring: excluding their namespaces does not exclude these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AdmissionProps:
    """What an environment decides about admission."""

    excluded: Collection[str]
    """Namespaces that are not judged: the platform's own and those of upstream charts."""

    enforcement: Literal["deny", "warn", "dryrun"] = "deny"
    """What happens to an object that breaks a rule. Default it is refused."""

    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Name of a rule to the values of its parameters. Default none."""

    brought: Sequence[str] = ()
    """Labels that somebody else's operator puts on cluster-scoped objects it brings. Default none."""


class AdmissionPolicies(Part):
    """Every rule of the catalogue that holds at admission.

    Templates come a sync wave before their constraints, whose kind Gatekeeper defines only after it has read them.
    """

    def __init__(self, scope: Component | Part, id_: str, props: AdmissionProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        for rule in RULES.values():
            if rule.admission:
                self._add_template(rule)
                self._add_constraint(rule)

    def _add_template(self, rule: Rule) -> None:
        schema: Json = {"type": "object", "properties": {"exempt": dict(EXEMPT_SCHEMA), **rule.parameters}}
        self.emit(
            {
                "apiVersion": "templates.gatekeeper.sh/v1",
                "kind": "ConstraintTemplate",
                "metadata": {
                    "name": rule.kind.lower(),
                    "annotations": {WAVE: TEMPLATES_FIRST, "metadata.gatekeeper.sh/title": rule.title, "description": rule.why},
                },
                "spec": {
                    "crd": {"spec": {"names": {"kind": rule.kind}, "validation": {"openAPIV3Schema": schema}}},
                    "targets": [{"target": TARGET, "code": [{"engine": "K8sNativeValidation", "source": source(rule)}]}],
                },
            }
        )  # fmt: skip

    def _add_constraint(self, rule: Rule) -> None:
        enforcement = self._props.enforcement
        softened = enforcement == "deny" and rule.severity is Severity.WARNING
        self.emit(
            {
                "apiVersion": "constraints.gatekeeper.sh/v1beta1",
                "kind": rule.kind,
                "metadata": {
                    "name": rule.name,
                    "annotations": {WAVE: CONSTRAINTS_AFTER, SYNC_OPTIONS: "SkipDryRunOnMissingResource=true"},
                },
                "spec": {
                    "enforcementAction": "warn" if softened else enforcement,
                    "match": self._match(rule),
                    "parameters": dict(self._props.parameters.get(rule.name, {})),
                },
            }
        )

    def _match(self, rule: Rule) -> Json:
        groups: dict[str, list[str]] = {}
        for group, kind in rule.kinds:
            groups.setdefault(group, []).append(kind)
        match: Json = {
            "kinds": [{"apiGroups": [group], "kinds": sorted(kinds)} for group, kinds in sorted(groups.items())],
            "excludedNamespaces": sorted(self._props.excluded),
        }
        if rule.name in CLUSTER_SCOPED_BY_CHARTS:
            charts: list[Json] = [{"key": key, "operator": "NotIn", "values": ["Helm"]} for key in CHART_LABELS]
            charts += [{"key": key, "operator": "DoesNotExist"} for key in self._props.brought]
            match["labelSelector"] = {"matchExpressions": charts}
        return match


def source(rule: Rule) -> dict[str, Any]:
    """The rule as Gatekeeper's CEL engine takes it; it fails closed where an expression cannot be evaluated."""
    return {
        "failurePolicy": "Fail",
        "variables": [{"name": name, "expression": text} for name, text in rule.all_variables.items()],
        "validations": [{"expression": rule.expression, "message": rule.title, "messageExpression": rule.message}],
    }
