"""References by name that only one kind makes, where no naming convention covers them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Identity
from groundplan.checks.link import Document, Link, group_of, identity, namespace_of
from groundplan.kubernetes.kinds import api_group
from groundplan.kubernetes.namespaces import CERT_MANAGER
from groundplan.kubernetes.rbac import RBAC
from groundplan.yaml.marked import YamlPath

CONSTRAINTS = "constraints.gatekeeper.sh"

EXTERNAL_CLUSTER = "external cluster"
"""Kind of a target that is an entry of `externalClusters` in the same document, not an object."""

_PRINCIPAL = re.compile(r"^(?:spiffe://)?[a-z0-9.-]+/ns/(?P<namespace>[a-z0-9-]+)/sa/(?P<name>[a-z0-9-]+)$")


def links_of_kind(document: Document) -> Iterator[Link]:
    """References of `document` that its kind alone explains."""
    group, kind = group_of(document), document["kind"]
    if group == CONSTRAINTS:
        yield Link(Identity("templates.gatekeeper.sh", "ConstraintTemplate", "", kind.lower()), ("kind",))
    elif (group, kind) in _links():
        yield from _links()[group, kind](document, namespace_of(document))


def find(value: Any, wanted: str, path: YamlPath) -> Iterator[tuple[YamlPath, Any]]:
    """Every value of the key `wanted` at any depth, with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == wanted:
                yield (*path, key), item
            yield from find(item, wanted, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from find(item, wanted, (*path, index))


def _service(namespace: str, host: str, path: YamlPath, port: Any = "") -> Link:
    """A Service by its short or qualified name."""
    name, _, rest = host.partition(".")
    return Link(Identity("", "Service", rest.split(".")[0] or namespace, name), path, str(port))


def _is_inside(host: Any) -> bool:
    return isinstance(host, str) and not host.startswith("*") and ("." not in host or ".svc" in host)


def _ingress(document: Document, namespace: str) -> Iterator[Link]:
    for path, service in find(document["spec"], "service", ("spec",)):
        port = service.get("port", {})
        if port.get("name") != "use-annotation":  # a rule of a load balancer's controller, not a Service
            yield _service(namespace, service["name"], path, port.get("number") or port.get("name") or "")
    for index, tls in enumerate(document["spec"].get("tls", [])):
        if "secretName" in tls:
            yield Link(Identity("", "Secret", namespace, tls["secretName"]), ("spec", "tls", index, "secretName"))


def _binding(document: Document, namespace: str) -> Iterator[Link]:
    role = document["roleRef"]
    yield Link(identity(RBAC, role["kind"], namespace, role["name"]), ("roleRef",))
    for index, subject in enumerate(document.get("subjects", [])):
        if subject["kind"] == "ServiceAccount":
            account = Identity("", "ServiceAccount", subject.get("namespace", namespace), subject["name"])
            yield Link(account, ("subjects", index))


def _stateful_set(document: Document, namespace: str) -> Iterator[Link]:
    name = document["spec"].get("serviceName")
    if name:
        yield _service(namespace, name, ("spec", "serviceName"))


def _rollout(document: Document, namespace: str) -> Iterator[Link]:
    strategy = document["spec"].get("strategy", {})
    for field in ("stableService", "canaryService", "activeService", "previewService"):
        for path, name in find(strategy, field, ("spec", "strategy")):
            yield _service(namespace, name, path)
    for path, name in find(strategy, "templateName", ("spec", "strategy")):
        yield Link(Identity("argoproj.io", "AnalysisTemplate", namespace, name), path)


def _virtual_service(document: Document, namespace: str) -> Iterator[Link]:
    spec = document["spec"]
    for path, destination in find(spec, "destination", ("spec",)):
        if _is_inside(destination.get("host")):
            yield _service(namespace, destination["host"], path, destination.get("port", {}).get("number", ""))
    for index, gateway in enumerate(spec.get("gateways", [])):
        if gateway != "mesh":
            where, _, name = gateway.rpartition("/")
            yield Link(
                Identity("networking.istio.io", "Gateway", where or namespace, name), ("spec", "gateways", index)
            )


def _destination_rule(document: Document, namespace: str) -> Iterator[Link]:
    if _is_inside(document["spec"]["host"]):
        yield _service(namespace, document["spec"]["host"], ("spec", "host"))


def _authorization_policy(document: Document, namespace: str) -> Iterator[Link]:
    for path, principals in find(document.get("spec", {}), "principals", ("spec",)):
        for index, principal in enumerate(principals):
            match = _PRINCIPAL.match(principal)
            if match:
                yield Link(Identity("", "ServiceAccount", match["namespace"], match["name"]), (*path, index))


def _cluster_issuer(document: Document, namespace: str) -> Iterator[Link]:
    """An authority of the whole cluster has its key where cert-manager keeps its own."""
    name = (document["spec"].get("ca") or {}).get("secretName")
    if name:
        yield Link(Identity("", "Secret", CERT_MANAGER, name), ("spec", "ca", "secretName"))


def _route(document: Document, namespace: str) -> Iterator[Link]:
    for path, backends in find(document["spec"], "backendRefs", ("spec",)):
        for index, backend in enumerate(backends):
            if backend.get("kind", "Service") == "Service":
                where = backend.get("namespace", namespace)
                target = Identity("", "Service", where, backend["name"])
                yield Link(target, (*path, index), str(backend.get("port", "")))
    for index, parent in enumerate(document["spec"].get("parentRefs", [])):
        group, kind = parent.get("group", "gateway.networking.k8s.io"), parent.get("kind", "Gateway")
        target = identity(group, kind, parent.get("namespace", namespace), parent["name"])
        yield Link(target, ("spec", "parentRefs", index))


def _application(document: Document, namespace: str) -> Iterator[Link]:
    project = Identity("argoproj.io", "AppProject", namespace, document["spec"]["project"])
    yield Link(project, ("spec", "project"))


def _vertical_autoscaler(document: Document, namespace: str) -> Iterator[Link]:
    reference = document["spec"].get("targetRef")
    if reference:
        target = identity(api_group(reference["apiVersion"]), reference["kind"], namespace, reference["name"])
        yield Link(target, ("spec", "targetRef"))


def _node_pool(document: Document, namespace: str) -> Iterator[Link]:
    reference = document["spec"]["template"]["spec"]["nodeClassRef"]
    target = Identity(reference["group"], reference["kind"], "", reference["name"])
    yield Link(target, ("spec", "template", "spec", "nodeClassRef"))


def _webhooks(document: Document, namespace: str) -> Iterator[Link]:
    for path, service in find(document["webhooks"], "service", ("webhooks",)):
        yield Link(Identity("", "Service", service["namespace"], service["name"]), path)


_LINKS: Mapping[tuple[str, str], Callable[[Document, str], Iterator[Link]]] = {
    ("argoproj.io", "Application"): _application,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _webhooks,
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _webhooks,
    ("apps", "StatefulSet"): _stateful_set,
    ("argoproj.io", "Rollout"): _rollout,
    ("autoscaling.k8s.io", "VerticalPodAutoscaler"): _vertical_autoscaler,
    ("cert-manager.io", "ClusterIssuer"): _cluster_issuer,
    ("gateway.networking.k8s.io", "GRPCRoute"): _route,
    ("gateway.networking.k8s.io", "HTTPRoute"): _route,
    ("karpenter.sh", "NodePool"): _node_pool,
    ("networking.istio.io", "DestinationRule"): _destination_rule,
    ("networking.istio.io", "VirtualService"): _virtual_service,
    ("networking.k8s.io", "Ingress"): _ingress,
    (RBAC, "ClusterRoleBinding"): _binding,
    (RBAC, "RoleBinding"): _binding,
    ("security.istio.io", "AuthorizationPolicy"): _authorization_policy,
}


@cache
def _links() -> Mapping[tuple[str, str], Callable[[Document, str], Iterator[Link]]]:
    """Those, and the kinds of stores' operators."""
    return {**_LINKS, **{kind: reader for module in effects("links") for kind, reader in module.LINKS.items()}}
