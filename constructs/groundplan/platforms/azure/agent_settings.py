"""What the container agent of Azure Monitor collects.

See https://learn.microsoft.com/azure/azure-monitor/containers/container-insights-data-collection-configmap .
"""

from __future__ import annotations

import json

from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.parts import Component, Part
from groundplan.platforms.azure.chapter import AzureMonitor

NAME = "container-azm-ms-agentconfig"
"""Name under which the agent looks for its settings, in kube-system."""


class AgentSettings(Part):
    """The agent's ConfigMap: output of containers and events of Kubernetes, and never environment variables."""

    def __init__(self, scope: Component | Part, id_: str, monitor: AzureMonitor) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": NAME, "namespace": KUBE_SYSTEM},
                "data": {
                    "schema-version": "v1",
                    "config-version": "1",
                    "log-data-collection-settings": _settings(_silent(monitor)),
                },
            }
        )


def _silent(monitor: AzureMonitor) -> list[str]:
    chosen = {KUBE_SYSTEM: True, **monitor.silent_namespaces}
    return [namespace for namespace, silent in chosen.items() if silent]


def _settings(silent: list[str]) -> str:
    namespaces = json.dumps(silent)
    return f"""[log_collection_settings]
[log_collection_settings.stdout]
enabled = true
exclude_namespaces = {namespaces}
[log_collection_settings.stderr]
enabled = true
exclude_namespaces = {namespaces}
[log_collection_settings.env_var]
enabled = false
[log_collection_settings.collect_all_kube_events]
enabled = true
[log_collection_settings.schema]
containerlog_schema_version = "v2"
"""
