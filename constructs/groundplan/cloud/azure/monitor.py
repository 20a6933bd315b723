"""Azure's own monitoring: Log Analytics, Application Insights, diagnostic settings, alerts on log queries.

See https://learn.microsoft.com/azure/azure-monitor/ .
"""

from __future__ import annotations

from groundplan.cloud.azure.resources import AzurePart, reference
from groundplan.environment.azure import AzureMonitor, QueryAlert
from groundplan.environment.azure_naming import AzureKind, object_name
from groundplan.messaging.service_bus import iso_duration
from groundplan.parts import Component, Json, Part

INSIGHTS = "insights.azure.com"
WORKSPACE_GROUP = "operationalinsights.azure.com"


def workspace_name(part: AzurePart, monitor: AzureMonitor) -> str:
    """Azure name of the log workspace."""
    return monitor.workspace or part.azure_name(AzureKind.LOG_WORKSPACE)


class LogWorkspace(AzurePart):
    """The workspace every log of the environment goes to, and the component that traces requests."""

    def __init__(self, scope: Component | Part, id_: str, monitor: AzureMonitor) -> None:
        super().__init__(scope, id_)
        self._monitor = monitor
        self._name = workspace_name(self, monitor)
        self._add_workspace()
        self._add_insights()

    def _add_workspace(self) -> None:
        spec: Json = {
            "location": self.location,
            "sku": {"name": "PerGB2018"},
            "retentionInDays": self._monitor.retention_days,
        }
        if self._monitor.daily_cap_gb is not None:
            spec["workspaceCapping"] = {"dailyQuotaGb": self._monitor.daily_cap_gb}
        self.add(f"{WORKSPACE_GROUP}/v1api20210601", "Workspace", self._name, spec, keep=True)

    def _add_insights(self) -> None:
        name = self._monitor.insights or self.azure_name(AzureKind.APPLICATION_INSIGHTS)
        self.add(
            f"{INSIGHTS}/v1api20200202",
            "Component",
            name,
            {
                "location": self.location,
                "kind": "web",
                "Application_Type": "web",
                "SamplingPercentage": self._monitor.sampling,
                "DisableLocalAuth": True,
                "workspaceResourceReference": reference(WORKSPACE_GROUP, "Workspace", object_name(self._name)),
            },
        )


class Diagnostics(AzurePart):
    """Sends the logs and metrics of one resource to the workspace.

    Args:
        scope: scope.
        id_: construct id; part of the object's name.
        monitor: the chapter.
        target: group, kind and name of the resource.
        categories: log categories; a name with a leading `group:` is a category group.
        metrics: whether platform metrics are sent too.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        monitor: AzureMonitor,
        *,
        target: Json,
        categories: tuple[str, ...],
        metrics: bool = True,
    ) -> None:
        super().__init__(scope, id_)
        logs: list[Json] = []
        for category in categories:
            key = "categoryGroup" if category.startswith("group:") else "category"
            logs.append({key: category.removeprefix("group:"), "enabled": True})
        spec: Json = {
            "azureName": "to-workspace",
            "owner": dict(target),
            "logAnalyticsDestinationType": "Dedicated",
            "logs": logs,
            "workspaceReference": reference(WORKSPACE_GROUP, "Workspace", object_name(workspace_name(self, monitor))),
        }
        if metrics:
            spec["metrics"] = [{"category": "AllMetrics", "enabled": True}]
        self.emit(
            {
                "apiVersion": f"{INSIGHTS}/v1api20210501preview",
                "kind": "DiagnosticSetting",
                "metadata": {"name": object_name(f"{target['name']}-logs")},
                "spec": spec,
            }
        )


class QueryAlerts(AzurePart):
    """Alerts on queries of the workspace, and the action group that carries them on.

    The group calls the cluster's own Alertmanager nowhere: webhook addresses are secrets, and the resource would hold
    them in the open. It mails the owner; pagers and chats are reached through the receivers of the chapter.
    """

    def __init__(self, scope: Component | Part, id_: str, monitor: AzureMonitor) -> None:
        super().__init__(scope, id_)
        self._monitor = monitor
        self._group = self.azure_name(AzureKind.ACTION_GROUP)
        self._add_group()
        for name, alert in monitor.alerts.items():
            self._add_alert(name, alert)

    def _add_group(self) -> None:
        owner = self.environment.owner
        spec: Json = {"location": "Global", "enabled": True, "groupShortName": self.environment.system[:12]}
        if owner.email:
            spec["emailReceivers"] = [{"name": owner.team, "emailAddress": owner.email, "useCommonAlertSchema": True}]
        self.add(f"{INSIGHTS}/v1api20230101", "ActionGroup", self._group, spec)

    def _add_alert(self, name: str, alert: QueryAlert) -> None:
        window = iso_duration(alert.window)
        self.add(
            f"{INSIGHTS}/v1api20220615",
            "ScheduledQueryRule",
            name,
            {
                "location": self.location,
                "kind": "LogAlert",
                "displayName": alert.summary,
                "description": alert.summary,
                "enabled": True,
                "severity": alert.severity,
                "evaluationFrequency": "PT5M",
                "windowSize": window,
                "autoMitigate": True,
                "scopesReferences": [
                    reference(WORKSPACE_GROUP, "Workspace", object_name(workspace_name(self, self._monitor)))
                ],
                "criteria": {
                    "allOf": [
                        {
                            "query": alert.query,
                            "timeAggregation": "Maximum",
                            "metricMeasureColumn": "value",
                            "operator": "GreaterThan",
                            "threshold": alert.threshold,
                            "failingPeriods": {"minFailingPeriodsToAlert": 1, "numberOfEvaluationPeriods": 1},
                        }
                    ]
                },
                "actions": {"actionGroupsReferences": [reference(INSIGHTS, "ActionGroup", object_name(self._group))]},
            },
        )
