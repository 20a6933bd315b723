"""The project itself: who acts for it here, which of Google's services are on, and what is written down about their use.

See https://cloud.google.com/config-connector/docs/how-to/advanced-install .
"""

from __future__ import annotations

from collections.abc import Collection

from groundplan.parts import Component, Part
from groundplan.platforms.gcp.kinds import VERSION, group_of
from groundplan.platforms.gcp.resource import GcpPart
from groundplan.platforms.gcp.site import Site
from groundplan.platforms.gcp.words import CONTEXT

AUDITED = {
    "iam.googleapis.com": ("ADMIN_READ", "DATA_READ", "DATA_WRITE"),
    "secretmanager.googleapis.com": ("ADMIN_READ", "DATA_READ", "DATA_WRITE"),
    "storage.googleapis.com": ("ADMIN_READ", "DATA_WRITE"),
}
"""What is written down beside changes, which always are. See https://cloud.google.com/logging/docs/audit ."""


class ControllerContext(GcpPart):
    """Whom Config Connector acts as in this namespace: each environment's controller has rights in its own project alone."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, account: str) -> None:
        super().__init__(scope, id_, site)
        self.emit(
            {
                "apiVersion": f"{group_of('ConfigConnectorContext')}/{VERSION}",
                "kind": "ConfigConnectorContext",
                "metadata": {"name": CONTEXT},
                "spec": {
                    "googleServiceAccount": account,
                    "stateIntoSpec": "Absent",
                    "requestProjectPolicy": "RESOURCE_PROJECT",
                },
            }
        )


class ProjectServices(GcpPart):
    """Services of Google's that are switched on, and stay so."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, services: Collection[str]) -> None:
        super().__init__(scope, id_, site)
        for service in sorted(services):
            name = f"{service}.googleapis.com"
            project = {"external": f"projects/{site.project}"}
            self.emit_resource("Service", service, {"projectRef": project}, called=name, retain=True)


class AuditLogs(GcpPart):
    """Who read or wrote what is worth keeping."""

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_, site)
        for service, types in AUDITED.items():
            self.emit_resource(
                "IAMAuditConfig",
                service.partition(".")[0],
                {
                    "service": service,
                    "auditLogConfigs": [{"logType": type_} for type_ in types],
                    "resourceRef": self.whole_project,
                },
                retain=True,
            )
