"""What Argo CD tells GitHub: a status of each commit that a service is Synced and Healthy at.

The status is of the commit that was compared, which may be a later one than the commit somebody waits for.
See https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/github/ .
"""

from __future__ import annotations

from groundplan.facts.reports import REPORT_KEY
from groundplan.model.delivery import Reports
from groundplan.parts import Json
from groundplan.yaml.text import to_yaml

SERVICE, TRIGGER, TEMPLATE = "github", "on-running", "running"

REPORTED_AS = "groundplan.dev/reported-as"
"""Annotation of an Application with the name of its status."""

RUNS = (
    "app.status?.operationState?.phase == 'Succeeded' and app.status?.sync?.status == 'Synced' "
    "and app.status?.health?.status == 'Healthy'"
)
"""Both are found by one comparison, so that the health of what was there before the sync does not count."""


def reporting(reports: Reports) -> Json:
    """Values of the chart that make up the service, its trigger and its template."""
    status = {
        "repoURLPath": "{{ .app.spec.source.repoURL }}",
        "revisionPath": "{{ .app.status.sync.revision }}",
        "status": {
            "state": "success",
            "label": f'{{{{ index .app.metadata.annotations "{REPORTED_AS}" }}}}',
            "targetURL": "{{ .context.argocdUrl }}/applications/{{ .app.metadata.name }}",
        },
    }
    return {
        "notifiers": {
            f"service.{SERVICE}": to_yaml(
                {"appID": reports.app, "installationID": reports.installation, "privateKey": f"${REPORT_KEY}"}
            )
        },
        "triggers": {
            f"trigger.{TRIGGER}": to_yaml(
                {"list": [{"when": RUNS, "oncePer": "app.status.sync.revision", "send": [TEMPLATE]}]}
            ).removeprefix("list:\n")
        },
        "templates": {
            f"template.{TEMPLATE}": to_yaml(
                {"message": "{{ .app.metadata.name }} is Synced and Healthy", "github": status}
            )
        },
    }


def subscription(reported_as: str) -> dict[str, str]:
    """Annotations of an Application whose commits get the status."""
    return {f"notifications.argoproj.io/subscribe.{TRIGGER}.{SERVICE}": "", REPORTED_AS: reported_as}
