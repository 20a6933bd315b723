"""What a person does by hand for the management cluster, once: the cluster, and the identities of its controllers."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.cluster_api.encryption_key import NAME as KEY_OF_SECRETS
from groundplan.cluster_api.infrastructure import Infrastructure
from groundplan.cluster_api.names import CLUSTER
from groundplan.facts.system import System
from groundplan.markdown import link, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.pages import every_pages
from groundplan.platforms.registry import platform_named, platform_of


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
        *_machine_providers(environment),
        *(block for pages in every_pages() for block in pages.operator(environment)),
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


def providers_of(environment: Environment) -> list[Infrastructure]:
    """Who makes machines from here, by platform."""
    made = environment.cluster.makes_clusters
    found = [platform_named(name).machine_provider() for name in sorted(made.on)] if made is not None else []
    return [provider for provider in found if provider is not None]


def _machine_providers(environment: Environment) -> list[str]:
    """What the operator of Cluster API fills the providers' manifests with."""
    lines = []
    for provider in providers_of(environment):
        literals = " ".join(f"--from-literal={name}={value}" for name, value in sorted(provider.variables.items()))
        kubectl = f"kubectl --context {environment.cluster.name}"
        lines += [
            f"{kubectl} create namespace {provider.namespace}",
            f"{kubectl} --namespace {provider.namespace} create secret generic {provider.settings} {literals}",
        ]
    if not lines:
        return []
    text = (
        "Each provider is started with settings that its operator reads from a Secret, although none of them is secret:"
    )
    return [section("Who makes machines", text, shell(*lines), level=3)]


def _identities(environment: Environment) -> list[str]:
    add_ons = [add_on for name in _named(environment) if (add_on := catalogue()[name]).permissions]
    rows = [(f"`{item.namespace}`", f"`{item.service_account}`", item.permissions) for item in add_ons]
    rows += [
        (f"`{item.namespace}`", f"`{item.service_account}`", item.permissions) for item in providers_of(environment)
    ]
    if not rows:
        return []
    return [
        section(
            "Identities of the controllers",
            "Each has one of its own, and no key: pods get it by their service account. Resources of another account or "
            "subscription need an identity there that trusts this one.",
            table(["Namespace", "Service account", "May"], rows),
            *(block for pages in every_pages() for block in pages.operator_accounts(environment, add_ons)),
            level=3,
        )
    ]


def _copy(environment: Environment) -> list[str]:
    """A cluster that is made anew finds most resources by name; what it does not, each platform says."""
    clouds = [pages for pages in every_pages() if pages.groups is not None]
    if not environment.cluster.controllers or not clouds:
        return []
    kubectl = f"kubectl --context {environment.cluster.name}"
    machines = [CLUSTER] if environment.cluster.makes_clusters is not None else []
    groups = "|".join([*(str(pages.groups) for pages in clouds), *machines])
    kinds = f"{kubectl} api-resources --verbs=list --namespaced -o name | grep -E '{groups}' | paste -sd,"
    by_id = " ".join(pages.found_by_id for pages in clouds if pages.found_by_id)
    return [
        section(
            "Keep a copy",
            f"A cluster made anew finds what exists by name. {by_id} So keep these, daily, outside the cluster:",
            shell(f'{kubectl} get "$({kinds})" --all-namespaces -o yaml > management.yaml'),
            *_copy_of_machines(environment),
            level=3,
        )
    ]


def _copy_of_machines(environment: Environment) -> list[str]:
    """What Cluster API and the encryption of clusters of machines keep nowhere else."""
    if environment.cluster.makes_clusters is None:
        return []
    kubectl = f"kubectl --context {environment.cluster.name}"
    return [
        "Clusters of machines have their authorities, their keys and the key of their encrypted Secrets here and nowhere "
        "else. Without these no machine can be replaced, and nothing that is encrypted can be read; whoever holds them "
        "administers every such cluster:",
        shell(
            f"{kubectl} get secrets --all-namespaces --selector cluster.x-k8s.io/cluster-name -o yaml > authorities.yaml",
            f"{kubectl} get secrets --all-namespaces --field-selector metadata.name={KEY_OF_SECRETS} -o yaml > keys.yaml",
        ),
    ]


def _named(environment: Environment) -> list[str]:
    return [name for name in needed(environment) if name in environment.cluster.controllers]
