"""azure-steps.md: what Azure Service Operator has no object for, as commands a person may type once.

Where a workflow does the same, the page says so; the commands are for the first day and for the day the workflow fails.
"""

from __future__ import annotations

import json

from groundplan.facts.system import System
from groundplan.markdown import code, document, link, section, shell
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Application, Pipelines
from groundplan.model.values import whole_seconds
from groundplan.platforms.azure import access
from groundplan.platforms.azure.access import ACCESS, PERMISSIONS
from groundplan.platforms.azure.documents import mirror
from groundplan.platforms.azure.documents.names import resource_group
from groundplan.platforms.azure.facts import edge_of, gateway_names
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.stores.pages import ManualAccess
from groundplan.stores.registry import stores_of

MONTH = 30 * 86_400

GRAPH = "00000003-0000-0000-c000-000000000000"
"""Application id of Microsoft Graph, the same in every directory."""


def page(system: System) -> str | None:
    """The whole page; none where nothing is rented from Azure."""
    environments = [item for item in system.environments if item.platform.azure is not None]
    if not environments:
        return None
    chapter = system.primary.pipelines
    by_workflow = "The workflow `azure-access` does this; by hand it is:" if access.wanted(system) else ""
    application = chapter.application if chapter is not None else None
    return document(
        f"{system.primary.title}: steps on Azure",
        "What Azure has and its operator has no object for. Each command may be repeated. "
        f"{link('Bootstrap', 'bootstrap.md')} says when each is due.",
        section("The identity that pushes images", *(_publisher(system, chapter) if chapter is not None else [])),
        section("Copies of public images", *mirror.rules(environments)),
        section("Certificates", *_certificates(environments)),
        section("Container logs", *_container_logs(environments)),
        *_password_roles(environments),
        *(section(title, *_with(by_workflow, blocks)) for title, blocks in _store_access(environments).items()),
        section("Pairs of message namespaces", *_with(by_workflow, _pairs(system))),
        section(
            "The application's registration",
            *_with(by_workflow, _registration(system, application) if application else []),
        ),
    )


def _publisher(system: System, chapter: Pipelines) -> list[str]:
    """Azure compares the subject of a token letter by letter, so each branch or environment has a credential of its own."""
    group, name = resource_group(system.primary), chapter.role_name(system.name)
    repository = chapter.repository or "OWNER/REPOSITORY"
    subjects = {
        f"branch-{branch}": f"ref:refs/heads/{branch}" for branch in chapter.branches if chapter.built_on("commit")
    }
    if chapter.built_on("tag"):
        subjects["registry"] = "environment:registry"
    registries = sorted({item.registry.partition(".")[0] for item in system.environments if item.has_workloads})
    limited = (
        "; GitHub's environment `registry` is limited to tags `v*`, so that no branch can"
        if "registry" in subjects
        else ""
    )
    return [
        f"The workflows of `{repository}` take it on by their own token. What it may do is push{limited}.",
        shell(
            f"az identity create --resource-group {group} --name {name}",
            *(
                f"az identity federated-credential create --resource-group {group} --identity-name {name} --name {key} "
                "--issuer https://token.actions.githubusercontent.com --audiences api://AzureADTokenExchange "
                f"--subject repo:{repository}:{subject}"
                for key, subject in subjects.items()
            ),
            *(
                f'az role assignment create --role AcrPush --scope "$(az acr show --name {registry} --query id --output tsv)" '
                f'--assignee-object-id "$(az identity show --resource-group {group} --name {name} --query principalId '
                '--output tsv)" --assignee-principal-type ServicePrincipal'
                for registry in registries
            ),
        ),
    ]


def _with(introduction: str, blocks: list[str]) -> list[str]:
    return [introduction, *blocks] if blocks else []


def _certificates(environments: list[Environment]) -> list[str]:
    lines, months = [], 12
    policies: dict[str, None] = {}
    for item in environments:
        vault = item.platform.azure.vault if item.platform.azure is not None else None
        wanted = list(vault.certificates) if vault is not None else []
        gateway = edge_of(item).gateway
        if gateway is not None:
            wanted = list(dict.fromkeys([*wanted, gateway.certificate]))
        if vault is not None:
            months = min(months, max(1, whole_seconds(vault.certificate_rotation) // MONTH))
        policies |= {f"`{name}.json`": None for name in wanted}
        lines += [
            f"az keyvault certificate create --vault-name {azure_name(item, AzureKind.KEY_VAULT)} --name {name} "
            f"--policy {_policy(item, name)}"
            for name in wanted
        ]
    if not lines:
        return []
    return [
        "The vault renews what its policy lets it renew, thirty days before the end; the gateway reads the address without "
        "a version and takes the new one within four hours. The issuer is one the vault knows, such as DigiCert or "
        "GlobalSign; `Self` will do for client certificates. A gateway's is for every name that it is asked by; Front Door "
        "compares it with the name of the origin. Save the policy for each, with its issuer, and with a subject where the "
        "command gives none, as "
        f"{', '.join(policies)}:",
        code(json.dumps(certificate_policy(months), indent=2), "json"),
        shell(*lines),
        "A certificate of another issuer is imported with its whole chain instead, and again before its end: "
        "`az keyvault certificate import --vault-name VAULT --name NAME --file NAME.pfx`.",
    ]


def _policy(environment: Environment, name: str) -> str:
    """The policy's file, with the names that the gateway is asked by where it serves the certificate."""
    gateway, names = edge_of(environment).gateway, gateway_names(environment)
    if gateway is None or gateway.certificate != name or not names:
        return f"@{name}.json"
    listed = {"subject": f"CN={names[0]}", "subjectAlternativeNames": {"dnsNames": names}}
    return f""" "$(jq '.x509CertificateProperties += {json.dumps(listed)}' {name}.json)" """.strip()


def certificate_policy(months: int) -> dict[str, object]:
    """A policy that renews a certificate by itself before it is `months` old."""
    return {
        "issuerParameters": {"name": "ISSUER"},
        "keyProperties": {"keyType": "RSA", "keySize": 2048, "exportable": True, "reuseKey": False},
        "secretProperties": {"contentType": "application/x-pkcs12"},
        "x509CertificateProperties": {"subject": "CN=SUBJECT", "validityInMonths": months},
        "lifetimeActions": [{"trigger": {"daysBeforeExpiry": 30}, "action": {"actionType": "AutoRenew"}}],
    }


def _container_logs(environments: list[Environment]) -> list[str]:
    watched = [
        item for item in environments if item.platform.azure is not None and item.platform.azure.monitor is not None
    ]
    if not watched:
        return []
    lines = []
    for item in watched:
        group, cluster = resource_group(item), azure_name(item, AzureKind.CLUSTER)
        rule = f"MSCI-{item.region}-{cluster}"
        lines += [
            f"az monitor data-collection rule create --resource-group {group} --location {item.region} "
            f"--name {rule} --kind Linux --rule-file container-logs.json",
            "az monitor data-collection rule association create --association-name ContainerInsightsExtension "
            f'--rule-id "$(az monitor data-collection rule show --resource-group {group} --name {rule} --query id --output tsv)" '
            f'--resource "$(az aks show --resource-group {group} --name {cluster} --query id --output tsv)"',
        ]
    return [
        "The add-on sends nothing until a rule says where to. Save it as `container-logs.json`, for each environment with the id of its "
        "workspace (`az monitor log-analytics workspace show --query id`):",
        code(json.dumps(_COLLECTION, indent=2), "json"),
        shell(*lines),
    ]


_COLLECTION = {
    "properties": {
        "dataSources": {
            "extensions": [
                {
                    "name": "ContainerInsightsExtension",
                    "extensionName": "ContainerInsights",
                    "streams": ["Microsoft-ContainerInsights-Group-Default"],
                }
            ]
        },
        "destinations": {"logAnalytics": [{"name": "workspace", "workspaceResourceId": "WORKSPACE"}]},
        "dataFlows": [{"streams": ["Microsoft-ContainerInsights-Group-Default"], "destinations": ["workspace"]}],
    }
}


def _store_access(environments: list[Environment]) -> dict[str, list[str]]:
    """Section to how identities are let into the stores it is about."""
    found: dict[str, list[ManualAccess]] = {}
    for item in environments:
        for name, store in stores_of(item).items():
            for identity in access.callers(item, name):
                step = store.pages().manual_access(identity)
                if step is not None:
                    found.setdefault(step.section, []).append(step)
    return {title: _access_blocks(steps) for title, steps in found.items()}


def _password_roles(environments: list[Environment]) -> list[str]:
    """How the roles are made that log in with a password; no workflow does."""
    roles = [store.pages().password_role() for item in environments for store in stores_of(item).values()]
    steps = [role for role in roles if role is not None]
    return [
        section(title, *_access_blocks([step for step in steps if step.section == title]))
        for title in dict.fromkeys(step.section for step in steps)
    ]


def _access_blocks(steps: list[ManualAccess]) -> list[str]:
    statements = [step.statements for step in steps if step.statements]
    return [
        *([steps[0].introduction] if steps[0].introduction else []),
        shell(*dict.fromkeys(command for step in steps for command in step.commands)),
        *([code("\n".join(statements), "sql")] if statements else []),
    ]


def _pairs(system: System) -> list[str]:
    lines = []
    for pair in access.pairs(system):
        partner = (
            f'"$(az servicebus namespace show --resource-group {pair["PARTNER_GROUP"]} --name {pair["PARTNER"]} '
            '--query id --output tsv)"'
        )
        lines.append(
            f"az servicebus georecovery-alias set --resource-group {pair['GROUP']} --namespace-name {pair['NAMESPACE']} "
            f"--alias {pair['ALIAS']} --partner-namespace {partner}"
        )
    if not lines:
        return []
    return [
        "The partner must be empty and of the same size: pairing copies queues and topics into it, never messages. "
        "Services name the namespace of their own region, which serves once the pair is broken by a failover; clients elsewhere "
        "use the alias, which leads to whichever of the two serves.",
        shell(*lines),
    ]


def _registration(system: System, application: Application) -> list[str]:
    primary = system.primary
    group, identity = resource_group(primary), azure_name(primary, AzureKind.IDENTITY, ACCESS)
    return [
        f"The workflow's identity in `{primary.environment}` needs {PERMISSIONS} in the directory, which an administrator of "
        "the directory gives it once; no object of the operator can:",
        shell(
            f"principal=$(az identity show --resource-group {group} --name {identity} --query principalId --output tsv)",
            f"graph=$(az ad sp show --id {GRAPH} --query id --output tsv)",
            f"for role in {' '.join(access.GRAPH_ROLES)}; do",
            '  az rest --method post --uri "https://graph.microsoft.com/v1.0/servicePrincipals/$principal/appRoleAssignments" '
            '--body "{\\"principalId\\": \\"$principal\\", \\"resourceId\\": \\"$graph\\", \\"appRoleId\\": \\"$role\\"}"',
            "done",
        ),
        "Roles are what a token may say its bearer is; what a role may do, the services decide. Save them as `roles.json`; "
        f"a person who makes it needs {PERMISSIONS} too.",
        code(json.dumps(access.roles(application), indent=2), "json"),
        shell(
            f"az ad app create --display-name {application.name} --sign-in-audience AzureADMyOrg --app-roles @roles.json",
        ),
    ]
