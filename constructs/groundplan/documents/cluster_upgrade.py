"""cluster-upgrade.md: the next Kubernetes for clusters of machines, one machine after the other."""

from __future__ import annotations

from groundplan.cluster_api.cluster import STARTS_WITHIN
from groundplan.cluster_api.versions import patch_of
from groundplan.documents.kubectl import context
from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.facts.system import System
from groundplan.markdown import bullets, document, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.pages import pages_of


def page(system: System) -> str | None:
    """The page; None where every cluster is managed by its cloud."""
    clusters = [item for item in system.clusters_in_order if item.cluster.cluster_api is not None]
    if not clusters:
        return None
    return document(
        f"{system.primary.title}: cluster upgrade",
        "A cluster of machines goes up one minor at a time: no machine is changed, each is replaced by a new one.",
        section("What runs now", table(["Cluster", "Kubernetes", "Context"], [_row(item) for item in clusters])),
        section("Before", bullets(_before(clusters[0]))),
        section("Steps", numbered(_steps())),
        section("What happens", bullets(_what_happens(clusters[0]))),
        *(section(f"Watch {item.cluster.name}", shell(*_watch(item)), level=2) for item in clusters),
        section("Back", _back()),
    )


def _row(item: Environment) -> tuple[str, str, str]:
    return item.cluster.name, patch_of(item.cluster.kubernetes), f"`{context(item)}`"


def _before(first: Environment) -> list[str]:
    return [
        f"A machine image of the next release: {pages_of(first).machine_image}",
        "No warning of the gates about the next minor: `make` with the new number shows what it removes and which add-ons have "
        "no release for it.",
        "A fresh backup, and nothing that is red on the dashboard.",
    ]


def _steps() -> list[str]:
    return [
        "Write the next minor into `cluster.kubernetes` of the first stage, run `make`, `groundplan charts record` and `make` again.",
        "Read `groundplan review`: it says `rolling restart` for the control plane and every pool, and names each add-on that moves.",
        "Merge, and watch. When the Application of the cluster is healthy, no old machine is left.",
        "The next stage follows when this one has run for a while. Production goes last, in its maintenance window.",
    ]


def _what_happens(first: Environment) -> list[str]:
    settings = first.cluster.cluster_api
    drain = settings.drain if settings is not None else ""
    return [
        "The control plane first: a machine more, then one less, until all are new; etcd keeps its majority, and the API server's "
        "address stays.",
        "Then the pools, all at once, each zone by itself: a new machine becomes ready before an old one is drained.",
        f"A drain honours disruption budgets for {drain}; then the machine goes all the same.",
        f"A machine that is no node after {STARTS_WITHIN // 60} minutes is replaced; where too many fail at once, nothing is replaced "
        "any more and the upgrade waits for somebody.",
    ]


def _watch(item: Environment) -> list[str]:
    kubectl = f"kubectl --context {MANAGEMENT} --namespace {management_namespace(item)}"
    return [
        f"{kubectl} get kubeadmcontrolplanes.controlplane.cluster.x-k8s.io {item.cluster.name}",
        f"{kubectl} get machinedeployments.cluster.x-k8s.io",
        f"kubectl --context {context(item)} get nodes",
    ]


def _back() -> str:
    return (
        "A minor cannot be taken back: etcd and the objects in it are newer than the old API server. Before the control plane has "
        "begun, revert the change; afterwards go forward, or bring the cluster up anew and restore its backup."
    )
