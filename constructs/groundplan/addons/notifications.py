"""What Argo Rollouts tells people: rollbacks, and measurements that failed or said nothing, to receivers of the observability chapter.

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

BACK = "rolled-back"
WAITS = "waits-for-a-person"
TEMPLATES = {BACK: "was rolled back", WAITS: "got too few requests to be judged, and waits for a person"}
"""Template to what it says of a release."""

TRIGGERS = {"on-analysis-run-failed": BACK, "on-analysis-run-inconclusive": WAITS, "on-rollout-aborted": BACK}
"""Triggers and what each sends, by the name the controller derives from its own events.

They carry no condition: the controller evaluates it against the object of before the event, where it does not hold yet.
"""


def rollout_notifications(environment: Environment, receivers: Mapping[str, Receiver]) -> Json:
    """Values of the chart for the given receivers."""
    return {
        "notifiers": {
            f"service.{SERVICES[receiver.type]}.{name}": to_yaml(_service(name, receiver))
            for name, receiver in receivers.items()
        },
        "templates": {
            f"template.{name}": to_yaml(_template(environment, receivers, what)) for name, what in TEMPLATES.items()
        },
        "triggers": {f"trigger.{trigger}": f"- send: [{template}]\n" for trigger, template in TRIGGERS.items()},
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


def _template(environment: Environment, receivers: Mapping[str, Receiver], what: str) -> Json:
    """One text, in the form each type of service wants."""
    text = f"{environment.system} {environment.environment}: {{{{.rollout.metadata.name}}}} {what}"
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
