"""The catalogue as Gatekeeper objects: a template and a constraint for each rule.

See https://open-policy-agent.github.io/gatekeeper/website/docs/validating-admission-policy/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groundplan.errors import Severity
from groundplan.parts import Component, Json, Part
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import EXEMPT_SCHEMA, Rule, parameters

TARGET = "admission.k8s.gatekeeper.sh"
WAVE = "argocd.argoproj.io/sync-wave"
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
TEMPLATES_FIRST, CONSTRAINTS_AFTER = "-1", "1"
CLUSTER_SCOPED_BY_CHARTS = frozenset({"no-wildcard-role", "no-cluster-admin"})
"""Rules about cluster-scoped objects that upstream charts bring: excluding their namespaces does not exclude these."""


class AdmissionPolicies(Part):
    """Every rule of the catalogue that holds at admission.

    Templates come a sync wave before their constraints, whose kind Gatekeeper defines only after it has read them.

    Args:
        scope: the policy component.
        id_: construct id.
        excluded: namespaces that are not judged: the platform's own and those of upstream charts.
    """

    def __init__(self, scope: Component | Part, id_: str, excluded: Sequence[str]) -> None:
        super().__init__(scope, id_)
        self._excluded = sorted({*excluded, *self.environment.policy.excluded_namespaces})
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
        enforcement = self.environment.policy.enforcement
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
                    "parameters": parameters(rule, self.environment, self.environment.exemptions),
                },
            }
        )

    def _match(self, rule: Rule) -> Json:
        groups: dict[str, list[str]] = {}
        for group, kind in rule.kinds:
            groups.setdefault(group, []).append(kind)
        match: Json = {
            "kinds": [{"apiGroups": [group], "kinds": sorted(kinds)} for group, kinds in sorted(groups.items())],
            "excludedNamespaces": self._excluded,
        }
        if rule.name in CLUSTER_SCOPED_BY_CHARTS:
            chart = {"key": "app.kubernetes.io/managed-by", "operator": "NotIn", "values": ["Helm"]}
            match["labelSelector"] = {"matchExpressions": [chart]}
        return match


def source(rule: Rule) -> dict[str, Any]:
    """The rule as Gatekeeper's CEL engine takes it; it fails closed where an expression cannot be evaluated."""
    return {
        "failurePolicy": "Fail",
        "variables": [{"name": name, "expression": text} for name, text in rule.all_variables.items()],
        "validations": [{"expression": rule.expression, "message": rule.title, "messageExpression": rule.message}],
    }
