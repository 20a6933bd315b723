"""What a first day on Azure needs beside Argo CD: the operator's identity, ids to write back, certificates, permissions.

See https://azure.github.io/azure-service-operator/ .
"""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.facts.standby import stands_in
from groundplan.facts.system import System
from groundplan.markdown import bullets, link, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.azure.documents.names import context, resource_group
from groundplan.platforms.azure.documents.operator import OPERATOR
from groundplan.platforms.azure.facts import edge_of, origin, subscription
from groundplan.platforms.azure.naming import AzureKind, azure_name

ROLES = {
    "Contributor": "makes and changes what the environments describe",
    "Role Based Access Control Administrator": "gives the identities it makes their roles",
}
"""Roles of the operator's identity on the subscription, and what for."""


def management(system: System) -> list[str]:
    """The cluster that holds every cloud resource as an object, and the operator on it, where nobody describes it."""
    return [_ids(), section("The cluster and its operator", *_cluster_and_operator(system.primary), level=3)]


def on_a_shared_cluster(system: System) -> list[str]:
    """What the operator of the management cluster needs for one more system's subscription."""
    return [
        _ids(),
        section(
            "What its operator may do here",
            "With `operator` the object id of the operator's identity:",
            shell(*_role_assignments(system.primary)),
            bullets(f"{role}: {purpose}" for role, purpose in ROLES.items()),
            level=3,
        ),
    ]


def _ids() -> str:
    rows = [
        ("subscription", "`platform.azure.subscription`", "`az account show --query id`"),
        ("tenant", "`platform.azure.tenant`", "`az account show --query tenantId`"),
        (
            "group of administrators",
            "`platform.azure.cluster.admin_groups`",
            "`az ad group show --group NAME --query id`",
        ),
    ]
    return section(
        "Ids to write first",
        "They are no secrets, and zeros stand for each until you know it:",
        table(["What", "Where it is written", "Where it comes from"], rows),
        level=3,
    )


def _role_assignments(primary: Environment) -> list[str]:
    account = subscription(primary)
    return [
        f'az role assignment create --assignee-object-id "$operator" --assignee-principal-type ServicePrincipal '
        f'--role "{role}" --scope /subscriptions/{account}'
        for role in ROLES
    ]


def _cluster_and_operator(primary: Environment) -> list[str]:
    add_on = catalogue()[OPERATOR]
    account = subscription(primary)
    return [
        shell(
            f"az group create --name rg-management --location {primary.region}",
            "az aks create --resource-group rg-management --name management --node-count 2 --enable-private-cluster "
            "--enable-oidc-issuer --enable-workload-identity --enable-aad --disable-local-accounts",
            "az aks get-credentials --resource-group rg-management --name management --context management",
            "az identity create --resource-group rg-management --name id-management-operator",
            "az identity federated-credential create --resource-group rg-management "
            "--identity-name id-management-operator --name operator --audiences api://AzureADTokenExchange "
            '--issuer "$(az aks show --resource-group rg-management --name management --query oidcIssuerProfile.issuerUrl '
            f'--output tsv)" --subject system:serviceaccount:{add_on.namespace}:{add_on.service_account}',
            "operator=$(az identity show --resource-group rg-management --name id-management-operator --query principalId "
            "--output tsv)",
            *_role_assignments(primary),
        ),
        bullets(f"{role}: {purpose}" for role, purpose in ROLES.items()),
        "The operator needs cert-manager before it, and takes its ids from its values:",
        shell(
            f"helm upgrade --install aso2 {add_on.chart} --repo {add_on.repository} "
            f"--version {add_on.version_for(primary.cluster.kubernetes)} "
            f"--kube-context {MANAGEMENT} --namespace {add_on.namespace} --create-namespace "
            f"--set azureSubscriptionID={account} --set azureTenantID={primary.platform.azure.tenant if primary.platform.azure else ''} "
            '--set azureClientID="$(az identity show --resource-group rg-management --name id-management-operator '
            '--query clientId --output tsv)" --set useWorkloadIdentityAuth=true '
            f"--set crdPattern='{';'.join(f'{group}/*' for group in sorted(add_on.definitions))}'"
        ),
    ]


def after_first_sync(system: System) -> list[str]:
    """What only Azure knows, or only a person may do, once the resources exist."""
    return [
        section(
            "Contexts", shell(*map(_credentials, system.clusters), "kubelogin convert-kubeconfig -l azurecli"), level=3
        ),
        section("Public names", *_names(system), level=3),
    ]


def inside(system: System) -> list[str]:
    """What wants the vault and the stores, which have private addresses."""
    return [
        section(
            "Certificates, container logs, access to data",
            "None of these is an object of the operator, and the vault and the stores answer from inside alone. The gateway does not become ready before its certificate is there, "
            f"and no service is let into a store before its identity is: see {link('the steps', 'azure-steps.md')}.",
            level=3,
        ),
    ]


def _credentials(environment: Environment) -> str:
    name = context(environment)
    return (
        f"az aks get-credentials --resource-group {resource_group(environment)} "
        f"--name {azure_name(environment, AzureKind.CLUSTER)} --context {name}"
    )


def _names(system: System) -> list[str]:
    rows = []
    for item in system.environments:
        if not item.public_hosts or stands_in(item) or edge_of(item).gateway is None:
            continue
        address = f"address of `{azure_name(item, AzureKind.PUBLIC_IP, 'gateway')}`"
        hosts = list(item.public_hosts)
        if edge_of(item).front_door is None:
            rows += [(host, "A", address) for host in hosts]
            continue
        rows += [(host, "CNAME", f"endpoint of `{azure_name(item, AzureKind.FRONT_DOOR)}`") for host in hosts]
        rows += [(f"_dnsauth.{host}", "TXT", "what Front Door asks for to prove the domain") for host in hosts]
        rows.append((origin(hosts[0]), "A", address))
        standby = system.standby_of(item)
        if standby is not None:
            other = azure_name(standby, AzureKind.PUBLIC_IP, "gateway")
            rows.append((origin(hosts[0], standby=True), "A", f"address of `{other}`, in {standby.region}"))
    return [table(["Name", "Type", "Value"], rows)]
