"""Planted values are put together at run time, so that this file holds none itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import a_context, an_object, inventory, put, write

from groundplan.checks.secrets import SHAPES, run, scan

RANDOM = "q7Zt" + "9mXw2Lk" + "Vb4RsPd8"
PLANTED = {
    "secrets.aws-access-key": "id: AKIA" + "ABCDEFGHIJKLMNOP",
    "secrets.private-key": "-----BEGIN RSA PRIVATE" + " KEY-----",
    "secrets.jwt": "eyJ" + "hbGciOiJI.eyJ" + "zdWIiOiIx.c2lnbmF0dXJl",
    "secrets.slack-token": "xoxb" + "-123456789012-abcdef",
    "secrets.slack-webhook": "https://hooks.slack.com/" + "services/T00000000/B00000000/XXXXXXXX",
    "secrets.github-token": "ghp_" + "a" * 36,
    "secrets.gitlab-token": "glpat-" + "a" * 20,
    "secrets.api-key": "sk-" + "ant-" + "a" * 24,
    "secrets.azure-key": "AccountKey=" + "a" * 44,
    "secrets.connection-string": "url: postgresql://app:" + "hunter2@db:5432/app",
    "secrets.placeholder": "password: '{{encrypted}}'",
    "secrets.random-value": f"api_key: {RANDOM}",
}


@pytest.mark.parametrize("rule", PLANTED)
def test_finds_what_is_planted_and_never_prints_it(rule: str) -> None:
    findings = list(scan(f"a: b\n{PLANTED[rule]}\n", "environments/x.yaml"))

    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].location.line == 2
    assert PLANTED[rule].split()[-1] not in str(findings[0])


@pytest.mark.parametrize("folder", ["environments", "dist/a/b", "argocd/a/b", "docs"])
def test_every_folder_people_read_is_scanned(tmp_path: Path, folder: str) -> None:
    write(tmp_path, f"{folder}/note.md", PLANTED["secrets.aws-access-key"])

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert (verdict.judged, [finding.rule for finding in verdict.findings]) == (1, ["secrets.aws-access-key"])


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_a_secret_with_values_is_found(tmp_path: Path, field: str) -> None:
    put(tmp_path, an_object("Secret", "db", **{field: {"user": "app"}}))

    assert [finding.rule for finding in run(inventory(tmp_path), a_context(tmp_path)).findings] == ["secrets.object"]


def test_the_value_of_a_variable_belongs_to_the_name_above() -> None:
    text = f"- name: DB_PASSWORD\n  value: {RANDOM}\n- name: BUILD\n  value: {RANDOM}\n"

    assert [finding.location.line for finding in scan(text, "f")] == [2]


def test_a_value_in_a_flow_mapping_is_found() -> None:
    assert len(list(scan(f"x: {{user: app, token: {RANDOM}}}", "f"))) == 1


def test_ciphertext_is_allowed_until_its_block_ends() -> None:
    text = f"encryptedData:\n  password: {RANDOM}\nspec:\n  password: {RANDOM}\n"

    assert [finding.location.line for finding in scan(text, "f")] == [4]


def test_a_placeholder_is_no_ciphertext() -> None:
    assert [finding.rule for finding in scan("encryptedData:\n  user: '{{encrypted}}'\n", "f")] == [
        "secrets.placeholder"
    ]


def test_prose_may_speak_of_placeholders() -> None:
    assert list(scan('text: "the password is a placeholder, {{encrypted}}, in the source"', "f")) == []


@pytest.mark.parametrize(
    "line",
    [
        "secretKey: POSTGRES_PASSWORD",
        "JWT_SECRET_KEY: factory-ai/jwt-secret-key",
        "url: postgresql://db:5432/app",
        "url: postgresql://$(USER):$(PASSWORD)@db/app",
        "private_key: ${PRIVATE_KEY_FROM_THE_STORE_1}",
        "config-hash: sha-1f6e0a9c2b7d4e85",
    ],
)
def test_names_and_references_are_no_secrets(line: str) -> None:
    assert list(scan(line, "f")) == []


def test_every_shape_holds_one_of_the_needles_that_are_looked_for_first() -> None:
    samples = {
        "aws-access-key": "AKIA" + "A" * 16,
        "private-key": "-----BEGIN RSA PRIVATE KEY-----",
        "jwt": "eyJ" + "a" * 9 + ".eyJ" + "a" * 9 + "." + "a" * 9,
        "slack-token": "xoxb-" + "1" * 12,
        "slack-webhook": "hooks.slack.com/services/" + "T" * 24,
        "github-token": "ghp_" + "a" * 36,
        "gitlab-token": "glpat-" + "a" * 20,
        "api-key": "sk-ant-" + "a" * 24,
        "azure-key": "AccountKey=" + "a" * 44 + "==",
        "connection-string": "postgres://user:word@host",
    }

    found = {rule: [finding.rule for finding in scan(sample, "file")] for rule, sample in samples.items()}

    assert found == {rule: [f"secrets.{rule}"] for rule, _, _ in SHAPES}
