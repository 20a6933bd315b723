"""Which add-ons a cluster needs: what the environment and its tenants use, and the controllers it names.

A shared cluster reads the same system file as its tenants, so what they use is found here without being listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from groundplan.addons.catalogue import catalogue
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import stores_of

Need = Callable[[Environment], bool]


def needed(environment: Environment) -> list[str]:
    """Names of the add-ons of an environment that has a cluster, in the catalogue's order; none without one."""
    if not environment.has_cluster:
        return []
    users = [environment, *environment.tenants]
    named = environment.cluster.controllers
    built_in = platform_of(environment).built_in
    return [name for name in catalogue() if name in named or (name not in built_in and _is_used(name, users))]


def _is_used(name: str, users: Iterable[Environment]) -> bool:
    part = catalogue()[name].part
    if part is not None:
        return all(getattr(user.parts, part, True) for user in users)
    return any(
        NEEDS.get(name, _never)(user)
        or platform_of(user).wants(name)
        or any(name in store.addons for store in stores_of(user).values())
        for user in users
    )


def _never(_: Environment) -> bool:
    return False


def _nginx(environment: Environment) -> bool:
    return environment.ingress is not None and environment.ingress.type == "nginx"


def _external_secrets(environment: Environment) -> bool:
    secrets = environment.secrets
    drawn = secrets is not None and any(source.keys or source.generated for source in secrets.entries.values())
    return drawn or environment.logging is not None  # users of what keeps logs have passwords that nobody knows


def _sealed_secrets(environment: Environment) -> bool:
    secrets = environment.secrets
    return secrets is not None and (secrets.sealing or any(source.sealed for source in secrets.entries.values()))


def _custom_metrics(environment: Environment) -> bool:
    return any(service.scaling is not None and service.scaling.metrics for service in environment.services.values())


def _queues_or_hours(environment: Environment) -> bool:
    scalings = (service.scaling for service in environment.services.values())
    return any(scaling is not None and (scaling.queues or scaling.hours) for scaling in scalings)


def _progressive(environment: Environment) -> bool:
    return any(service.is_progressive for service in environment.services.values())


def _machines(environment: Environment) -> bool:
    return environment.host_environment.cluster.cluster_api is not None


def _logging(environment: Environment) -> bool:
    return environment.logging is not None


def _makes_clusters(environment: Environment) -> bool:
    return environment.cluster.makes_clusters is not None


def _backups(environment: Environment) -> bool:
    return environment.backups is not None


def _copies_volumes(environment: Environment) -> bool:
    return environment.backups is not None and environment.backups.volumes


def _recommends_sizes(environment: Environment) -> bool:
    return environment.host_environment.cluster.right_sizing


NEEDS: dict[str, Need] = {
    "argo-rollouts": _progressive,
    "cluster-api-operator": _makes_clusters,
    "eck-operator": _logging,
    "external-secrets": _external_secrets,
    "ingress-nginx": _nginx,
    "istio-base": _progressive,
    "istio-gateway": _progressive,
    "istiod": _progressive,
    "keda": _queues_or_hours,
    "prometheus-adapter": _custom_metrics,
    "sealed-secrets": _sealed_secrets,
    "snapshot-controller": _copies_volumes,
    "tigera-operator": _machines,
    "velero": _backups,
    "vertical-pod-autoscaler": _recommends_sizes,
}
"""Add-on to what makes an environment need it. A platform and a store want others, some are named in `cluster.controllers`,
and those that are part of every cluster say so in the catalogue."""
