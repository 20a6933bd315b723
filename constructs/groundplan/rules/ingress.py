"""What the ingress chapter must agree on: paths that its controller can tell apart, and certificates it can draw."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.ingress import ACME_SOLVER_REGISTRY
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath


def routes_are_handled(environment: Environment) -> Iterator[Problem]:
    """A path leads to one place, and only ingress-nginx handles paths of one host in different ways."""
    ingress = environment.ingress
    for host, rules in ingress.hosts.items() if ingress is not None else ():
        seen: set[str] = set()
        for index, route in enumerate(rules.routes):
            path: YamlPath = ("ingress", "hosts", host, "routes", index)
            if route.path in seen:
                what = f"`{route.path}` leads somewhere else already"
                yield (*path, "path"), "path-twice", what, "remove one of the two"
            seen.add(route.path)
            if route.is_special and ingress is not None and ingress.type != "nginx":
                field = "stream" if route.stream is not None else "body"
                what = f"is for one path, and {ingress.type} handles all paths of a host alike"
                yield (*path, field), "path-handling", what, "remove it, or write `ingress.type: nginx`"


def certificates_are_drawn(environment: Environment) -> Iterator[Problem]:
    """Admission must let in the pod that answers the certificate authority, in the services' own namespace."""
    ingress = environment.ingress
    if ingress is None or ingress.type != "nginx" or not ingress.acme_email:
        return
    mirrored = environment.cloud is not None and environment.cloud.mirror
    if not mirrored and not any(ACME_SOLVER_REGISTRY.startswith(prefix) for prefix in environment.policy.registries):
        yield (
            ("ingress", "acme_email"), "solver-refused",
            f"needs a pod of {ACME_SOLVER_REGISTRY}, which policy.registries does not list",
            "add it there, write `cloud.mirror: true`, or name a certificate instead",
        )  # fmt: skip


def controllers_scale(environment: Environment) -> Iterator[Problem]:
    """The most pods are no fewer than the fewest."""
    ingress = environment.ingress
    if ingress is not None and ingress.replicas_max < ingress.replicas:
        what = f"{ingress.replicas_max} is less than replicas {ingress.replicas}"
        yield ("ingress", "replicas_max"), "ingress-replicas", what, f"write {ingress.replicas} or more"


INGRESS_RULES = (routes_are_handled, certificates_are_drawn, controllers_scale)
