"""What an admission rule is, and the variables its CEL may use.

The text must mean the same to Gatekeeper in every supported cluster and to the gate before merge. So rules keep to
what Kubernetes 1.28 evaluates: the standard functions and macros, `has()` instead of optionals, and of the string
functions `join`. See https://kubernetes.io/docs/reference/using-api/cel/ .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.errors import Severity
from groundplan.model.environment import Environment
from groundplan.model.policy import Exemption

Kind = tuple[str, str]
"""API group and kind."""

POD: Kind = ("", "Pod")
LONG_RUNNING: tuple[Kind, ...] = (
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("argoproj.io", "Rollout"),
)
"""Workloads that serve until they are told to stop."""

WORKLOADS: tuple[Kind, ...] = (*LONG_RUNNING, ("batch", "CronJob"), ("batch", "Job"))
"""Everything people write that makes pods."""

PODS: tuple[Kind, ...] = (*WORKLOADS, POD)
"""Workloads and the pods themselves, which operators also make without any of them."""

POD_VARIABLES: Mapping[str, str] = {
    "pod": (
        "object.kind == 'Pod' ? object.spec"
        " : object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec"
        " : object.spec.template.spec"
    ),
    "containers": (
        "(has(variables.pod.containers) ? variables.pod.containers : [])"
        " + (has(variables.pod.initContainers) ? variables.pod.initContainers : [])"
    ),
}
"""The pod's spec, wherever the kind keeps it, and all its containers."""

EXEMPT = (
    "variables.params.exempt.exists(e, e.kind == object.kind"
    " && (!has(e.namespace) || (has(object.metadata.namespace) && e.namespace == object.metadata.namespace))"
    " && (has(e.name) ? has(object.metadata.name) && e.name == object.metadata.name"
    " : has(object.metadata.name) ? object.metadata.name.startsWith(e.prefix)"
    " : has(object.metadata.generateName) && object.metadata.generateName.startsWith(e.prefix)))"
)
"""Whether an exemption covers the object; pods on their way in may have a generateName only."""

EXEMPT_SCHEMA: Mapping[str, Any] = {
    "type": "array",
    "description": "Objects the rule does not hold for",
    "items": {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("kind", "namespace", "name", "prefix")},
    },
}

MAKES: Mapping[str, tuple[str, ...]] = {"CronJob": ("Job", "Pod"), "Deployment": ("Pod",), "DaemonSet": ("Pod",),
                                        "Job": ("Pod",), "Rollout": ("Pod",), "StatefulSet": ("Pod",)}  # fmt: skip
"""Kinds whose exemption must also cover what they make."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One admission rule."""

    name: str
    """Stable kebab-case name; findings are called `policy.<name>`."""

    title: str
    """What it demands, in a few words."""

    why: str
    """What goes wrong without it, in a sentence."""

    kinds: tuple[Kind, ...]
    """Kinds it judges."""

    offenders: str
    """CEL for the list of texts that name what is wrong, empty where nothing is."""

    advice: str
    """What to write instead."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Variables beside `params`, in order; later ones may use earlier ones. Default none."""

    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Properties of its parameters as OpenAPI schema. Default none."""

    severity: Severity = Severity.ERROR
    """A warning never stops anything, here or there. Default error."""

    admission: bool = True
    """False where the cluster's own controllers must be able to do it. Default true."""

    @property
    def kind(self) -> str:
        """Kind of its constraint: the name in camel case."""
        return "".join(word.capitalize() for word in self.name.split("-"))

    @property
    def all_variables(self) -> dict[str, str]:
        """Every variable in order of evaluation."""
        return {**self.variables, "offenders": self.offenders, "exempt": EXEMPT}

    @property
    def expression(self) -> str:
        """CEL that is true for what is admitted."""
        return "variables.exempt || size(variables.offenders) == 0"

    @property
    def message(self) -> str:
        """CEL for the message of a refusal."""
        return f"'{self.title}: ' + variables.offenders.join(', ') + '; {self.advice}'"


def parameters(rule: Rule, environment: Environment, exemptions: Mapping[str, Exemption]) -> dict[str, Any]:
    """The values of the rule's parameters in `environment`."""
    values: dict[str, Any] = {
        "exempt": [entry for item in exemptions.values() if item.rule == rule.name for entry in _entries(item)]
    }
    if rule.name == "ingress-tls":
        values["exempt"] += _answers_to_authorities(environment)
    if "registries" in rule.parameters:
        own = [environment.registry] if environment.registry else []
        values["registries"] = [*own, *environment.policy.registries.values()]
    if "images" in rule.parameters:
        values["images"] = [
            {"namespace": job.namespace, "images": [environment.image(reference) for reference in job.images.values()]}
            for job in environment.started_jobs.values()
        ]
    if "directories" in rule.parameters:
        values["directories"] = [
            {"namespace": job.namespace, "claim": store}
            for job in environment.started_jobs.values()
            for store in job.own_directories
        ]
    if "load_balancers" in rule.parameters:
        values["load_balancers"] = list(environment.policy.load_balancers)
    return values


def _answers_to_authorities(environment: Environment) -> list[dict[str, str]]:
    """Ingresses that cert-manager makes while a certificate authority asks, which it does over plain HTTP."""
    return [
        {"kind": "Ingress", "namespace": user.namespace, "prefix": "cm-acme-http-solver-"}
        for user in (environment, *environment.tenants)
        if user.ingress is not None and user.ingress.acme_email
    ]


def _entries(exemption: Exemption) -> list[dict[str, str]]:
    place = {} if exemption.namespace is None else {"namespace": exemption.namespace}
    own = {"prefix": exemption.name[:-1]} if exemption.name.endswith("*") else {"name": exemption.name}
    prefix = exemption.name[:-1] if exemption.name.endswith("*") else f"{exemption.name}-"
    made = [{"kind": kind, **place, "prefix": prefix} for kind in MAKES.get(exemption.kind, ())]
    return [{"kind": exemption.kind, **place, **own}, *made]
