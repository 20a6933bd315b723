"""Alerts on what Azure measures about the stores it runs, under the names that stores in a cluster have theirs.

Azure tells the action group, which mails the owner: a chat's or a pager's address would stand here in the open.
See https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-types#metric-alerts .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.naming import AzureKind
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure of a resource and the bound it should keep."""

    alert: str
    """Name of the alert, as in the cluster."""

    metric: str
    """Name of the metric at Azure."""

    namespace: str
    """Type of resource that has the metric."""

    above: float | None = None
    """Greatest value that is well. Default: there is none."""

    below: float | None = None
    """Least value that is well. Default: there is none."""

    severity: int = 2
    """Azure's severity, 0 is worst. Default 2."""

    summary: str
    """One line for the person who is told."""


class MetricAlerts(AzurePart):
    """Alerts on figures of one resource; nothing without Azure's monitoring, which has the action group.

    Args:
        scope: scope.
        id_: construct id.
        site: where the resource stands.
        target: reference to the resource.
        resource: its Azure name, part of the alerts' names.
        measures: what is watched.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        target: Json,
        resource: str,
        measures: tuple[Measure, ...],
    ) -> None:
        super().__init__(scope, id_, site)
        if site.workspace is None:
            return
        group = self.site.arm_id("Microsoft.Insights/actionGroups", self.azure_name(AzureKind.ACTION_GROUP))
        for measure in measures:
            spec: Json = {
                "location": "Global",
                "description": measure.summary,
                "enabled": True,
                "severity": measure.severity,
                "evaluationFrequency": "PT1M",
                "windowSize": "PT5M",
                "autoMitigate": True,
                "scopesReferences": [dict(target)],
                "criteria": {"microsoftAzureMonitorSingleResourceMultipleMetricCriteria": self._criterion(measure)},
                "actions": [{"actionGroupId": group}],
            }
            self.add(
                "insights.azure.com/v1api20180301",
                "MetricAlert",
                f"{measure.alert}-{resource}-{measure.severity}",
                spec,
            )

    @staticmethod
    def _criterion(measure: Measure) -> Json:
        over = measure.above is not None
        return {
            "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
            "allOf": [
                {
                    "name": measure.alert,
                    "criterionType": "StaticThresholdCriterion",
                    "metricName": measure.metric,
                    "metricNamespace": measure.namespace,
                    "operator": "GreaterThan" if over else "LessThan",
                    "threshold": measure.above if over else measure.below,
                    "timeAggregation": "Maximum",
                }
            ],
        }
