"""Addresses of what a service calls, so that no file has to spell one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.errors import ConstructError
from groundplan.facts.callees import is_external_host
from groundplan.facts.callers import service_called
from groundplan.model.environment import Environment
from groundplan.model.jobs import ScheduledJob
from groundplan.model.services import Service
from groundplan.stores.answers import SecretKey
from groundplan.stores.registry import store_of

Caller = Service | ScheduledJob
"""What is told where that is which it calls."""


def callee_url(environment: Environment, reference: str) -> str | None:
    """The URL of a service, a store or a host outside; None for what has none.

    `reference` is the name, for Redis optionally with the number of a logical database: `redis/1`. A URL carries no
    credentials: drivers read them from variables of their own.
    """
    callee, _, database = reference.partition("/")
    if is_external_host(callee):
        return f"https://{callee}"
    store = store_of(environment, callee)
    if store is not None:
        return store.url(database)
    service = service_called(environment, callee)
    return None if service is None else f"http://{callee}:{service.port}"


def urls_of(environment: Environment, name: str, caller: Caller) -> dict[str, str]:
    """Variable to URL for everything that the service or job `name` is told of: what it calls, and what `urls:` names.

    Raises:
        ConstructError: where `urls:` names what has none.
    """
    told = {**derived_urls(environment, caller), **caller.urls}
    return {variable: _url(environment, name, callee) for variable, callee in told.items()}


def authorities_of(environment: Environment, caller: Caller) -> dict[str, SecretKey]:
    """Variable to certificate for every store it calls that shows one of an authority of its own: `<CALLEE>_CA`."""
    stores = {callee: store_of(environment, callee) for callee in caller.calls}
    return {
        f"{callee.upper().replace('-', '_')}_CA": store.authority
        for callee, store in stores.items()
        if store is not None and store.authority is not None
    }


def _url(environment: Environment, name: str, callee: str) -> str:
    url = callee_url(environment, callee)
    if url is None:
        raise ConstructError(name, f"`{callee}` has no URL", "name a service, a data store or a host")
    return url


def derived_urls(environment: Environment, caller: Caller) -> dict[str, str]:
    """Variable to callee for whatever a service or job calls inside and neither `urls:` nor a setting names: `<CALLEE>_URL`."""
    settings = caller.settings
    taken = {*settings, *caller.urls, *caller.secrets}
    named = {reference.partition("/")[0] for reference in caller.urls.values()}
    found = {}
    for callee in caller.calls:
        variable = f"{callee.upper().replace('-', '_')}_URL"
        if is_external_host(callee) or variable in taken or callee_url(environment, callee) is None:
            continue
        hosts = set(_hosts(environment, callee))
        if not hosts & named and not any(_names(text, host) for text in settings.values() for host in hosts):
            found[variable] = callee
    return found


def _hosts(environment: Environment, callee: str) -> Iterator[str]:
    """Names by which a setting may already lead to `callee`."""
    yield callee
    store = store_of(environment, callee)
    if store is not None:
        yield from (host for host, _ in store.addresses())
    elif callee in environment.services:
        yield from environment.services[callee].aliases


def _names(text: str, host: str) -> bool:
    return host in text and re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", text) is not None
