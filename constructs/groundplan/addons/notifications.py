"""What Argo Rollouts tells people: rollbacks and failed measurements, to receivers of the observability chapter.

Each receiver is a notification service of its own name, so that two of one type do not share an address, and each
address is a key of that name in one Secret.
See https://argo-rollouts.readthedocs.io/en/stable/features/notifications/ .
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.observability import Receiver
from groundplan.yaml.text import to_yaml

TEMPLATE = "rolled-back"

TRIGGERS = ("on-analysis-run-failed", "on-rollout-aborted")
"""Triggers by the name the controller derives from its own events.

They carry no condition: the controller evaluates it against the object of before the event, where it does not hold yet.
"""


def rollout_notifications(environment: Environment, receivers: Mapping[str, Receiver]) -> Json:
    """Values of the chart for the given receivers."""
    return {
        "notifiers": {
            f"service.{SERVICES[receiver.type]}.{name}": to_yaml(_service(name, receiver))
            for name, receiver in receivers.items()
        },
        "templates": {f"template.{TEMPLATE}": to_yaml(_template(environment, receivers))},
        "triggers": {f"trigger.{trigger}": f"- send: [{TEMPLATE}]\n" for trigger in TRIGGERS},
    }


def subscriptions(receivers: Mapping[str, Receiver], names: Iterable[str]) -> dict[str, str]:
    """Annotations of a Rollout that subscribe the receivers called `names` to every trigger."""
    return {
        f"notifications.argoproj.io/subscribe.{trigger}.{name}": _recipient(name, receivers[name])
        for trigger in TRIGGERS
        for name in names
        if name in receivers
    }


def _recipient(name: str, receiver: Receiver) -> str:
    """Whom the service tells: an address for mail, an entry of its map for chat and paging, nobody for an address alone."""
    if receiver.type == "email":
        return receiver.to
    return name if receiver.type in ("teams", "pagerduty") else ""


def _mail(name: str, receiver: Receiver) -> Json:
    host, _, port = receiver.server.partition(":")
    password = f"${name}"
    return {"host": host, "port": int(port), "from": receiver.sender, "username": receiver.sender, "password": password}


def _hook(name: str, _: Receiver) -> Json:
    """Slack's incoming webhooks are addresses like any other; they need no application and no token."""
    return {"url": f"${name}", "headers": [{"name": "Content-Type", "value": "application/json"}]}


def _service(name: str, receiver: Receiver) -> Json:
    return CONFIGURATIONS[receiver.type](name, receiver)


SERVICES = {"email": "email", "pagerduty": "pagerdutyv2", "slack": "webhook", "teams": "teams", "webhook": "webhook"}
"""Type of receiver to the type of notification service."""

CONFIGURATIONS: dict[str, Callable[[str, Receiver], Json]] = {
    "email": _mail,
    "pagerduty": lambda name, _: {"serviceKeys": {name: f"${name}"}},
    "slack": _hook,
    "teams": lambda name, _: {"recipientUrls": {name: f"${name}"}},
    "webhook": _hook,
}
"""Type of receiver to the configuration of its service; `$<name>` is a key of the Secret."""


def _template(environment: Environment, receivers: Mapping[str, Receiver]) -> Json:
    """One text, in the form each type of service wants."""
    text = f"{environment.system} {environment.environment}: {{{{.rollout.metadata.name}}}} was rolled back"
    types = {receiver.type for receiver in receivers.values()}
    template: Json = {"message": text}
    if "email" in types:
        template["email"] = {"subject": text}
    if "teams" in types:
        template["teams"] = {"title": text, "themeColor": "#D00000"}
    if "pagerduty" in types:
        template["pagerdutyv2"] = {"summary": text, "severity": "critical", "source": environment.system}
    hooks = {name for name, receiver in receivers.items() if SERVICES[receiver.type] == "webhook"}
    if hooks:
        body = f'{{"text": "{text}"}}'
        template["webhook"] = {name: {"method": "POST", "body": body} for name in sorted(hooks)}
    return template
