"""What is in a Secret that the cluster generates: the keys somebody reads, and which of them are no secret but a name."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of

LOGIN = "kubernetes.io/basic-auth"
"""Type of a Secret with `username` and `password`."""

GRAFANA_ADMIN = {"admin-user": "admin", "admin-password": None}
"""Keys the dashboards' first login has."""


def generated_keys(environment: Environment, secret: str) -> dict[str, str | None]:
    """Key to its value, sorted; None where the value is made in the cluster and nobody knows it."""
    keys = {reference.partition("/")[2]: None for reference in _references(environment) if _names(reference, secret)}
    found: dict[str, str | None] = {**keys, **_of_the_stack(environment, secret)}
    for store in stores_of(environment).values():
        if store.credentials == secret:
            found |= store.login
    return dict(sorted(found.items()))


def is_login(environment: Environment, secret: str) -> bool:
    """Whether a database takes the Secret for its owner's login, which must then be of that type."""
    return any(store.credentials == secret for store in stores_of(environment).values())


def _of_the_stack(environment: Environment, secret: str) -> dict[str, str | None]:
    return dict(GRAFANA_ADMIN) if environment.observability.grafana_admin == secret else {}


def _references(environment: Environment) -> list[str]:
    services = [service.secrets for service in environment.services.values()]
    jobs = [job.secrets for job in environment.jobs.values()]
    return [reference for secrets in (*services, *jobs) for reference in secrets.values()]


def _names(reference: str, secret: str) -> bool:
    return reference.partition("/")[0] == secret
