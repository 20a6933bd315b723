"""From the objects that `helm template` prints to the facts that are kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from groundplan.chart_facts.facts import Alerts, Brought, Certificate, ChartFacts, DefinedVersion, Definition
from groundplan.chart_facts.pods import Pod
from groundplan.chart_facts.read_operated import operated_pods
from groundplan.chart_facts.read_pods import claim_of, pod_of
from groundplan.chart_facts.read_rights import account_of, binding_of, role_of
from groundplan.chart_facts.read_traffic import (
    autoscaler_of,
    budget_of,
    monitor_of,
    network_policy_of,
    service_of,
    webhooks_of,
)
from groundplan.chart_facts.shapes import (
    Document,
    at,
    hook_of,
    labels_of,
    listed,
    mapping,
    name_of,
    namespace_of,
    texts,
    wave_of,
)

HELM_TEST = "test"
"""Hook of Helm's own tests, which Argo CD leaves out."""


DATA = ("ConfigMap", "Secret")
"""Kinds that hold keys, and that others find by their labels."""


def facts_of(documents: Iterable[Document], namespace: str) -> ChartFacts:
    """What is kept of a chart's objects, in an order of their own: templates may come in any.

    Args:
        documents: the rendered objects.
        namespace: namespace of the release.
    """
    items = sorted((item for item in documents if not _is_test(item)), key=lambda item: _order(item, namespace))
    kinds = _Kinds(items)
    return ChartFacts(
        objects=tuple(brought_of(item, namespace) for item in items),
        pods=(*_pods(items, namespace), *operated_pods(items, namespace)),
        services=tuple(service_of(item, namespace) for item in kinds.of("Service")),
        accounts=tuple(account_of(item, namespace) for item in kinds.of("ServiceAccount")),
        roles=tuple(role_of(item, namespace) for item in kinds.of("ClusterRole", "Role")),
        bindings=tuple(binding_of(item, namespace) for item in kinds.of("ClusterRoleBinding", "RoleBinding")),
        definitions=tuple(definition_of(item) for item in kinds.of("CustomResourceDefinition")),
        webhooks=tuple(webhook for item in items for webhook in webhooks_of(item)),
        network_policies=tuple(network_policy_of(item, namespace) for item in kinds.of("NetworkPolicy")),
        budgets=tuple(budget_of(item, namespace) for item in kinds.of("PodDisruptionBudget")),
        autoscalers=tuple(autoscaler_of(item, namespace) for item in kinds.of("HorizontalPodAutoscaler")),
        claims=tuple(claim_of(item, namespace_of(item, namespace)) for item in kinds.of("PersistentVolumeClaim")),
        monitors=tuple(monitor_of(item, namespace) for item in kinds.of("PodMonitor", "ServiceMonitor")),
        certificates=tuple(certificate_of(item, namespace) for item in kinds.of("Certificate")),
        rules=tuple(alerts_of(item, namespace) for item in kinds.of("PrometheusRule")),
    )


class _Kinds:
    """Objects by kind."""

    def __init__(self, items: Sequence[Document]) -> None:
        self._items = items

    def of(self, *kinds: str) -> Iterator[Document]:
        return (item for item in self._items if item["kind"] in kinds)


def _pods(items: Sequence[Document], namespace: str) -> Iterator[Pod]:
    return (pod for item in items if (pod := pod_of(item, namespace)) is not None)


def _is_test(document: Document) -> bool:
    return any(hook.strip().startswith(HELM_TEST) for hook in hook_of(document).split(","))


def _order(document: Document, namespace: str) -> tuple[str, str, str, str]:
    group = str(document["apiVersion"]).rpartition("/")[0]
    return group, str(document["kind"]), namespace_of(document, namespace), name_of(document)


def brought_of(document: Document, namespace: str) -> Brought:
    """The object by name."""
    keys = {key for field in ("data", "binaryData", "stringData") for key in mapping(document, field)}
    return Brought(
        api_version=str(document["apiVersion"]),
        kind=str(document["kind"]),
        name=name_of(document),
        namespace=namespace_of(document, namespace),
        hook=hook_of(document),
        wave=wave_of(document),
        labels=labels_of(document) if document["kind"] in DATA else {},
        keys=tuple(sorted(keys)) if document["kind"] in DATA else (),
    )


def definition_of(document: Document) -> Definition:
    """A CustomResourceDefinition."""
    spec = mapping(document, "spec")
    return Definition(
        group=str(spec["group"]),
        kind=str(at(spec, "names", "kind")),
        plural=str(at(spec, "names", "plural")),
        namespaced=spec.get("scope") == "Namespaced",
        versions=tuple(
            DefinedVersion(str(item["name"]), bool(item.get("served")), bool(item.get("storage")))
            for item in listed(spec, "versions")
        ),
    )


def certificate_of(document: Document, namespace: str) -> Certificate:
    """A Certificate."""
    spec = mapping(document, "spec")
    return Certificate(
        namespace=namespace_of(document, namespace),
        name=name_of(document),
        secret=str(spec.get("secretName", "")),
        issuer=f"{at(spec, 'issuerRef', 'kind') or 'Issuer'}/{at(spec, 'issuerRef', 'name')}",
        names=texts(spec, "dnsNames"),
    )


def alerts_of(document: Document, namespace: str) -> Alerts:
    """A PrometheusRule."""
    rules = [rule for group in listed(document, "spec", "groups") for rule in listed(group, "rules")]
    return Alerts(
        namespace_of(document, namespace),
        name_of(document),
        tuple(sorted({str(rule["alert"]) for rule in rules if "alert" in rule})),
        tuple(sorted({str(rule["record"]) for rule in rules if "record" in rule})),
    )
