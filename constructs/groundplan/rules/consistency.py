"""What one chapter says about another: every name that is used is declared, every figure fits the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from groundplan.kubernetes.validation import host_name
from groundplan.model.environment import Environment
from groundplan.model.recovery import RESERVE_PERCENT
from groundplan.model.values import whole_seconds
from groundplan.platforms.registry import platform_of, platforms
from groundplan.rules.access import ACCESS_RULES
from groundplan.rules.credentials import plaintext_secrets
from groundplan.rules.data import DATA_RULES
from groundplan.rules.expose import EXPOSE_RULES
from groundplan.rules.ids import ID_RULES
from groundplan.rules.ingress import INGRESS_RULES
from groundplan.rules.jobs import JOB_RULES
from groundplan.rules.management import MANAGEMENT_RULES
from groundplan.rules.parts import PART_RULES
from groundplan.rules.problem import Problem, unknown
from groundplan.rules.quota import QUOTA_RULES
from groundplan.rules.recovery import RECOVERY_RULES
from groundplan.rules.secrets import SECRET_RULES
from groundplan.rules.services import SERVICE_RULES
from groundplan.stores.answers import Reference
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath


def inconsistencies(environment: Environment) -> Iterator[Problem]:
    """Every contradiction in `environment`, in no particular order."""
    for rule in RULES:
        yield from rule(environment)


def is_external_host(callee: str) -> bool:
    """Whether a `calls:` entry names a host outside the system rather than one of its parts."""
    return "." in callee


def split_host(callee: str) -> tuple[str, int]:
    """Host and port of an external callee; the port is 443 unless written."""
    host, _, port = callee.partition(":")
    return host, int(port or 443)


def _role(environment: Environment) -> Iterator[Problem]:
    if environment.role == "tenant" and environment.host is None:
        yield ("role",), "tenant-without-host", "is tenant, but no host is named", "write `host: <environment>`"
    if environment.role != "tenant" and environment.host is not None:
        yield (
            ("host",),
            "host-without-tenant",
            f"is set, but role is {environment.role}",
            "write `role: tenant`, or remove host",
        )
    if environment.namespace not in environment.namespaces:
        yield unknown(("namespace",), "missing-namespace", "namespace", environment.namespace, environment.namespaces)


def _calls(environment: Environment) -> Iterator[Problem]:
    stores = stores_of(environment)
    parts = {*environment.services, *stores}
    for name, service in environment.services.items():
        for index, callee in enumerate(service.calls):
            path: YamlPath = ("services", name, "calls", index)
            if is_external_host(callee):
                host, _, port = callee.partition(":")
                if host_name(host) or (port and not port.isdigit()):
                    yield (
                        path,
                        "bad-host",
                        f"`{callee}` is not a host name",
                        "write it like api.example.com or api.example.com:8443",
                    )
            elif callee == name:
                yield path, "calls-itself", f"`{name}` calls itself", "remove it"
            elif callee not in parts:
                yield unknown(path, "dangling-call", "service or data store", callee, parts)
            elif callee in environment.services and environment.services[callee].port is None:
                yield path, "calls-portless", f"`{callee}` has no port to call", f"give services.{callee} a port"
            elif callee in stores and (reason := stores[callee].not_called) is not None:
                yield path, "not-called", f"`{callee}` {reason[0]}", reason[1]
        for variable, reference in service.urls.items():
            callee, slash, database = reference.partition("/")
            if callee in stores and stores[callee].url() is None:
                what = f"`{callee}` has no URL"
                yield (
                    ("services", name, "urls", variable),
                    "no-url",
                    what,
                    "name a service, a database, a cache or a host",
                )
            elif slash and (callee not in stores or database not in stores[callee].logical_databases):
                yield (
                    ("services", name, "urls", variable),
                    "url-database",
                    f"`{reference}` names a logical database that is not there",
                    "write the name of a Redis and /0 to /15, or the name alone",
                )
            if callee not in service.calls:
                alias_of = [
                    other
                    for other in service.calls
                    if other in environment.services and callee in environment.services[other].aliases
                ]
                if not alias_of:
                    yield (
                        ("services", name, "urls", variable),
                        "url-without-call",
                        f"`{callee}` is not among the calls of {name}",
                        f"add {callee} to calls",
                    )


def _mounts(environment: Environment) -> Iterator[Problem]:
    """A mounted store is one that is mounted."""
    mounted = [name for name, store in stores_of(environment).items() if store.is_mounted]
    for name, service in environment.services.items():
        for key, mount in service.mounts.items():
            if mount.store is not None and mount.store not in mounted:
                path: YamlPath = ("services", name, "mounts", key, "store")
                yield unknown(path, "missing-files", "store of type files", mount.store, mounted)


def _variables(environment: Environment) -> Iterator[Problem]:
    """A variable that is set in two ways has the value Kubernetes prefers, which no reader of the file can see."""
    for name, service in environment.services.items():
        seen: dict[str, str] = {}
        for chapter in ("env", "urls", "secrets", "config"):
            for variable in getattr(service, chapter):
                if variable in seen:
                    message = f"`{variable}` is also set in {seen[variable]}"
                    yield ("services", name, chapter, variable), "variable-twice", message, "keep one of the two"
                seen.setdefault(variable, chapter)


def _service_names(environment: Environment) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name, service in environment.services.items():
        for index, alias in enumerate([name, *service.aliases]):
            if alias in seen:
                path: YamlPath = ("services", name, "aliases", index - 1) if index else ("services", name)
                yield path, "duplicate-name", f"`{alias}` is also a Service of {seen[alias]}", "choose another name"
            seen[alias] = name
    for name, store in stores_of(environment).items():
        for candidate in sorted(store.service_names):
            if candidate in seen:
                yield (
                    ("data", name),
                    "duplicate-name",
                    f"`{candidate}` is also a Service of {seen[candidate]}",
                    "choose another name",
                )


def _service_secrets(environment: Environment) -> Iterator[Problem]:
    entries = environment.secrets.entries if environment.secrets else {}
    for name, service in environment.services.items():
        for variable, reference in service.secrets.items():
            secret, _, key = reference.partition("/")
            path: YamlPath = ("services", name, "secrets", variable)
            if secret not in entries:
                yield unknown(path, "missing-secret", "secret", secret, entries)
            elif not entries[secret].generated and key not in {*entries[secret].keys, *entries[secret].sealed_values}:
                yield unknown(
                    path,
                    "missing-secret-key",
                    f"key in secret {secret} called",
                    key,
                    {*entries[secret].keys, *entries[secret].sealed_values},
                )
        for index, secret in enumerate(service.secrets_from):
            if secret not in entries:
                yield unknown(("services", name, "secrets_from", index), "missing-secret", "secret", secret, entries)
    for name, store in stores_of(environment).items():
        if store.credentials is not None and store.credentials not in entries:
            yield unknown(("data", name, "credentials"), "missing-secret", "secret", store.credentials, entries)
    for name, receiver in environment.observability.receivers.items():
        if receiver.secret.partition("/")[0] not in entries:
            yield unknown(
                ("observability", "receivers", name, "secret"),
                "missing-secret",
                "secret",
                receiver.secret.partition("/")[0],
                entries,
            )
    admin = environment.observability.grafana_admin
    if admin is not None and admin not in entries:
        yield unknown(("observability", "grafana_admin"), "missing-secret", "secret", admin, entries)


def _rights(environment: Environment) -> Iterator[Problem]:
    """What a service may do in the platform is named in its chapter, where the platform has such names."""
    platform = platform_of(environment)
    for name, service in environment.services.items():
        if service.identity is not None:
            path: YamlPath = ("services", name, "identity")
            yield from _right(environment, path, "identity", service.identity, platform.identities)
        for index, grant in enumerate(service.cloud_access):
            path = ("services", name, "cloud_access", index)
            yield from _right(environment, path, "grant", grant, platform.grants)


def _right(
    environment: Environment, path: YamlPath, what: str, name: str, known: Collection[str] | None
) -> Iterator[Problem]:
    if known is None:
        yield path, f"no-{what}", f"`{name}` is of a kind that {environment.platform_name} does not have", "remove it"
    elif name not in known:
        yield unknown(path, f"missing-{what}", what, name, known)


def _node_pools(environment: Environment) -> Iterator[Problem]:
    pools = environment.cluster.node_pools
    named: list[Reference] = [
        (("services", name, "node_pool"), service.node_pool)
        for name, service in environment.services.items()
        if service.node_pool is not None
    ]
    named += [found for store in stores_of(environment).values() for found in store.node_pools()]
    for path, pool in named:
        if pool not in pools:
            yield unknown(path, "missing-node-pool", "node pool", pool, pools)


def _backups(environment: Environment) -> Iterator[Problem]:
    """Backups lie in a bucket that the platform's chapter knows."""
    buckets = platform_of(environment).buckets
    for folder in (folder for store in stores_of(environment).values() for folder in store.folders()):
        if folder.bucket not in buckets:
            yield unknown((*folder.path, "bucket"), "missing-bucket", "bucket", folder.bucket, buckets)


def _platform(environment: Environment) -> Iterator[Problem]:
    """What the platform demands of its own chapter, and every platform of its controllers."""
    yield from platform_of(environment).problems()
    for platform in platforms():
        yield from platform.controller_problems(environment)


def _pipelines(environment: Environment) -> Iterator[Problem]:
    if environment.pipelines is not None:
        for name in environment.pipelines.services:
            if name not in environment.services:
                yield unknown(("pipelines", "services", name), "missing-service", "service", name, environment.services)


def _recovery(environment: Environment) -> Iterator[Problem]:
    recovery = environment.recovery
    if recovery is None:
        return
    if recovery.active and not recovery.stands_in:
        yield ("recovery", "active"), "primary-activated", "is true on the primary", "set it on the standby"
    own, reserve = sum(step.minutes for step in recovery.steps), whole_seconds(recovery.rto) * RESERVE_PERCENT // 6000
    if own > reserve:
        yield (
            ("recovery", "steps"),
            "recovery-too-slow",
            f"take {own} minutes, but the runbook leaves {reserve} of an objective of {recovery.rto}",
            "shorten them, or raise rto",
        )
    for name in recovery.minimum:
        if name not in environment.services:
            yield unknown(("recovery", "minimum", name), "missing-service", "service", name, environment.services)


def _cost(environment: Environment) -> Iterator[Problem]:
    """A budget whose lines add up to something else has been read by nobody."""
    cost = environment.operations.cost if environment.operations else None
    if cost is not None and cost.planned != cost.budget:
        yield (
            ("operations", "cost", "budget"),
            "budget-does-not-add-up",
            f"is {cost.budget:g} {cost.currency}, but its items plan {cost.planned:g}",
            f"write {cost.planned:g}, or correct the items",
        )


def _labels(environment: Environment) -> Iterator[Problem]:
    """System and environment together are a label's value on every object."""
    together = f"{environment.system}-{environment.environment}"
    if len(together) > 63:
        message = f"`{together}` has {len(together)} characters and becomes a label, which holds 63"
        yield ("environment",), "name-too-long", message, "shorten the system's or the environment's name"


RULES: tuple[Callable[[Environment], Iterator[Problem]], ...] = (
    _role, _calls, _mounts, _variables, _service_names, _service_secrets, _rights, _node_pools, _backups, _platform,
    _pipelines, _recovery, plaintext_secrets, _cost, _labels, *ACCESS_RULES,
    *DATA_RULES, *EXPOSE_RULES, *ID_RULES, *INGRESS_RULES, *JOB_RULES, *MANAGEMENT_RULES, *QUOTA_RULES, *RECOVERY_RULES, *SERVICE_RULES,
    *PART_RULES, *SECRET_RULES,
)  # fmt: skip
"""Each rule looks at one kind of agreement between chapters."""
