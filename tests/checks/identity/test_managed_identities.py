from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put, write

from groundplan.checks.identity import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

ROLES = "/subscriptions/0/providers/Microsoft.Authorization/roleDefinitions/"
SECRETS_USER = ROLES + "4633458b-17de-408a-b874-0445c86b69e6"
SECRETS_OFFICER = ROLES + "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
OWNER = ROLES + "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
ACR_PULL = ROLES + "7f951dda-4ed3-4680-a7ca-43fe172d538d"


def rented(kind: str, group: str, name: str, **spec: Any) -> Json:
    return an_object(kind, name, f"{group}/v1", namespace="store-prod", spec={"azureName": name, **spec})


def assigned(name: str, kind: str, group: str, on: str, role: str, **who: Any) -> Json:
    spec = {"owner": {"group": group, "kind": kind, "name": on}, "roleDefinitionReference": {"armId": role}, **who}
    return an_object("RoleAssignment", name, "authorization.azure.com/v1", namespace="store-prod", spec=spec)


def tree() -> dict[str, Json]:
    """A vault that people fill and one namespace reads, as it should be."""
    reader = {"principalIdFromConfig": {"name": "secrets-identity", "key": "principalId"}}
    federation = {
        "owner": {"name": "id-secrets"},
        "audiences": ["api://AzureADTokenExchange"],
        "issuerFromConfig": {"name": "oidc-issuer", "key": "issuer"},
        "subject": "system:serviceaccount:shop:secret-store",
    }
    exports = {"configMaps": {"principalId": {"name": "secrets-identity", "key": "principalId"}}}
    issuer = {"configMaps": {"oidcIssuerProfile": {"name": "oidc-issuer", "key": "issuer"}}}
    provider = {"azurekv": {"vaultUrl": "https://kv.vault.azure.net", "serviceAccountRef": {"name": "secret-store"}}}
    account = an_object("ServiceAccount", "secret-store")
    account["metadata"]["annotations"] = {"azure.workload.identity/client-id": "0"}
    return {
        "cluster": rented("ManagedCluster", "containerservice.azure.com", "aks", operatorSpec=issuer),
        "vault": rented("Vault", "keyvault.azure.com", "kv", properties={"enableRbacAuthorization": True}),
        "identity": rented("UserAssignedIdentity", "managedidentity.azure.com", "id-secrets", operatorSpec=exports),
        "federation": rented("FederatedIdentityCredential", "managedidentity.azure.com", "store", **federation),
        "reads": assigned("reads", "Vault", "keyvault.azure.com", "kv", SECRETS_USER, **reader),
        "people": assigned("people", "Vault", "keyvault.azure.com", "kv", SECRETS_OFFICER, principalId="0"),
        "store": an_object("SecretStore", "kv", "external-secrets.io/v1", spec={"provider": provider}),
        "account": account,
    }


def judge(root: Path, objects: dict[str, Json], **chapters: Any) -> tuple[Finding, ...]:
    write(root, "environments/provided.yaml", "always: {}\n")
    for name, document in objects.items():
        put(root, document, component=name)
    verdict = run(read_inventory(root), a_context(root, an_environment(namespaces={"shop": {}}, **chapters)))
    assert verdict.judged > 0
    return verdict.findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("identity.") for finding in findings)


def changed(**values: Any) -> dict[str, Json]:
    """The tree with single fields of single objects set: `reads__spec__owner={...}`; None removes an object."""
    objects = deepcopy(tree())
    for path, value in values.items():
        name, *steps = path.split("__")
        if not steps:
            objects.pop(name)
            continue
        place = objects[name]
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = value
    return objects


def test_a_chain_without_a_gap_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, tree()) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"reads": None}, ["lacks"]),
        ({"people": None}, ["lacks"]),
        ({"federation": None}, ["no-identity", "not-federated", "unused"]),
        ({"federation__spec__subject": "system:serviceaccount:shop:other"}, ["no-identity", "not-federated", "subject", "unused"]),
        ({"federation__spec__audiences": ["https://example.com"]}, ["audience"]),
        ({"cluster": None}, ["issuer"]),
        ({"reads__spec__roleDefinitionReference": {"armId": ACR_PULL}}, ["lacks", "unused"]),
        ({"reads__spec__roleDefinitionReference": {"armId": OWNER}}, ["lacks", "takes-over", "unused"]),
    ],
    ids=["reader without a role", "nobody writes", "not federated", "federated for another", "another audience", "no issuer", "another role", "owner"],
)  # fmt: skip
def test_each_link_that_is_missing_or_too_wide_is_found(
    tmp_path: Path, changes: dict[str, Any], expected: list[str]
) -> None:
    assert rules(judge(tmp_path, changed(**changes))) == expected


def test_a_role_that_nobody_uses_is_found_at_its_assignment(tmp_path: Path) -> None:
    objects = tree()
    objects["registry"] = rented("Registry", "containerregistry.azure.com", "cr")
    who = {"principalIdFromConfig": {"name": "secrets-identity", "key": "principalId"}}
    objects["pulls"] = assigned("pulls", "Registry", "containerregistry.azure.com", "cr", ACR_PULL, **who)

    found = judge(tmp_path, objects)

    assert [(finding.rule, finding.location.file.rpartition("/")[2]) for finding in found] == [
        ("identity.unused", "RoleAssignment-pulls.yaml")
    ]


def test_an_access_policy_without_the_verb_is_found(tmp_path: Path) -> None:
    policies = [
        {"objectIdFromConfig": {"name": "secrets-identity", "key": "principalId"}, "permissions": {"secrets": ["list"]}}
    ]
    found = judge(tmp_path, changed(reads=None, vault__spec__properties={"accessPolicies": policies}))

    assert rules(found) == ["lacks", "unused"]


def telemetry(*grants: str) -> dict[str, Json]:
    """The tree with a service's identity, and who may publish measurements."""
    objects = tree()
    objects["insights"] = rented("Component", "insights.azure.com", "appi")
    objects["own"] = rented("UserAssignedIdentity", "managedidentity.azure.com", "id-web", operatorSpec=WEB_EXPORTS)
    objects["lent"] = deepcopy(objects["federation"])
    objects["lent"]["metadata"]["name"] = "web"
    objects["lent"]["spec"] |= {"owner": {"name": "id-web"}, "subject": "system:serviceaccount:shop:web"}
    objects["web"] = an_object("ServiceAccount", "web")
    objects["web"]["metadata"]["annotations"] = {"azure.workload.identity/client-id": "1"}
    for config in grants:
        who = {"principalIdFromConfig": {"name": config, "key": "principalId"}}
        objects[config] = assigned(config, "Component", "insights.azure.com", "appi", PUBLISHER, **who)
    return objects


WEB_EXPORTS = {"configMaps": {"principalId": {"name": "web-identity", "key": "principalId"}}}
PUBLISHER = ROLES + "3913510d-42f4-4e42-8a64-420c390055eb"
SENDS = {
    "image": "web:1.0",
    "identity": "web",
    "calls": ["dc.applicationinsights.azure.com"],
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
}


def test_whoever_calls_application_insights_may_publish_to_it(tmp_path: Path) -> None:
    assert judge(tmp_path, telemetry("web-identity"), services={"web": SENDS}) == ()


def test_a_caller_of_application_insights_without_the_role_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, telemetry(), services={"web": SENDS})

    assert "lacks" in rules(found)


def test_a_publisher_that_calls_nobody_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, telemetry("web-identity"), services={"web": SENDS | {"calls": []}})

    assert "unused" in rules(found)


def test_an_account_that_shares_an_identity_without_the_need_is_found(tmp_path: Path) -> None:
    objects = tree()
    objects["second"] = deepcopy(objects["federation"])
    objects["second"]["metadata"]["name"] = "second"
    objects["second"]["spec"]["subject"] = "system:serviceaccount:shop:idle"
    objects["idle"] = an_object("ServiceAccount", "idle")

    found = judge(tmp_path, objects)

    assert rules(found) == ["shared"]
    assert "shop/idle shares and does not need" in found[0].message


def test_pods_that_do_not_ask_for_their_identity_are_found(tmp_path: Path) -> None:
    objects = tree()
    template = {"metadata": {"labels": {}}, "spec": {"serviceAccountName": "secret-store", "containers": []}}
    objects["web"] = an_object("Deployment", "web", "apps/v1", spec={"template": template})

    assert rules(judge(tmp_path, objects)) == ["no-token"]


def test_a_cluster_that_nobody_administers_is_found(tmp_path: Path) -> None:
    objects = tree()
    objects["cluster"]["spec"]["disableLocalAccounts"] = True

    assert rules(judge(tmp_path, objects)) == ["nobody-administers"]
