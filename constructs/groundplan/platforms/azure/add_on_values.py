"""Values of the chart that only Azure knows: its Service Operator.

Every key was looked up in the chart's own values; `groundplan.addons.values` says what holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from groundplan.addons.catalogue import catalogue, sizes
from groundplan.addons.values import CRITICAL
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment


def _azure_operator(environment: Environment) -> Json:
    """Only the groups the catalogue knows: every further one would be hundreds of kilobytes in the API server."""
    identity = environment.cluster.controller_identity
    groups = catalogue()["azure-service-operator"].definitions
    return {
        "azureTenantID": identity.tenant if identity is not None else "",
        "azureSubscriptionID": identity.subscription if identity is not None else "",
        "azureClientID": identity.client if identity is not None else "",
        "useWorkloadIdentityAuth": True,
        "createAzureOperatorSecret": True,
        "installCRDs": True,
        "crdPattern": ";".join(f"{group}/*" for group in sorted(groups)),
        "metrics": {"enable": True},
        "priorityClassName": CRITICAL,
        "resources": sizes(environment, "azure-service-operator")["controller"].resources,
    }


VALUES: dict[str, Callable[[Environment], Json]] = {"azure-service-operator": _azure_operator}
"""Add-on to its values."""
