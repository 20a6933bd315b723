"""A cluster of machines that Cluster API makes and keeps, where nobody rents a managed one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from groundplan.model.values import Cidr, Duration, Model, Name, Quantity

KubernetesMinor = Literal["1.28", "1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35"]
"""A minor version of Kubernetes that is known here."""

FEWEST_CONTROL_PLANE = 3
"""Nodes of etcd that can lose one of them."""


class ControlPlane(Model):
    """The machines that run the API server, the controllers, the scheduler and etcd."""

    nodes: int = FEWEST_CONTROL_PLANE
    """Machines, an odd number of 3 or more. Default 3: one may be lost, and one at a time is replaced."""

    instance: str
    """The provider's machine type, e.g. `m6i.large`."""

    disk: Quantity = "100Gi"
    """Root disk of a machine, which etcd and the audit log share. Default 100Gi."""

    @field_validator("nodes")
    @classmethod
    def _keeps_a_majority(cls, nodes: int) -> int:
        if nodes < FEWEST_CONTROL_PLANE or nodes % 2 == 0:
            what = f"{nodes} control-plane nodes " + ("lose their majority with one" if nodes < FEWEST_CONTROL_PLANE else
                                                      f"outlive no more losses than {nodes - 1}")  # fmt: skip
            raise ValueError(f"{what}; write 3, 5 or 7")
        return nodes


class AuditLog(Model):
    """How much of the audit log a control-plane machine keeps; what is shipped from there is kept elsewhere.

    See https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/ .
    """

    keep: Duration = "30d"
    """Age at which a file is removed, in whole days. Default 30d."""

    file: Quantity = "100Mi"
    """Size at which a new file is begun, in whole mebibytes. Default 100Mi."""

    files: int = Field(default=10, ge=1)
    """Files kept beside the one that is written. Default 10."""


class MakesClusters(Model):
    """Which clusters a management cluster makes by Cluster API; the releases it runs follow from this."""

    oldest: KubernetesMinor
    """The oldest Kubernetes of any of them: newer releases of Cluster API no longer make it."""

    on: list[Name] = Field(min_length=1)
    """Platforms on which they stand."""


class ClusterApi(Model):
    """What the machines of a cluster are, and who looks after them. See https://cluster-api.sigs.k8s.io/ .

    Pools are those of `cluster.node_pools`, the Kubernetes version is `cluster.kubernetes` in its newest patch.
    """

    control_plane: ControlPlane
    """The machines of the control plane, spread over the zones."""

    managed_from: list[Cidr] = Field(min_length=1)
    """Address blocks of the management cluster, whose controllers ask the API server; it has a private address only."""

    images: str | None = None
    """Who keeps the machine images that image-builder made: an account, gallery or project. Default the environment's own."""

    sign_in: str | None = Field(default=None, min_length=1)
    """Id of the public client by which people get tokens for the Kubernetes API, of the provider in `delivery.sign_in`. What
    each group may do is said in `rbac.groups`. Default none: nobody signs in, and an administrator has the kubeconfig that
    Cluster API makes."""

    pods: Cidr = "192.168.0.0/16"
    """Addresses of pods, which only this cluster routes. Default 192.168.0.0/16."""

    services: Cidr = "172.20.0.0/16"
    """Addresses of Services. Default 172.20.0.0/16."""

    spot: list[Name] = []
    """Pools of machines that the provider may take back at any time, for less money. Default none; never in production."""

    drain: Duration = "15m"
    """How long pods of a machine that goes may take to move. Default 15m; then it goes all the same."""

    audit: AuditLog = AuditLog()
    """The audit log of the API server, which records every request. Default 30 days in 11 files of 100Mi."""
