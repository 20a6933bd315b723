"""What managed identities may do: role assignments, access policies of vaults, and who may take an identity on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundplan.checks.identity.facts import facts
from groundplan.checks.identity.rights import Account, Grant, Holder, address
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.platforms.azure.effect.landscape import AzureLandscape
from groundplan.platforms.azure.effect.workflows import GITHUB

MANAGED = "managedidentity.azure.com"
AUDIENCE = "api://AzureADTokenExchange"
CLIENT = "azure.workload.identity/client-id"
USES = "azure.workload.identity/use"
PEOPLE = ("", "people")
"""Holder of what is granted to ids that no object makes: groups of the directory."""


@dataclass(frozen=True, slots=True, eq=False)
class Federation:
    """A ServiceAccount that may take an identity on."""

    account: Account
    """The ServiceAccount."""

    cluster: str
    """The cluster it lives on."""

    holder: Holder
    """The identity."""

    item: Object
    """Where it is said."""


def grants(land: AzureLandscape) -> Iterator[Grant]:
    """Every permission that a role assignment or an access policy gives."""
    for item in land.of("authorization.azure.com", "RoleAssignment"):
        role = facts().role(str((item.spec.get("roleDefinitionReference") or {}).get("armId", "")))
        yield Grant(_who(item, item.spec, "principalId"), (role,), _scope(land, item), item, ("spec",))
    for vault in land.of("keyvault.azure.com", "Vault"):
        policies = (vault.spec.get("properties") or {}).get("accessPolicies") or []
        for index, policy in enumerate(policies):
            held = tuple(f"{what}/{verb}" for what, verbs in policy["permissions"].items() for verb in verbs)
            field = ("spec", "properties", "accessPolicies", index)
            yield Grant(_who(vault, policy, "objectId"), held, address(vault), vault, field)


def _scope(land: AzureLandscape, item: Object) -> str:
    """The address of the resource a role is on, which may belong to another environment and then has Azure's own id."""
    owner = item.spec.get("owner") or {}
    if "armId" not in owner:
        return f"{owner.get('group')}/{owner.get('kind')}/{item.namespace}/{owner.get('name')}"
    kind, _, name = str(owner["armId"]).rpartition("/")
    found = land.called_in_azure(kind.rpartition("/")[2], name)
    return address(found) if found is not None else str(owner["armId"])


def _who(item: Object, entry: Mapping[str, object], key: str) -> Holder:
    source = entry.get(f"{key}FromConfig")
    return (item.namespace, str(source["name"])) if isinstance(source, Mapping) else PEOPLE


def federations(land: AzureLandscape) -> Iterator[Federation]:
    """Every ServiceAccount that may take an identity on."""
    for item in _federated(land):
        namespace, _, name = str(item.spec.get("subject", "")).removeprefix("system:serviceaccount:").partition(":")
        identity = land.refers(item, item.spec.get("owner") or {}, MANAGED, "UserAssignedIdentity")
        holder = land.holder_of(identity) if identity is not None else None
        if holder is not None:
            yield Federation((namespace, name), land.cluster_of(item.scope), holder, item)


def _federated(land: AzureLandscape) -> Iterator[Object]:
    """Those that let pods in."""
    return (item for item in land.of(MANAGED, "FederatedIdentityCredential") if item.spec.get("issuer") != GITHUB)


def broken_federations(land: AzureLandscape) -> Iterator[Finding]:
    """Federations that no token fits: another issuer, another audience, or a ServiceAccount nobody makes."""
    for item in _federated(land):
        source = item.spec.get("issuerFromConfig") or {}
        issuer = land.exports.get((item.namespace, str(source.get("name")), str(source.get("key"))))
        if issuer is None or issuer.kind != "ManagedCluster":
            message = "trusts an issuer that no cluster writes there"
            yield land.inventory.finding(
                item, ("spec", "issuerFromConfig"), "identity.issuer", message, "name what the cluster exports"
            )
        yield from _stranger(land, item)
    for item in land.of(MANAGED, "FederatedIdentityCredential"):
        if item.spec.get("audiences") != [AUDIENCE]:
            message = f"wants another audience than {AUDIENCE}, which is what tokens of pods and of workflows say"
            yield land.inventory.finding(
                item, ("spec", "audiences"), "identity.audience", message, f"write {AUDIENCE} alone"
            )


def _stranger(land: AzureLandscape, item: Object) -> Iterator[Finding]:
    subject = str(item.spec.get("subject", ""))
    namespace, _, name = subject.removeprefix("system:serviceaccount:").partition(":")
    asked_by_clusters = {(known.namespace, known.account) for known in facts().triggers.values()}
    if (namespace, name) in asked_by_clusters or land.knows(land.cluster_of(item.scope), (namespace, name)):
        return
    message = f"lets `{subject}` in, and there is no such ServiceAccount on {land.cluster_of(item.scope)}"
    yield land.inventory.finding(
        item, ("spec", "subject"), "identity.subject", message, "name a ServiceAccount of the cluster, or remove it"
    )


def broken_accounts(land: AzureLandscape, known: list[Federation]) -> Iterator[Finding]:
    """ServiceAccounts that say they have an identity which does not know them, and pods that forget to ask for it."""
    let_in = {(item.cluster, *item.account) for item in known}
    for place, account in land.accounts.items():
        if CLIENT in account.annotations and place not in let_in:
            message = "names an identity, and no identity of its environment lets it in"
            advice = "federate it, or remove the annotation"
            field = ("metadata", "annotations", CLIENT)
            yield land.inventory.finding(account, field, "identity.not-federated", message, advice)
    for item, template in land.pods:
        spec, labels = template.get("spec") or {}, (template.get("metadata") or {}).get("labels") or {}
        place = (item.cluster, item.namespace, str(spec.get("serviceAccountName", "default")))
        if labels.get(USES) == "true" and place not in let_in:
            message = f"asks for a token of ServiceAccount {place[2]}, which no identity lets in"
            yield land.inventory.finding(item, ("spec",), "identity.not-federated", message, "federate it")
        if place in let_in and labels.get(USES) != "true":
            message = f"runs as {place[2]}, which has an identity, and does not ask for its token"
            advice = f"label the pods {USES}: 'true', or take another ServiceAccount"
            yield land.inventory.finding(item, ("spec",), "identity.no-token", message, advice)


def unadministered(land: AzureLandscape) -> Iterator[Finding]:
    """Clusters that nobody can administer: local accounts are off, and no group is let in."""
    for item in land.of("containerservice.azure.com", "ManagedCluster"):
        profile = item.spec.get("aadProfile") or {}
        if item.spec.get("disableLocalAccounts") and not profile.get("adminGroupObjectIDs"):
            message = (
                "has no local account and no group of administrators: nobody gets in, a first time or in an emergency"
            )
            advice = "write the group that administers it"
            yield land.inventory.finding(item, ("spec", "aadProfile"), "identity.nobody-administers", message, advice)
