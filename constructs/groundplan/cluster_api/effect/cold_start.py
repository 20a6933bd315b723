"""How a cluster of machines comes up from nothing: its machines are no nodes before something connects their pods.

See https://kubernetes.io/docs/concepts/extend-kubernetes/compute-storage-net/network-plugins/ and
https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/ .
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.checks.cold_start.cloud import Cloud
from groundplan.checks.cold_start.events import chart_runs, nodes_are_up, ready
from groundplan.checks.cold_start.page import Steps
from groundplan.checks.cold_start.plan import Need, Place, Plan
from groundplan.checks.cold_start.readiness import starts_nodes
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.inventory import Object

PLANE = ("controlplane.cluster.x-k8s.io", "KubeadmControlPlane")
POOL = ("cluster.x-k8s.io", "MachineDeployment")

STARTERS: Mapping[str, tuple[str, str]] = {
    "network": (
        "a network for pods, without which no node is ready",
        "install the chart of one on the page, before Argo CD",
    ),
    "cloud": (
        "somebody who asks the cloud who its machines are and takes the taint from its nodes",
        "install the cloud's controller on the page, before Argo CD",
    ),
}
"""What the catalogue calls charts that make nodes of machines, to what they are for and what to do without one."""


class MachineStart(Cloud):
    """A control plane, pools of machines, and the charts that make nodes of them."""

    control_planes = frozenset({PLANE})
    node_groups = frozenset({POOL})

    def add_proofs(self, scene: Scene, plan: Plan, steps: Steps) -> None:
        """Nodes and pools wait for a network of pods, and for the cloud's controller where kubelets are told of a cloud."""
        for plane in scene.inventory.by_kind.get(PLANE, ()):
            cluster = plane.scope
            pools = [item for item in scene.inventory.by_kind.get(POOL, ()) if item.scope == cluster]
            for starter, (what, advice) in STARTERS.items():
                if starter == "cloud" and not _is_told_of_a_cloud(plane):
                    continue
                events = tuple(
                    chart_runs(release.application)
                    for release in scene.inventory.releases
                    if release.cluster == cluster and starts_nodes(scene, release.application) == starter
                )
                plan.happens(nodes_are_up(cluster), Need(events, what, Place(plane), advice))
                for pool in pools:
                    plan.happens(ready(pool), Need(events, what, Place(pool), advice))


def _is_told_of_a_cloud(plane: Object) -> bool:
    configuration = plane.spec.get("kubeadmConfigSpec") or {}
    registration = (configuration.get("joinConfiguration") or {}).get("nodeRegistration") or {}
    return {"name": "cloud-provider", "value": "external"} in (registration.get("kubeletExtraArgs") or [])


READER = MachineStart
