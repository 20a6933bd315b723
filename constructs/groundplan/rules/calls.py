"""What `calls:` and `urls:` of services and of jobs on a schedule name: a callee that is there, can be asked, and has the URL that is wanted."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.callees import is_external_host
from groundplan.kubernetes.validation import host_name
from groundplan.model.environment import Environment
from groundplan.model.jobs import ScheduledJob
from groundplan.model.services import Service
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath

Caller = Service | ScheduledJob


def _callers(environment: Environment) -> Iterator[tuple[str, str, Caller]]:
    """Chapter, name and what is written."""
    yield from (("services", name, service) for name, service in environment.services.items())
    yield from (("jobs", name, job) for name, job in environment.scheduled_jobs.items())


def callees_can_be_asked(environment: Environment) -> Iterator[Problem]:
    """Whoever is called is another service with a port, a store that takes calls, or a host."""
    for chapter, name, caller in _callers(environment):
        for index, callee in enumerate(caller.calls):
            path: YamlPath = (chapter, name, "calls", index)
            if is_external_host(callee):
                yield from _host(path, callee)
            elif callee == name:
                yield path, "calls-itself", f"`{name}` calls itself", "remove it"
            else:
                yield from _part(environment, path, callee)


def _host(path: YamlPath, callee: str) -> Iterator[Problem]:
    host, _, port = callee.partition(":")
    if host_name(host) or (port and not port.isdigit()):
        what = f"`{callee}` is not a host name"
        yield path, "bad-host", what, "write it like api.example.com or api.example.com:8443"


def _part(environment: Environment, path: YamlPath, callee: str) -> Iterator[Problem]:
    stores = stores_of(environment)
    parts = {*environment.services, *stores}
    if callee not in parts:
        yield unknown(path, "dangling-call", "service or data store", callee, parts)
    elif callee in environment.services and environment.services[callee].port is None:
        yield path, "calls-portless", f"`{callee}` has no port to call", f"give services.{callee} a port"
    elif callee in stores and (reason := stores[callee].not_called) is not None:
        yield path, "not-called", f"`{callee}` {reason[0]}", reason[1]


def urls_lead_to_callees(environment: Environment) -> Iterator[Problem]:
    """A variable gets the URL of something that is called, and that has one."""
    stores = stores_of(environment)
    for chapter, name, caller in _callers(environment):
        for variable, reference in caller.urls.items():
            path: YamlPath = (chapter, name, "urls", variable)
            callee, slash, database = reference.partition("/")
            if callee in stores and stores[callee].url() is None:
                yield path, "no-url", f"`{callee}` has no URL", "name a service, a database, a cache or a host"
            elif slash and (callee not in stores or database not in stores[callee].logical_databases):
                what = f"`{reference}` names a logical database that is not there"
                yield path, "url-database", what, "write the name of a Redis and /0 to /15, or the name alone"
            if not _is_called(environment, caller, callee):
                yield path, "url-without-call", f"`{callee}` is not among the calls of {name}", f"add {callee} to calls"


def _is_called(environment: Environment, caller: Caller, callee: str) -> bool:
    """Whether it is, by its own name or by one of its aliases."""
    called = (environment.services[name] for name in caller.calls if name in environment.services)
    return callee in caller.calls or any(callee in other.aliases for other in called)


CALL_RULES = (callees_can_be_asked, urls_lead_to_callees)
