"""Who is told of which alert: the configuration of Alertmanager.

See https://prometheus-operator.dev/docs/developer/alerting/ .
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from groundplan.model.observability import Receiver
from groundplan.parts import Component, Json, Part

NOBODY = "nobody"
"""The receiver of what no route takes."""

GROUP_BY = ["alertname", "namespace", "service"]
"""One message for one trouble of one service."""

TITLE = "{{ .CommonLabels.severity | toUpper }} {{ .CommonLabels.alertname }} ({{ .CommonLabels.namespace }})"
TEXT = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n"
    "First: {{ .Annotations.action }}\n"
    "{{ .Annotations.runbook_url }}\n{{ end }}"
)


class AlertRouting(Part):
    """The AlertmanagerConfig that serves the whole cluster."""

    def __init__(self, scope: Component | Part, id_: str, *, receivers: Mapping[str, Receiver]) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1alpha1",
                "kind": "AlertmanagerConfig",
                "metadata": {"name": id_},
                "spec": {
                    "route": {
                        "receiver": NOBODY,
                        "groupBy": GROUP_BY,
                        "groupWait": "30s",
                        "groupInterval": "5m",
                        "repeatInterval": "4h",
                        "routes": [route for name, receiver in receivers.items() for route in _routes(name, receiver)],
                    },
                    "receivers": [
                        {"name": NOBODY},
                        *(_receiver(name, receiver) for name, receiver in receivers.items()),
                    ],
                    "inhibitRules": _inhibitions(),
                },
            }
        )


def _routes(name: str, receiver: Receiver) -> list[Json]:
    """Every receiver sees every alert of its severities: a route never ends the search."""
    severities = "|".join(receiver.severities)
    routes: list[Json] = []
    if receiver.heartbeat:
        routes.append(
            {
                "receiver": name,
                "matchers": [_matcher("alertname", "=", "Watchdog")],
                "groupWait": "0s",
                "groupInterval": "1m",
                "repeatInterval": "1m",
                "continue": True,
            }
        )
    if not receiver.severities:
        return routes
    routes.append(
        {
            "receiver": name,
            "matchers": [_matcher("alertname", "!~", "Watchdog|InfoInhibitor"), _matcher("severity", "=~", severities)],
            "continue": True,
        }
    )
    return routes


def _matcher(name: str, match_type: str, value: str) -> Json:
    return {"name": name, "matchType": match_type, "value": value}


def _receiver(name: str, receiver: Receiver) -> Json:
    return {"name": name, **CONFIGURATIONS[receiver.type](receiver)}


def _reference(receiver: Receiver) -> Json:
    secret, _, key = receiver.secret.partition("/")
    return {"name": secret, "key": key}


def _slack(receiver: Receiver) -> Json:
    return {
        "slackConfigs": [
            {"apiURL": _reference(receiver), "channel": receiver.to, "sendResolved": True, "title": TITLE, "text": TEXT}
        ]
    }


def _email(receiver: Receiver) -> Json:
    return {
        "emailConfigs": [
            {
                "to": receiver.to,
                "from": receiver.sender,
                "smarthost": receiver.server,
                "authUsername": receiver.sender,
                "authPassword": _reference(receiver),
                "requireTLS": True,
                "sendResolved": True,
                "headers": [{"key": "Subject", "value": TITLE}],
                "text": TEXT,
            }
        ]
    }


def _pagerduty(receiver: Receiver) -> Json:
    return {
        "pagerdutyConfigs": [
            {
                "routingKey": _reference(receiver),
                "sendResolved": True,
                "description": TITLE,
                "severity": "{{ .CommonLabels.severity }}",
                "details": [{"key": "first", "value": "{{ .CommonAnnotations.action }}"}],
            }
        ]
    }


def _teams(receiver: Receiver) -> Json:
    """Workflows' webhooks; Microsoft has retired those of connectors."""
    return {
        "msteamsv2Configs": [{"webhookURL": _reference(receiver), "sendResolved": True, "title": TITLE, "text": TEXT}]
    }


def _webhook(receiver: Receiver) -> Json:
    return {"webhookConfigs": [{"urlSecret": _reference(receiver), "sendResolved": True}]}


CONFIGURATIONS: dict[str, Callable[[Receiver], Json]] = {
    "slack": _slack,
    "email": _email,
    "pagerduty": _pagerduty,
    "teams": _teams,
    "webhook": _webhook,
}
"""Type of receiver to its part of the configuration."""


def _inhibitions() -> list[Json]:
    """The worse alert about one thing silences the milder one."""
    about = ["namespace", "alertname", "service"]
    return [
        _inhibition([_matcher("severity", "=", "critical")], [_matcher("severity", "=~", "warning|info")], about),
        _inhibition([_matcher("severity", "=", "warning")], [_matcher("severity", "=", "info")], about),
        _inhibition([_matcher("alertname", "=", "InfoInhibitor")], [_matcher("severity", "=", "info")], ["namespace"]),
    ]


def _inhibition(source: list[Json], target: list[Json], equal: list[str]) -> Json:
    return {"sourceMatch": source, "targetMatch": target, "equal": equal}
