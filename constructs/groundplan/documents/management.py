"""What a person does by hand for the management cluster, once: the cluster, and the identities of its controllers."""

from __future__ import annotations

from groundplan.addons.catalogue import AddOn, catalogue
from groundplan.addons.selection import needed
from groundplan.documents.markdown import link, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.system import System
from groundplan.platforms.registry import platform_of

AZURE = "azure-service-operator"


def management_cluster(system: System) -> Environment | None:
    """The environment of `system` that describes the management cluster; none where another system does."""
    return next((item for item in system.environments if item.is_management_cluster), None)


def elsewhere(primary: Environment) -> list[str]:
    """Where a system finds the management cluster that another system describes."""
    owner = str(primary.delivery.management_cluster).partition("/")[0]
    return [
        f"It holds the cloud resources of every system as objects: {link('its own page', f'../{owner}/bootstrap.md')} says "
        "how it is made. Its Applications must be Synced and Healthy before the next step, for its controllers bring "
        "the kinds of those objects."
    ]


def by_hand(environment: Environment) -> list[str]:
    """The cluster itself, and what its controllers may do in the clouds."""
    return [
        "It is the one thing made by hand. Losing it stops changes to the cloud but not the workloads.",
        numbered(_steps(environment)),
        *_identities(environment),
        *_azure(environment),
        *_copy(environment),
    ]


def _steps(environment: Environment) -> list[str]:
    cluster = environment.cluster
    return [
        f"Create Kubernetes {cluster.kubernetes} with the provider's own tool: three nodes with 4 cores and 16 GiB each, "
        "in different zones, with a private API.",
        f"Give it a default StorageClass called `{platform_of(environment).block_storage}`, encrypted, that waits for the first pod.",
        f"Call its context `{cluster.name}` on the machine you work from.",
    ]


def _identities(environment: Environment) -> list[str]:
    add_ons = [add_on for name in _named(environment) if (add_on := catalogue()[name]).permissions]
    if not add_ons:
        return []
    rows = [(f"`{item.namespace}`", f"`{item.service_account}`", item.permissions) for item in add_ons]
    commands = [_association(environment, item) for item in add_ons if item.repository.startswith("public.ecr.aws/")]
    return [
        section(
            "Identities of the controllers",
            "Each has one of its own, and no key: pods get it by their service account. Resources of another account or "
            "subscription need an identity there that trusts this one.",
            table(["Namespace", "Service account", "May"], rows),
            *(
                ["Where the cluster is EKS, a role per controller, bound by Pod Identity:", shell(*commands)]
                if commands
                else []
            ),
            level=3,
        )
    ]


def _association(environment: Environment, add_on: AddOn) -> str:
    account = add_on.service_account
    return (
        f"aws eks create-pod-identity-association --region {environment.cluster.region} --cluster-name {environment.cluster.name} "
        f'--namespace {add_on.namespace} --service-account {account} --role-arn "arn:aws:iam::$ACCOUNT:role/{account}"'
    )


def _azure(environment: Environment) -> list[str]:
    if AZURE not in environment.cluster.controllers:
        return []
    add_on = catalogue()[AZURE]
    own = environment.cluster.controller_identity
    uses = (
        f"acts as `{own.client}` in subscription `{own.subscription}`"
        if own is not None
        else "has no identity of its own"
    )
    ids = [f"--from-literal=AZURE_{name}_ID=$AZURE_{name}_ID" for name in ("SUBSCRIPTION", "TENANT", "CLIENT")]
    return [
        section(
            "Subscriptions of Azure",
            f"The operator {uses}. The identity's federated credential names the cluster's issuer and "
            f"`system:serviceaccount:{add_on.namespace}:{add_on.service_account}`. A namespace whose resources belong to "
            "another subscription brings the ids, which are no secrets, in a Secret called `aso-credential`:",
            shell(
                f"kubectl --context {environment.cluster.name} create namespace $SYSTEM-$ENVIRONMENT",
                f"kubectl --context {environment.cluster.name} --namespace $SYSTEM-$ENVIRONMENT create secret generic "
                f"aso-credential {' '.join(ids)}",
            ),
            level=3,
        )
    ]


def _copy(environment: Environment) -> list[str]:
    if not environment.cluster.controllers:
        return []
    kubectl = f"kubectl --context {environment.cluster.name}"
    kinds = (
        f"{kubectl} api-resources --verbs=list --namespaced -o name | grep -E 'services.k8s.aws|azure.com' | paste -sd,"
    )
    return [
        section(
            "Keep a copy",
            "A cluster made anew finds what is in Azure, and buckets, repositories and clusters of AWS, by name. Networks of "
            "AWS are found by the ids in the status of their objects alone, so keep these, daily, outside the cluster:",
            shell(f'{kubectl} get "$({kinds})" --all-namespaces -o yaml > management.yaml'),
            level=3,
        )
    ]


def _named(environment: Environment) -> list[str]:
    return [name for name in needed(environment) if name in environment.cluster.controllers]
