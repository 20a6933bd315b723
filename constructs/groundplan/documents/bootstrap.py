"""bootstrap.md: from empty accounts to a system that serves users."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.documents import azure_bootstrap
from groundplan.documents.clusters import MANAGEMENT, context
from groundplan.documents.management import by_hand, elsewhere, management_cluster
from groundplan.documents.markdown import bullets, document, link, numbered, section, shell, table
from groundplan.layout import argocd_dir
from groundplan.model.environment import Environment
from groundplan.model.system import System


def page(system: System) -> str:
    """The whole page."""
    return document(
        f"{system.primary.title}: bootstrap",
        "Done once for each cluster, in this order. Afterwards everything changes through Git.",
        *(
            section(f"{number}. {title}", *blocks)
            for number, (title, blocks) in enumerate(_steps(system).items(), 1)
            if blocks
        ),
    )


def _steps(system: System) -> dict[str, list[str]]:
    """What is done, in order; a management cluster has no other that rents for it."""
    primary, own = system.primary, management_cluster(system)
    steps = {"What must exist": [bullets(_given(system))]}
    if own is not None:
        steps["The cluster"] = by_hand(own)
    else:
        steps["The management cluster"] = _elsewhere(system) if _is_described(primary) else _management(system)
    if own is None:
        steps["Clouds and clusters"] = _clusters(system)
    if primary.secrets is not None:  # a vault and its keys are made with the cloud
        steps["Secrets"] = [f"Put every value into its store as {link('the secrets page', 'secrets.md')} says."]
    steps["Workloads" if primary.has_workloads else "Argo CD and the controllers"] = _workloads(system)
    steps["Check"] = _check(system)
    return steps


def _elsewhere(system: System) -> list[str]:
    own = azure_bootstrap.on_a_shared_cluster(system) if system.primary.cluster.provider == "azure" else []
    return [*elsewhere(system.primary), *own]


def _is_described(environment: Environment) -> bool:
    """Whether another system describes the management cluster, and this one rents anything by it."""
    return environment.delivery.management_cluster is not None and environment.cluster.provider != "none"


def _given(system: System) -> list[str]:
    accounts = sorted({item.cloud.account for item in system.environments if item.cloud is not None})
    lines = [f"account `{account}`, with somebody who may create roles in it" for account in accounts]
    lines += [
        f"this repository at {system.primary.delivery.repository.url}, readable by Argo CD",
        "`git`, `kubectl`, `helm` and Python on the machine you work from",
    ]
    if system.primary.cloud and system.primary.cloud.dns:
        lines.append(f"the zone `{system.primary.cloud.dns.zone}`, delegated to the account's name servers")
    return lines


def _management(system: System) -> list[str]:
    primary = system.primary
    controllers = {
        "aws": "AWS Controllers for Kubernetes (ACK)",
        "azure": "Azure Service Operator (ASO)",
    }.get(primary.cluster.provider)
    if controllers is None:
        return ["None is needed: the cluster exists already."]
    return [
        f"A small cluster that runs Argo CD and {controllers} and holds the cloud resources of every system as objects. "
        "It is the one thing made by hand; one is enough for all systems, and losing it stops changes to the cloud but "
        "not the workloads.",
        *(azure_bootstrap.management(system) if primary.cluster.provider == "azure" else [_BY_HAND]),
        section("Argo CD on it", _install_argocd(primary, MANAGEMENT), level=3),
    ]


_BY_HAND = numbered(
    [
        "Create it with the provider's own tool, two nodes, private API.",
        "Give the controllers an identity that may create what the environments describe, and nothing else.",
        "Install Argo CD as below, with the management cluster's context.",
    ]
)


def _install_argocd(environment: Environment, context: str) -> str:
    add_on = catalogue()["argo-cd"]
    return shell(
        f"helm upgrade --install argo-cd {add_on.chart} --repo {add_on.repository} "
        f"--version {add_on.version_for(environment.cluster.kubernetes)} --kube-context {context} "
        f"--namespace {environment.delivery.namespace} --create-namespace"
    )


def _clusters(system: System) -> list[str]:
    if system.primary.cluster.provider == "none":
        return ["The clusters exist already; give the people on call a context for each."]
    folders = [f"{argocd_dir(item.system, item.environment)}/root-management/" for item in _in_order(system)]
    return [
        "On the management cluster, once; it then creates networks, clusters, buckets and identities, and keeps them:",
        shell(*(f"kubectl --context management apply -f {folder}" for folder in folders)),
        "An environment without cloud resources of its own has no such folder. A cluster takes about a quarter of an hour."
        + (_ASSIGNED if system.primary.cluster.provider == "aws" else ""),
        table(
            ["Cluster", "Region", "Context"],
            [(context(item), item.cluster.region, f"`{context(item)}`") for item in _clusters_in_order(system)],
        ),
        *_after_creation(system),
    ]


_ASSIGNED = (
    " Some resources refer to others by an id that only the provider knows: write those ids under `cloud.assigned` "
    "once they exist, run `make`, and merge."
)


def _after_creation(system: System) -> list[str]:
    provider = system.primary.cluster.provider
    if provider == "azure":
        return azure_bootstrap.after_first_sync(system)
    return [_contexts(system)] if provider == "aws" else []


def _in_order(system: System) -> list[Environment]:
    """What others stand on first: clusters before their tenants, a standby after what it stands by for."""
    return sorted(
        system.environments, key=lambda item: (system.is_standby(item), item.host is not None, item.environment)
    )


def _contexts(system: System) -> str:
    return shell(
        *(
            f"aws eks update-kubeconfig --region {item.cluster.region} --name {item.cluster.name} --alias {item.cluster.name}"
            for item in _clusters_in_order(system)
        )
    )


def _clusters_in_order(system: System) -> list[Environment]:
    return [item for item in _in_order(system) if item.has_cluster]


def _workloads(system: System) -> list[str]:
    blocks = []
    for cluster in _clusters_in_order(system):
        name = context(cluster)
        tenants = [item for item in system.environments if system.cluster_of(item) is cluster and item is not cluster]
        blocks.append(
            section(
                f"Cluster {name}",
                "Argo CD first; from its first sync on it manages itself from Git.",
                _install_argocd(cluster, name),
                "Then the roots, the cluster's own before its tenants':" if tenants else "Then its root:",
                shell(
                    *(
                        f"kubectl --context {name} apply -f {argocd_dir(item.system, item.environment)}/root-applications/"
                        for item in (cluster, *tenants)
                    )
                ),
                level=3,
            )
        )
    return blocks


def _check(system: System) -> list[str]:
    lines = [
        f"kubectl --context {context(item)} --namespace {item.delivery.namespace} get applications.argoproj.io"
        for item in _clusters_in_order(system)
    ]
    hosts = [
        f"curl --fail https://{host}{exposed.health}"
        for item in system.promotions
        for host, exposed in item.public_hosts.items()
    ]
    healthy = "Every Application is Synced and Healthy" + (", and every host answers." if hosts else ".")
    return [shell(*lines, *hosts), healthy]
