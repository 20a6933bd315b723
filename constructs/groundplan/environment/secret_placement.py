"""Which Secret is needed in which namespace: nobody is given what only somebody else reads."""

from __future__ import annotations

from groundplan.environment.model import Environment
from groundplan.environment.secrets import SecretSource


def secret_placement(environment: Environment) -> dict[str, dict[str, SecretSource]]:
    """Namespace to the entries rendered there.

    Secrets of alert receivers and dashboards go to the monitoring namespace of the environment that has the cluster; every other
    entry goes to the namespace of the services. A Secret that both need is rendered in both.
    """
    if environment.secrets is None:
        return {}
    entries = environment.secrets.entries
    received = environment.observability.secrets
    placement: dict[str, dict[str, SecretSource]] = {}
    if environment.has_workloads:
        placement[environment.namespace] = {
            name: source
            for name, source in entries.items()
            if name not in received or name in _needed_by_workloads(environment)
        }
    if environment.has_cluster:
        monitoring = placement.setdefault(environment.observability.namespace, {})
        monitoring.update({name: source for name, source in entries.items() if name in received})
    return {namespace: chosen for namespace, chosen in placement.items() if chosen}


def _needed_by_workloads(environment: Environment) -> set[str]:
    needed = {getattr(store, "credentials", None) for store in environment.data.values()}
    for service in environment.services.values():
        needed |= {reference.partition("/")[0] for reference in service.secrets.values()} | set(service.secrets_from)
    return {name for name in needed if name is not None}
