"""Azure's own monitoring: Log Analytics, Application Insights, alerts on log queries.

See https://learn.microsoft.com/azure/azure-monitor/ .
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.model.environment import Owner
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import AzureMonitor, QueryAlert
from groundplan.platforms.azure.diagnostics import INSIGHTS, WORKSPACE_GROUP
from groundplan.platforms.azure.durations import iso_duration
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site


class LogWorkspace(AzurePart):
    """The workspace every log of the environment goes to, and the component that traces requests.

    Args:
        scope: scope.
        id_: construct id.
        site: where they stand.
        monitor: what is kept, and how much of it.
        name: Azure name of the workspace.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, monitor: AzureMonitor, *, name: str) -> None:
        super().__init__(scope, id_, site)
        self._monitor = monitor
        self._name = name
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


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryAlertsProps:
    """Which queries raise an alert, and who hears of it."""

    workspace: str
    """Azure name of the log workspace that is asked."""

    alerts: Mapping[str, QueryAlert] = field(default_factory=dict)
    """Name of each alert to its query. Default none: the action group alone, which stores' alerts use too."""

    owner: Owner
    """Whom the action group mails."""

    system: str
    """Short name of the action group, of which Azure takes twelve characters."""


class QueryAlerts(AzurePart):
    """Alerts on queries of the workspace, and the action group that carries them on.

    The group calls the cluster's own Alertmanager nowhere: webhook addresses are secrets, and the resource would hold
    them in the open. It mails the owner; pagers and chats are reached through the receivers of the chapter.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: QueryAlertsProps) -> None:
        super().__init__(scope, id_, site)
        self._workspace = props.workspace
        self._group = self.azure_name(AzureKind.ACTION_GROUP)
        self._add_group(props.owner, props.system)
        for name, alert in props.alerts.items():
            self._add_alert(name, alert)

    def _add_group(self, owner: Owner, system: str) -> None:
        spec: Json = {"location": "Global", "enabled": True, "groupShortName": system[:12]}
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
                "scopesReferences": [reference(WORKSPACE_GROUP, "Workspace", object_name(self._workspace))],
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
