"""Which ServiceAccount takes which role, on a cluster whose pods bring a token of their own."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.model.environment import Environment
from groundplan.platforms.aws.operators import operators
from groundplan.platforms.aws.roles import issuer_host, role_arn
from groundplan.platforms.aws.workloads import permissions


def pod_roles(environment: Environment) -> dict[str, str]:
    """`namespace/ServiceAccount` of operators and workloads to the name of the role; none where the cluster is managed.

    Args:
        environment: whose cluster it is.
    """
    if issuer_host(environment) is None:
        return {}
    found = {}
    for name in operators(environment):
        add_on = catalogue()[name]
        found[f"{add_on.namespace}/{add_on.service_account or name}"] = role_arn(environment, name)
    for user in (environment, *environment.tenants):
        if user.has_workloads:
            found |= {f"{user.namespace}/{account}": role_arn(user, account) for account in permissions(user)}
    return found
