"""Relations between rendered objects, as the gates find them: who reaches whom, who is told where, what answers a host.

Each is a function of the evidence's language. It answers for the environment of the evidence, and remembers the objects
it went through, so that breaking one of them must be noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.instances import owner_of
from groundplan.checks.inventory import Object
from groundplan.checks.observability.asked import Query
from groundplan.checks.observability.routes import Routing
from groundplan.checks.observability.targets import MONITORING, targets_of
from groundplan.checks.reachability.intents import called_ends, end_key, senders
from groundplan.checks.reachability.network import Direction, End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.settings import told as told_addresses
from groundplan.requirements.ground import Ground
from groundplan.stores.registry import store_of

ISTIO_GATEWAY = {"istio": "gateway"}


@dataclass(slots=True)
class Asked:
    """One evaluation: where it is asked, what it went through, and why it does not hold."""

    ground: Ground
    """Environment."""

    trail: list[tuple[Object, str]] = field(default_factory=list)
    """Objects on the way, each with the part it plays."""

    reasons: list[str] = field(default_factory=list)
    """Why something does not hold."""

    def no(self, reason: str) -> bool:
        """Remember why not."""
        self.reasons.append(reason)
        return False

    def through(self, item: Object | None, part: str) -> None:
        """Remember an object on the way."""
        if item is not None and (item, part) not in self.trail:
            self.trail.append((item, part))


_ASKED: ContextVar[Asked] = ContextVar("asked")


@contextmanager
def asking(ground: Ground) -> Iterator[Asked]:
    """Have relations answer for one environment."""
    asked = Asked(ground)
    token = _ASKED.set(asked)
    try:
        yield asked
    finally:
        _ASKED.reset(token)


def reaches(source: str, target: str) -> bool:
    """Whether packets of a service get to a service, store or host: by both ends' policies, to a port that listens."""
    asked = _ASKED.get()
    ground = asked.ground
    callers = _workloads(asked, source)
    ends = list(called_ends(ground.environment, ground.names, target))
    if not callers or not ends:
        return asked.no(f"there is no {source if not callers else target} in {ground.scope}")
    _lead(asked, target)
    return all(_has_way(asked, caller, end, port) for caller in callers for end, port in ends)


def told(service: str, callee: str) -> bool:
    """Whether a setting of a service's pods names where its callee is."""
    asked = _ASKED.get()
    ground = asked.ground
    wanted = {end_key(end) for end, _ in called_ends(ground.environment, ground.names, callee)}
    if not wanted:
        return asked.no(f"there is no {callee} in {ground.scope}")
    telling = {
        address.item
        for pods in _workloads(asked, service)
        for address in told_addresses(ground.cluster, pods)
        if wanted & {end_key(end) for end, _ in ground.names.ends(address.host, address.port, pods.namespace)}
    }
    for item in telling if len(telling) == 1 else ():
        asked.through(item, "settings")
    return bool(telling) or asked.no(f"no setting of {service} leads to {callee}")


def served(host: str, path: str, service: str) -> bool:
    """Whether a request for a public host and path finds pods of a service, through everything that stands before them."""
    asked = _ASKED.get()
    ground = asked.ground
    routes = [
        (leg["path"], ingress, leg["backend"]["service"])
        for ingress in ground.cluster.of_kind("networking.k8s.io", "Ingress")
        for rule in (ingress.spec.get("rules", []) if ingress.scope == ground.scope else ())
        for leg in (rule["http"]["paths"] if rule.get("host") == host else ())
        if _leads(leg["path"], path)
    ]
    if not routes:
        return asked.no(f"no Ingress of {ground.scope} takes {host}{path}")
    _, ingress, backend = max(routes, key=lambda route: len(route[0]))
    asked.through(ingress, "ingress")
    port = backend["port"].get("number", backend["port"].get("name"))
    behind = _behind(asked, ingress.namespace, backend["name"], port)
    return bool(behind) and all(
        all(_has_way(asked, caller, pods, number) for caller in senders(ground.cluster, ingress))
        and _ends_at(asked, pods, host, path, service)
        for pods, number in behind
    )


def scraped(service: str) -> bool:
    """Whether Prometheus is led to the pods of a service or store, and let in."""
    asked = _ASKED.get()
    ground = asked.ground
    servers = ground.cluster.program("prometheus")
    for target in targets_of(ground.cluster, ground.environment.namespace):
        pods = next(
            (pods for pods in target.pods if service in (pods.name, (owner_of(pods.labels) or ("", ""))[1])), None
        )
        if pods is not None:
            asked.through(target.at, "monitor")
            asked.through(pods.origin, "target")
            for name in target.values.get("service", ()):
                asked.through(_rendered(ground, "", "Service", name), "service")
            return all(_has_way(asked, server, pods, target.port) for server in servers)
    return asked.no(f"nothing has {service} scraped")


def notified(alert: str, receiver: str) -> bool:
    """Whether an alert of the environment, or `alert/service` of them, is sent to a receiver whose secret is made."""
    asked = _ASKED.get()
    routing, queries = Routing(asked.ground.cluster), list(_alerts(asked.ground, alert))
    for query in queries:
        labels = {key: str(text) for key, text in query.rule.get("labels", {}).items()} | {"alertname": query.title}
        heard = next((item for item in routing.told(labels) if item.name == receiver), None)
        if heard is None:
            return asked.no(f"{alert} does not reach {receiver}")
        if len(queries) == 1:
            asked.through(query.item, "alert")
        asked.through(heard.config, "receiver")
        if not all(_has_secret(asked, heard.config.namespace, way) for way in heard.ways):
            return asked.no(f"the secret of {receiver} is not made")
    return bool(queries) or asked.no(f"there is no alert {alert} in {asked.ground.scope}")


def may(subject: str, verb: str, resource: str) -> bool:
    """Whether a ServiceAccount or group may do something to `<resource>.<group>` in the environment's namespace."""
    asked = _ASKED.get()
    ground = asked.ground
    for binding in _bindings(ground, subject):
        role = _role(ground, binding, binding.document["roleRef"])
        if role is not None and any(_permits(rule, verb, resource) for rule in role.document.get("rules", [])):
            asked.through(binding, "binding")
            asked.through(role, "role")
            return True
    return asked.no(f"{subject} may not {verb} {resource}")


RELATIONS: Mapping[str, Callable[..., bool]] = {
    "may": may,
    "notified": notified,
    "reaches": reaches,
    "scraped": scraped,
    "served": served,
    "told": told,
}
"""Names in the language of evidence."""

ARGUMENTS: Mapping[str, int] = {"may": 3, "notified": 2, "reaches": 2, "scraped": 1, "served": 3, "told": 2}
"""How many texts each takes."""


def _workloads(asked: Asked, name: str, part: str = "source") -> list[Pods]:
    found = asked.ground.cluster.workload(asked.ground.environment.namespace, name)
    for pods in found:
        asked.through(pods.origin, part)
    return found


def _lead(asked: Asked, name: str) -> None:
    """The Services and the workload behind a name, where they are rendered."""
    ground = asked.ground
    store = store_of(ground.environment, name) if name not in ground.environment.services else None
    hosts = [host for host, _ in store.addresses()] if store is not None else [name]
    for host in hosts:
        asked.through(_rendered(ground, "", "Service", host.partition(".")[0]), "service")
    for pods in ground.cluster.workload(ground.environment.namespace, name):
        asked.through(pods.origin, "target")


def _rendered(ground: Ground, group: str, kind: str, name: str) -> Object | None:
    place = (ground.environment.namespace, name)
    return next((item for item in ground.cluster.of_kind(group, kind) if (item.namespace, item.name) == place), None)


def _has_way(asked: Asked, source: End, target: End, port: int) -> bool:
    policies = asked.ground.policies
    refusing = policies.refusing(source, target, port, "TCP")
    if refusing:
        policy, direction = refusing[0]
        return asked.no(f"{policy} keeps {source} from {target} on port {port} ({direction})")
    if isinstance(source, Pods):
        _through_policies(asked, source, target, port, "egress")
    if isinstance(target, Pods):
        _through_policies(asked, target, source, port, "ingress")
    return True


def _through_policies(asked: Asked, own: Pods, other: End, port: int, direction: Direction) -> None:
    """The one policy that admits, where it is the only one: without its rule there is no way."""
    policies = asked.ground.policies
    admitting = [
        policy
        for policy in policies.of(own, direction)
        if any(
            rule.direction == direction and policies.admits(rule, other, own, port, "TCP")
            for rule in policies.rules(policy)
        )
    ]
    if len(admitting) == 1 and admitting[0] in policies.own:
        asked.through(admitting[0], "admission" if direction == "ingress" else direction)


def _leads(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def _behind(asked: Asked, namespace: str, name: str, port: str | int | None) -> list[tuple[Pods, int]]:
    """Pods behind a Service, each with the port it listens on."""
    service = asked.ground.cluster.service(namespace, name)
    found = asked.ground.cluster.behind(service, port) if service is not None else []
    if not found:
        asked.no(f"nothing listens behind {namespace}/{name}")
    asked.through(_rendered(asked.ground, "", "Service", name), "service")
    for pods, _ in found:
        asked.through(pods.origin, "target")
    return found


def _ends_at(asked: Asked, pods: Pods, host: str, path: str, service: str) -> bool:
    """Whether the pods that are reached are the service's; a gateway of the mesh sends on by a VirtualService."""
    if not ISTIO_GATEWAY.items() <= pods.labels.items():
        return pods.name == service or asked.no(f"{host}{path} leads to {pods}, not to {service}")
    for route in asked.ground.cluster.of_kind("networking.istio.io", "VirtualService"):
        for rule in route.spec.get("http", []) if host in route.spec.get("hosts", []) else ():
            prefixes = [match.get("uri", {}).get("prefix", "/") for match in rule.get("match", [{}])]
            if any(_leads(prefix, path) for prefix in prefixes):
                asked.through(route, "route")
                return all(_destined(asked, pods, route, leg, service) for leg in rule.get("route", []))
    return asked.no(f"no VirtualService takes {host}{path}")


def _destined(asked: Asked, gateway: Pods, route: Object, leg: Mapping[str, Any], service: str) -> bool:
    name, _, rest = leg["destination"]["host"].partition(".")
    namespace, port = rest.partition(".")[0] or route.namespace, leg["destination"].get("port", {}).get("number")
    behind = _behind(asked, namespace, name, port)
    return bool(behind) and all(
        pods.name == service and _has_way(asked, gateway, pods, number) for pods, number in behind
    )


def _alerts(ground: Ground, alert: str) -> Iterator[Query]:
    name, _, service = alert.partition("/")
    for item in ground.cluster.of_kind(MONITORING, "PrometheusRule"):
        for g, group in enumerate(item.spec.get("groups", []) if item.scope == ground.scope else ()):
            for r, rule in enumerate(group.get("rules", [])):
                about = rule.get("labels", {}).get("service")
                if rule.get("alert") == name and service in ("", about):
                    yield Query(item, ("spec", "groups", g, "rules", r), name, str(rule.get("expr")), rule)


def _has_secret(asked: Asked, namespace: str, way: Mapping[str, Any]) -> bool:
    """Whether the key that a receiver reads is made; one that names no secret needs none."""
    for reference in way.values():
        if isinstance(reference, Mapping) and {"name", "key"} <= set(reference):
            for item in asked.ground.cluster.of_kind("external-secrets.io", "ExternalSecret"):
                name = item.spec.get("target", {}).get("name", item.name)
                keys = {entry.get("secretKey") for entry in item.spec.get("data", [])}
                if (item.namespace, name) == (namespace, reference["name"]) and reference["key"] in keys:
                    asked.through(item, "key")
                    break
            else:
                return False
    return True


RBAC = "rbac.authorization.k8s.io"


def _bindings(ground: Ground, subject: str) -> Iterator[Object]:
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for item in ground.cluster.of_kind(RBAC, kind):
            named = any(entry.get("name") == subject for entry in item.document.get("subjects", []))
            if named and item.scope == ground.scope:
                yield item


def _role(ground: Ground, binding: Object, reference: Mapping[str, Any]) -> Object | None:
    place = binding.namespace if reference["kind"] == "Role" else ""
    for item in ground.cluster.of_kind(RBAC, reference["kind"]):
        if (item.namespace, item.name) == (place, reference["name"]):
            return item
    return None


def _permits(rule: Mapping[str, Any], verb: str, resource: str) -> bool:
    """See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""
    name, _, group = resource.partition(".")
    told = ((rule.get("verbs", []), verb), (rule.get("resources", []), name), (rule.get("apiGroups", []), group))
    return all(wanted in listed or "*" in listed for listed, wanted in told)
