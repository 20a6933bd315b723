"""What is exposed must agree on: a host name for each, services behind every path, and paths the controller can tell apart."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.standby import stands_in
from groundplan.model.environment import Environment
from groundplan.model.expose import Exposed
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath


def exposed_things_have_hosts(environment: Environment) -> Iterator[Problem]:
    """Each exposed thing has one host name of its own, and each host name something to lead to."""
    seen: dict[str, str] = {}
    for name, host in environment.hosts.items():
        path: YamlPath = ("hosts", name)
        if name not in environment.expose:
            yield unknown(path, "missing-exposed", "entry of `expose`", name, environment.expose)
        elif environment.ingress is None:
            what = "leads nowhere: nothing here brings requests in"
            yield path, "host-without-ingress", what, "write ingress.type, or remove the host name"
        elif host in seen:
            what = f"`{host}` is the host name of {seen[host]} already"
            yield path, "host-twice", what, "write another, or put both sets of routes below one name"
        seen.setdefault(host, name)
    if environment.ingress is None or not environment.has_workloads or _answers_to_its_peers_names(environment):
        return
    for name in environment.expose:
        if name not in environment.hosts:
            advice = f"write `hosts: {{{name}: <host name>}}`, or `{name}: null` where it is not exposed"
            yield ("expose", name), "exposed-without-host", "has no host name in this environment", advice


def _answers_to_its_peers_names(environment: Environment) -> bool:
    return not environment.hosts and stands_in(environment)


def routes_lead_to_services(environment: Environment) -> Iterator[Problem]:
    """Every path leads to a service that listens; `health` is one of them."""
    for name, exposed in environment.expose.items():
        for prefix, route in exposed.routes.items():
            path: YamlPath = ("expose", name, "routes", prefix)
            if route.service not in environment.services:
                yield unknown(path, "missing-service", "service", route.service, environment.services)
            elif environment.services[route.service].port is None:
                what = f"`{route.service}` has no port to route to"
                yield path, "calls-portless", what, f"give services.{route.service} a port"
        if exposed.route_of(exposed.health) is None:
            what = f"no route leads to `{exposed.health}`, so whoever asks for it takes the host for dead"
            yield ("expose", name, "health"), "health-without-route", what, "write a route for it, or another path"


def routes_are_handled(environment: Environment) -> Iterator[Problem]:
    """A path leads to one place, and only ingress-nginx handles paths of one host in different ways."""
    for name, exposed in environment.expose.items():
        yield from _paths_twice(name, exposed)
        for prefix, route in exposed.routes.items():
            if route.is_special and environment.ingress is not None and environment.ingress.type != "nginx":
                path: YamlPath = ("expose", name, "routes", prefix)
                field = "stream" if route.stream is not None else "body"
                what = f"is for one path, and {environment.ingress.type} handles all paths of a host alike"
                yield (*path, field), "path-handling", what, "remove it, or write `ingress.type: nginx`"


def _paths_twice(name: str, exposed: Exposed) -> Iterator[Problem]:
    seen: set[str] = set()
    for prefix in exposed.routes:
        plain = prefix.rstrip("/")
        if plain in seen:
            yield (
                ("expose", name, "routes", prefix),
                "path-twice",
                "leads somewhere else already",
                "remove one of the two",
            )
        seen.add(plain)


EXPOSE_RULES = (exposed_things_have_hosts, routes_lead_to_services, routes_are_handled)
