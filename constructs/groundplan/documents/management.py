"""What a person does by hand for the management cluster, once: the cluster, and the identities of its controllers."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.facts.system import System
from groundplan.markdown import link, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.pages import every_pages
from groundplan.platforms.registry import platform_of


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


def _identities(environment: Environment) -> list[str]:
    add_ons = [add_on for name in _named(environment) if (add_on := catalogue()[name]).permissions]
    if not add_ons:
        return []
    rows = [(f"`{item.namespace}`", f"`{item.service_account}`", item.permissions) for item in add_ons]
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
    groups = "|".join(str(pages.groups) for pages in clouds)
    kinds = f"{kubectl} api-resources --verbs=list --namespaced -o name | grep -E '{groups}' | paste -sd,"
    by_id = " ".join(pages.found_by_id for pages in clouds if pages.found_by_id)
    return [
        section(
            "Keep a copy",
            f"A cluster made anew finds what exists by name. {by_id} So keep these, daily, outside the cluster:",
            shell(f'{kubectl} get "$({kinds})" --all-namespaces -o yaml > management.yaml'),
            level=3,
        )
    ]


def _named(environment: Environment) -> list[str]:
    return [name for name in needed(environment) if name in environment.cluster.controllers]
