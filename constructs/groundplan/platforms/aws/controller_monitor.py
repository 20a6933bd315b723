"""Scraping of the cloud controllers, whose charts bring a Service and no ServiceMonitor."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.kubernetes.namespaces import ACK
from groundplan.model.environment import Environment
from groundplan.parts import Component, Part


def scraped(environment: Environment) -> list[str]:
    """Values of `app.kubernetes.io/name` of the controllers on the cluster; their service accounts are called the same."""
    add_ons = (catalogue()[name] for name in needed(environment))
    return sorted(add_on.service_account or "" for add_on in add_ons if add_on.namespace == ACK)


class ControllerMonitor(Part):
    """One ServiceMonitor for all controllers of AWS.

    Args:
        scope: scope.
        id_: construct id.
        names: their values of `app.kubernetes.io/name`.
    """

    def __init__(self, scope: Component | Part, id_: str, *, names: Sequence[str]) -> None:
        super().__init__(scope, id_)
        expression = {"key": "app.kubernetes.io/name", "operator": "In", "values": list(names)}
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": {"name": id_},
                "spec": {
                    "namespaceSelector": {"matchNames": [ACK]},
                    "selector": {"matchExpressions": [expression]},
                    "endpoints": [{"port": "metricsport", "path": "/metrics", "interval": "60s"}],
                },
            }
        )
