"""What Argo Rollouts tells people: rollbacks and failed measurements, to receivers of the observability chapter.

See https://argo-rollouts.readthedocs.io/en/stable/features/notifications/ .
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.environment.model import Environment
from groundplan.environment.observability import Receiver
from groundplan.parts import Json

SECRET = "argo-rollouts-notification-secret"
"""Secret the controller reads addresses and keys from; one key per receiver."""

TEMPLATE = "rolled-back"
TRIGGERS = ("rollout-aborted", "analysis-run-failed")
CONDITIONS = {
    "rollout-aborted": "rollout.status.abort == true",
    "analysis-run-failed": "rollout.status.phase == 'Degraded'",
}


def rollout_notifications(environment: Environment, receivers: Mapping[str, Receiver]) -> Json:
    """Values of the chart for the given receivers."""
    text = f"{environment.system} {environment.environment}: {{{{.rollout.metadata.name}}}} was rolled back"
    message: Json = {"message": text}
    if any(receiver.type == "teams" for receiver in receivers.values()):
        message["teams"] = {"title": text, "themeColor": "#D00000"}
    if any(receiver.type == "pagerduty" for receiver in receivers.values()):
        message["pagerdutyv2"] = {"summary": text, "severity": "critical", "source": environment.system}
    return {
        "configmap": {"create": True},
        "secret": {"create": False},
        "notifiers": dict(_notifier(name, receiver) for name, receiver in receivers.items()),
        "templates": {f"template.{TEMPLATE}": _block(message)},
        "triggers": {
            f"trigger.on-{name}": _block_list([{"when": CONDITIONS[name], "send": [TEMPLATE]}]) for name in TRIGGERS
        },
    }


def service_name(receiver: Receiver) -> str:
    """The notifier's name for a kind of receiver."""
    return {"pagerduty": "pagerdutyv2", "email": "email"}.get(receiver.type, receiver.type)


def _notifier(name: str, receiver: Receiver) -> tuple[str, str]:
    if receiver.type == "pagerduty":
        return "service.pagerdutyv2", f"serviceKeys:\n  {name}: ${name}\n"
    if receiver.type == "teams":
        return "service.teams", f"recipientUrls:\n  {name}: ${name}\n"
    if receiver.type == "slack":
        return "service.slack", f"token: ${name}\n"
    return f"service.webhook.{name}", f"url: ${name}\n"


def _block(value: Json) -> str:
    return "".join(f"{line}\n" for line in _lines(value, 0))


def _block_list(values: list[Json]) -> str:
    lines = []
    for value in values:
        first, *rest = _lines(value, 0)
        lines += [f"- {first}", *(f"  {line}" for line in rest)]
    return "".join(f"{line}\n" for line in lines)


def _lines(value: Json, depth: int) -> list[str]:
    """A mapping of texts, mappings and lists of texts as YAML lines, every text quoted."""
    lines: list[str] = []
    indent = "  " * depth
    for key, item in value.items():
        if isinstance(item, dict):
            lines += [f"{indent}{key}:", *_lines(item, depth + 1)]
        elif isinstance(item, list):
            lines += [f"{indent}{key}:", *(f"{indent}- {text}" for text in item)]
        else:
            quoted = str(item).replace("'", "''")
            lines.append(f"{indent}{key}: '{quoted}'")
    return lines
