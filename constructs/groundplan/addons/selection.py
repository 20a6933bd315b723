"""Which add-ons a cluster needs: what the environment and its tenants use, and the controllers it names.

A shared cluster reads the same system file as its tenants, so what they use is found here without being listed.
"""

from __future__ import annotations

from collections.abc import Callable

from groundplan.addons.catalogue import catalogue
from groundplan.model.data import Postgres
from groundplan.model.environment import Environment

Need = Callable[[Environment], bool]


def needed(environment: Environment) -> list[str]:
    """Names of the add-ons of an environment that has a cluster, in the catalogue's order; none without one."""
    if not environment.has_cluster:
        return []
    users = [environment, *environment.tenants]
    named = environment.cluster.controllers
    return [name for name in catalogue() if name in named or any(NEEDS.get(name, _never)(user) for user in users)]


def _always(_: Environment) -> bool:
    return True


def _never(_: Environment) -> bool:
    return False


def _alb(environment: Environment) -> bool:
    return environment.ingress is not None and environment.ingress.type == "alb"


def _nginx(environment: Environment) -> bool:
    return environment.ingress is not None and environment.ingress.type == "nginx"


def _dns(environment: Environment) -> bool:
    wanted = environment.ingress is not None or (environment.recovery is not None and bool(environment.data))
    return wanted and environment.cloud is not None and environment.cloud.dns is not None


def _operated_postgres(environment: Environment) -> bool:
    return any(isinstance(store, Postgres) and store.engine == "cloudnative-pg" for store in environment.data.values())


def _archived_postgres(environment: Environment) -> bool:
    return any(
        isinstance(store, Postgres) and store.engine == "cloudnative-pg" and store.backup is not None
        for store in environment.data.values()
    )


def _own_metrics(environment: Environment) -> bool:
    """Azure's clusters bring this server, and two of them would fight over one API."""
    return environment.cluster.provider != "azure"


def _elastic_nodes(environment: Environment) -> bool:
    """Azure scales its node pools itself."""
    cluster = environment.cluster
    return cluster.provider == "aws" and any(pool.max > pool.min for pool in cluster.node_pools.values())


def _external_secrets(environment: Environment) -> bool:
    secrets = environment.secrets
    return secrets is not None and any(source.keys for source in secrets.entries.values())


def _sealed_secrets(environment: Environment) -> bool:
    secrets = environment.secrets
    return secrets is not None and (secrets.sealing or any(source.sealed for source in secrets.entries.values()))


def _custom_metrics(environment: Environment) -> bool:
    return any(service.scaling is not None and service.scaling.metrics for service in environment.services.values())


def _progressive(environment: Environment) -> bool:
    return any(service.is_progressive for service in environment.services.values())


NEEDS: dict[str, Need] = {
    "prometheus-operator-crds": _always,
    "argo-cd": _always,
    "argo-rollouts": _progressive,
    "cert-manager": _always,
    "aws-load-balancer-controller": _alb,
    "cloudnative-pg": _operated_postgres,
    "cluster-autoscaler": _elastic_nodes,
    "external-dns": _dns,
    "external-secrets": _external_secrets,
    "gatekeeper": _always,
    "ingress-nginx": _nginx,
    "istio-base": _progressive,
    "istio-gateway": _progressive,
    "istiod": _progressive,
    "kube-prometheus-stack": _always,
    "metrics-server": _own_metrics,
    "plugin-barman-cloud": _archived_postgres,
    "prometheus-adapter": _custom_metrics,
    "sealed-secrets": _sealed_secrets,
}
"""Add-on to what makes an environment need it; the others are named in `cluster.controllers`."""
