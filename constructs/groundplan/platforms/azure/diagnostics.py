"""Diagnostic settings: what a resource writes about itself goes to the log workspace.

Which categories a kind of resource has is listed at https://learn.microsoft.com/azure/azure-monitor/reference/logs-index .
"""

from __future__ import annotations

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

INSIGHTS = "insights.azure.com"
WORKSPACE_GROUP = "operationalinsights.azure.com"


def diagnose(part: AzurePart, target: Json, *categories: str) -> None:
    """Send logs and metrics of a resource to the workspace, where the environment has one.

    Args:
        part: the construct that makes the resource.
        target: group, kind and name of the resource.
        categories: log categories.
    """
    if part.site.workspace is not None:
        id_ = f"diagnostics-{target['name']}"
        Diagnostics(part, id_, part.site, workspace=part.site.workspace, target=target, categories=categories)


class Diagnostics(AzurePart):
    """Sends the logs and metrics of one resource to the workspace.

    Args:
        scope: scope.
        id_: construct id; part of the object's name.
        site: where the resource stands.
        workspace: Azure name of the log workspace.
        target: group, kind and name of the resource.
        categories: log categories; a name with a leading `group:` is a category group.
        metrics: whether platform metrics are sent too.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        workspace: str,
        target: Json,
        categories: tuple[str, ...],
        metrics: bool = True,
    ) -> None:
        super().__init__(scope, id_, site)
        logs: list[Json] = []
        for category in categories:
            key = "categoryGroup" if category.startswith("group:") else "category"
            logs.append({key: category.removeprefix("group:"), "enabled": True})
        spec: Json = {
            "azureName": "to-workspace",
            "owner": dict(target),
            "logAnalyticsDestinationType": "Dedicated",
            "logs": logs,
            "workspaceReference": reference(WORKSPACE_GROUP, "Workspace", object_name(workspace)),
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
