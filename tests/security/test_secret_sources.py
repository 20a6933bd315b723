"""Secrets come from one place each, and their values from none that is in Git."""

from __future__ import annotations

import base64

import pytest
from rendering import an_environment, rendered, schema_problems, the

from groundplan.errors import EnvironmentFileError

AWS = """
secrets:
  entries:
    api-keys: {keys: {token: shop/token, user: "shop/account#name"}}
    login: {type: kubernetes.io/basic-auth, keys: {username: shop/user, password: shop/password}}
"""
CIPHERTEXT = base64.b64encode((512).to_bytes(2, "big") + bytes(512 + 16 + 8)).decode()
SEALED = f"""
secrets:
  entries: {{bootstrap: {{sealed: true, sealed_values: {{token: {CIPHERTEXT}}}}}}}
"""


def test_an_external_secret_owns_its_secret_and_names_only_the_remote_key() -> None:
    secret = the(rendered(an_environment(AWS), "secrets"), "ExternalSecret", "login")

    assert secret["spec"] == {
        "refreshInterval": "1h",
        "secretStoreRef": {"name": "vault", "kind": "SecretStore"},
        "target": {
            "name": "login",
            "creationPolicy": "Owner",
            "deletionPolicy": "Retain",
            "template": {"type": "kubernetes.io/basic-auth"},
        },
        "data": [
            {"secretKey": "username", "remoteRef": {"key": "shop/user"}},
            {"secretKey": "password", "remoteRef": {"key": "shop/password"}},
        ],
    }


def test_a_json_field_becomes_a_property() -> None:
    secret = the(rendered(an_environment(AWS), "secrets"), "ExternalSecret", "api-keys")

    assert secret["spec"]["data"][1]["remoteRef"] == {"key": "shop/account", "property": "name"}


def test_the_aws_store_reads_as_the_environments_own_role_on_behalf_of_its_namespace() -> None:
    store = the(rendered(an_environment(AWS), "secrets"), "SecretStore")

    assert store["spec"]["provider"]["aws"] == {
        "service": "SecretsManager",
        "region": "us-east-1",
        "role": "arn:aws:iam::111122223333:role/shop-live-secrets-reader",
        "sessionTagsPolicy": "Simple",
    }


def test_a_sealed_secret_is_bound_to_its_name_and_namespace() -> None:
    sealed = the(rendered(an_environment(SEALED), "secrets"), "SealedSecret", "bootstrap")

    assert sealed["spec"]["encryptedData"] == {"token": CIPHERTEXT}
    assert sealed["spec"]["template"]["metadata"] == {"name": "bootstrap", "namespace": "web"}
    assert not any("scope" in key for key in sealed["metadata"].get("annotations", {}))


def test_nothing_is_rendered_for_a_secret_nobody_has_sealed_yet() -> None:
    unsealed = "secrets: {entries: {bootstrap: {sealed: true}}}"

    assert rendered(an_environment(unsealed), "secrets") == []


def test_receivers_secrets_go_to_the_monitoring_namespace_alone() -> None:
    receivers = "observability: {receivers: {chat: {type: slack, secret: api-keys/token, to: '#shop'}}}"

    documents = rendered(an_environment(AWS, receivers), "secrets")

    assert the(documents, "ExternalSecret", "api-keys")["metadata"]["namespace"] == "monitoring"
    assert the(documents, "ExternalSecret", "login")["metadata"]["namespace"] == "web"


@pytest.mark.parametrize("overlay", [AWS, SEALED], ids=["drawn", "sealed"])
def test_every_custom_resource_is_valid(overlay: str) -> None:
    documents = rendered(an_environment(overlay), "secrets")

    problems = {item["kind"]: schema_problems(item) for item in documents if "." in item["apiVersion"]}

    assert problems
    assert not any(problems.values()), problems


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{sealed: true, sealed_values: {token: hunter2hunter2}}", "is not ciphertext"),
        (
            f"{{sealed: true, sealed_values: {{token: {base64.b64encode(b'plain text').decode()}}}}}",
            "is not ciphertext",
        ),
        (f"{{keys: {{a: shop/a}}, sealed_values: {{token: {CIPHERTEXT}}}}}", "sealed_values, but sealed is false"),
        ("{keys: {a: shop/a}, sealed: true}", "write exactly one of keys, generated and sealed"),
        ("{keys: {'a b': shop/a}}", "is not a key of a Secret"),
        ("{type: kubernetes.io/tls, keys: {tls.crt: shop/a}}", "is of type kubernetes.io/tls without tls.key"),
    ],
)
def test_refuses_an_entry_that_could_not_work(entry: str, message: str) -> None:
    overlay = f"secrets: {{entries: {{wrong: {entry}}}}}"

    with pytest.raises(EnvironmentFileError, match=message):
        an_environment(overlay)


def test_what_looks_like_a_plain_value_is_not_repeated_in_the_message() -> None:
    overlay = "secrets: {entries: {a: {sealed: true, sealed_values: {b: hunter22}}}}"

    with pytest.raises(EnvironmentFileError) as caught:
        an_environment(overlay)

    assert "hunter22" not in str(caught.value)
