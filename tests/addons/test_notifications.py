"""Who is told of a rollback: every subscription leads to a service, every service to a key of the Secret."""

from __future__ import annotations

import re

import pytest
import yaml
from tests.support.azure_rendering import RESOURCES, SECRETS, azure
from tests.support.rendering import Json, rendered, the

from groundplan.addons.notifications import TRIGGERS, subscriptions
from groundplan.addons.values import VALUES

RECEIVERS = """
observability:
  receivers:
    pager: {type: pagerduty, secret: receivers/pager, severities: [critical]}
    chat: {type: slack, secret: receivers/chat, to: "#shop"}
    team: {type: teams, secret: receivers/team}
    hook: {type: webhook, secret: receivers/hook}
    mail: {type: email, secret: receivers/mail, to: shop@shop.example, server: "mail.shop.example:587", sender: a@shop.example}
rollouts: {notify: [pager, chat, team, hook, mail]}
"""
CANARY = f"services: {{web: {{image: 'web:1.0', port: 80, rollout: canary, {RESOURCES}}}}}"


def notifications(*overlays: str) -> Json:
    found: Json = VALUES["argo-rollouts"](azure(SECRETS, RECEIVERS, CANARY, *overlays))["notifications"]
    return found


def rollout() -> Json:
    return the(rendered(azure(SECRETS, RECEIVERS, CANARY), "web"), "Rollout")


def test_every_subscription_of_a_rollout_names_a_trigger_and_a_service_that_exist() -> None:
    values = notifications()
    triggers = {key.removeprefix("trigger.") for key in values["triggers"]}
    services = {key.split(".")[2] for key in values["notifiers"]}

    subscribed = [
        match.groups()
        for key in rollout()["metadata"]["annotations"]
        if (match := re.fullmatch(r"notifications\.argoproj\.io/subscribe\.([^.]+)\.([^.]+)", key))
    ]

    assert {trigger for trigger, _ in subscribed} == triggers == set(TRIGGERS)
    assert {service for _, service in subscribed} == services == {"pager", "chat", "team", "hook", "mail"}


def test_every_trigger_sends_a_template_that_exists() -> None:
    values = notifications()

    sent = {name for text in values["triggers"].values() for item in yaml.safe_load(text) for name in item["send"]}

    assert {f"template.{name}" for name in sent} == set(values["templates"])


def test_no_trigger_has_a_condition_that_does_not_hold_yet() -> None:
    assert all("when" not in text for text in notifications()["triggers"].values())


def test_every_key_a_service_reads_is_in_the_secret() -> None:
    used = set(re.findall(r"\$([-\w]+)", "".join(notifications()["notifiers"].values())))

    secret = the(
        rendered(azure(SECRETS, RECEIVERS, CANARY), "secrets"), "ExternalSecret", "argo-rollouts-notification-secret"
    )

    assert {item["secretKey"] for item in secret["spec"]["data"]} == used


def test_the_secret_is_drawn_from_the_keys_the_receivers_name() -> None:
    secret = the(
        rendered(azure(SECRETS, RECEIVERS, CANARY), "secrets"), "ExternalSecret", "argo-rollouts-notification-secret"
    )

    assert secret["metadata"]["namespace"] == "argo-rollouts"
    assert {item["secretKey"]: item["remoteRef"]["key"] for item in secret["spec"]["data"]}["mail"] == "mail-password"


def test_the_store_of_the_controller_reads_as_an_account_of_its_own_namespace() -> None:
    documents = rendered(azure(SECRETS, RECEIVERS, CANARY), "secrets")

    accounts = [item["metadata"]["namespace"] for item in documents if item["kind"] == "ServiceAccount"]

    assert "argo-rollouts" in accounts


def test_the_identity_that_reads_secrets_trusts_the_controllers_namespace_and_no_idle_one() -> None:
    environment = azure(SECRETS, RECEIVERS, CANARY, "namespaces: {idle: {}}")

    subjects = {
        item["spec"]["subject"]
        for item in rendered(environment, "cloud")
        if item["kind"] == "FederatedIdentityCredential"
    }

    assert "system:serviceaccount:argo-rollouts:secret-store" in subjects
    assert "system:serviceaccount:idle:secret-store" not in subjects


def test_nothing_is_told_where_nothing_is_released_step_by_step() -> None:
    plain = f"services: {{web: {{image: 'web:1.0', port: 80, {RESOURCES}}}}}"

    secrets = rendered(azure(SECRETS, RECEIVERS, plain), "secrets")

    assert "argo-rollouts" not in {item["metadata"]["namespace"] for item in secrets}


@pytest.mark.parametrize(
    ("name", "recipient"),
    [("pager", "pager"), ("team", "team"), ("chat", ""), ("hook", ""), ("mail", "shop@shop.example")],
)
def test_a_subscription_names_whom_the_service_tells(name: str, recipient: str) -> None:
    receivers = azure(SECRETS, RECEIVERS).observability.receivers

    found = subscriptions(receivers, [name])

    assert found[f"notifications.argoproj.io/subscribe.on-rollout-aborted.{name}"] == recipient


def test_two_receivers_of_one_type_keep_their_addresses_apart() -> None:
    second = "observability: {receivers: {others: {type: teams, secret: receivers/team}}}\nrollouts: {notify: [team, others]}"

    notifiers = notifications(second)["notifiers"]

    assert yaml.safe_load(notifiers["service.teams.team"]) == {"recipientUrls": {"team": "$team"}}
    assert yaml.safe_load(notifiers["service.teams.others"]) == {"recipientUrls": {"others": "$others"}}


def test_a_webhook_is_sent_a_text_that_is_json() -> None:
    template = yaml.safe_load(notifications()["templates"]["template.rolled-back"])

    assert yaml.safe_load(template["webhook"]["chat"]["body"])["text"].startswith("shop live: ")
