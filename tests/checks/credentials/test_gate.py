from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.credentials import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

PUT = "az keyvault secret set --vault-name {} --name login-key --file /dev/stdin\n"
PAGE = f"{PUT.format('kv')}{PUT.format('other')}aws secretsmanager put-secret-value --secret-id login-key\n"
ESO = "external-secrets.io/v1"


def tree() -> dict[str, Json]:
    """A key in a vault, the Secret drawn from it, and the pod that reads it, as it should be."""
    provider = {"azurekv": {"vaultUrl": "https://kv.vault.azure.net"}}
    drawn = {
        "refreshInterval": "1h",
        "secretStoreRef": {"name": "vault", "kind": "SecretStore"},
        "target": {"name": "login"},
        "data": [{"secretKey": "password", "remoteRef": {"key": "login-key"}}],
    }
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}]
    pod = {"containers": [{"name": "web", "env": env}]}
    return {
        "vault": an_object("Vault", "kv", "keyvault.azure.com/v1", namespace="store-prod", spec={"azureName": "kv"}),
        "store": an_object("SecretStore", "vault", ESO, spec={"provider": provider}),
        "drawn": an_object("ExternalSecret", "login", ESO, spec=drawn),
        "web": an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": pod}}),
    }


def judge(root: Path, objects: dict[str, Json], page: str = PAGE) -> tuple[Finding, ...]:
    write(root, "docs/systems/store/secrets.md", page)
    for name, document in objects.items():
        put(root, document, component=name)
    return run(read_inventory(root), a_context(root, an_environment())).findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("credentials.") for finding in findings)


def test_a_value_that_somebody_puts_in_and_a_pod_reads_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, tree()) == ()


def test_a_command_for_the_vault_of_another_environment_is_none_for_this_one(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, tree(), page=PUT.format("other"))) == ["page"]


def test_a_key_without_a_command_on_the_page_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, tree(), page="")) == ["page"]


@pytest.mark.parametrize(
    ("name", "field", "value", "rule"),
    [
        ("drawn", "refreshInterval", "0", "refresh"),
        ("drawn", "target", {"name": "login", "template": {"type": "kubernetes.io/basic-auth"}}, "shape"),
        ("store", "provider", {"azurekv": {"vaultUrl": "https://other.vault.azure.net"}}, "no-vault"),
        ("web", "template", {"spec": {"containers": []}}, "unread"),
        ("store", "provider", {"aws": {"service": "SecretsManager", "region": "here"}}, "no-key"),
    ],
)
def test_each_link_that_is_missing_is_found(tmp_path: Path, name: str, field: str, value: object, rule: str) -> None:
    objects = tree()
    objects[name]["spec"][field] = value

    assert rules(judge(tmp_path, objects)) == [rule]


def test_a_key_that_nothing_reads_is_found(tmp_path: Path) -> None:
    objects = tree()
    objects["drawn"]["spec"]["data"].append({"secretKey": "spare", "remoteRef": {"key": "login-key"}})

    found = judge(tmp_path, objects)

    assert rules(found) == ["unread"]
    assert "key `spare`" in found[0].message


def test_two_makers_of_one_secret_are_found(tmp_path: Path) -> None:
    objects = tree()
    objects["again"] = deepcopy(objects["drawn"])
    objects["again"]["metadata"]["name"] = "again"

    assert rules(judge(tmp_path, objects)) == ["two-makers"]


@pytest.mark.parametrize(("regions", "expected"), [(["there"], ["no-key"]), (["here"], [])])
def test_a_key_of_another_region_is_copied_there(tmp_path: Path, regions: list[str], expected: list[str]) -> None:
    objects = tree()
    objects["store"]["spec"]["provider"] = {"aws": {"service": "SecretsManager", "region": "here"}}
    secret = {"name": "login-key", "replicaRegions": [{"region": region} for region in regions]}
    annotations = {"annotations": {"services.k8s.aws/region": "home"}}
    group = "secretsmanager.services.k8s.aws/v1alpha1"
    objects["key"] = an_object("Secret", "key", group, namespace="store-prod", metadata=annotations, spec=secret)

    assert rules(judge(tmp_path, objects)) == expected


@pytest.mark.parametrize(("name", "expected"), [("*.example.com", []), ("other.example.com", ["names"])])
def test_a_host_needs_a_certificate_for_its_name(tmp_path: Path, name: str, expected: list[str]) -> None:
    objects = tree()
    tls = [{"hosts": ["shop.example.com"], "secretName": "tls"}]
    objects["ingress"] = an_object("Ingress", "shop", "networking.k8s.io/v1", spec={"tls": tls})
    spec = {"secretName": "tls", "dnsNames": [name]}
    objects["certificate"] = an_object("Certificate", "shop", "cert-manager.io/v1", spec=spec)

    assert rules(judge(tmp_path, objects)) == expected


@pytest.mark.parametrize(("page", "expected"), [(PAGE, ["owner"]), (PAGE + "It is `app`.\n", [])])
def test_the_page_says_which_name_a_database_wants(tmp_path: Path, page: str, expected: list[str]) -> None:
    objects = tree()
    bootstrap = {"initdb": {"owner": "app", "secret": {"name": "login"}}}
    objects["drawn"]["spec"]["target"]["template"] = {"metadata": {"labels": {"cnpg.io/reload": "true"}}}
    objects["db"] = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"bootstrap": bootstrap})

    assert rules(judge(tmp_path, objects, page)) == expected


def _told(key: str) -> Json:
    """An Argo CD that signs in with `key` of the Secret that it looks for."""
    values = {"notifications": {"notifiers": {"service.github": f"appID: 1\nprivateKey: ${key}\n"}}}
    source = {"chart": "argo-cd", "repoURL": "https://charts.example.com", "helm": {"valuesObject": values}}
    spec = {"project": "store", "source": source, "destination": {"namespace": "shop"}}
    return an_object("Application", "argo-cd", "argoproj.io/v1alpha1", spec=spec)


@pytest.mark.parametrize(("key", "expected"), [("password", []), ("other", ["unmade", "unread"])])
def test_what_notifications_sign_in_with_is_brought_to_where_they_look(
    tmp_path: Path, key: str, expected: list[str]
) -> None:
    objects = tree()
    objects["drawn"]["spec"]["target"]["name"] = "argocd-notifications-secret"
    objects["web"]["spec"]["template"]["spec"]["containers"] = []
    objects["argo-cd"] = _told(key)

    assert rules(judge(tmp_path, objects)) == expected


def a_database(label: Json) -> dict[str, Json]:
    """A database whose owner's login is drawn from the vault."""
    initdb = {"owner": "web", "database": "web", "secret": {"name": "login"}}
    cluster = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"bootstrap": {"initdb": initdb}})
    objects = tree()
    fixed = {"password": "{{ .password }}", "username": "web"}
    objects["drawn"]["spec"]["target"]["template"] = {"data": fixed, "metadata": {"labels": label}}
    return objects | {"db": cluster}


def test_a_login_that_the_database_s_operator_watches_is_fine(tmp_path: Path) -> None:
    assert "reload" not in rules(judge(tmp_path, a_database({"cnpg.io/reload": "true"})))


@pytest.mark.parametrize("label", [{}, {"cnpg.io/reload": "false"}])
def test_a_login_that_changes_unnoticed_is_found(tmp_path: Path, label: Json) -> None:
    assert "reload" in rules(judge(tmp_path, a_database(label)))
