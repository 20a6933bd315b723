"""API groups of Cluster API, and names that follow from content."""

from __future__ import annotations

import hashlib
import json

from groundplan.kubernetes.objects import Json

CLUSTER = "cluster.x-k8s.io"
CONTROL_PLANE = "controlplane.cluster.x-k8s.io"
BOOTSTRAP = "bootstrap.cluster.x-k8s.io"
INFRASTRUCTURE = "infrastructure.cluster.x-k8s.io"
VERSION = "v1beta2"
"""Version of the objects of Cluster API itself; v1beta1 is no longer served from release 1.16 on."""

SIZE = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-{}-size"
CAPACITY = "capacity.cluster-autoscaler.kubernetes.io/{}"
"""Annotations by which the autoscaler knows a pool, also where it has no node to look at.

See https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/clusterapi/README.md .
"""


def named_by_content(name: str, spec: Json) -> str:
    """`name` with eight digits that another `spec` would not have.

    Templates cannot change: whoever names a new one has its machines replaced, one after the other.
    See https://cluster-api.sigs.k8s.io/tasks/updating-machine-templates .
    """
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"))
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def refers(group: str, kind: str, name: str) -> Json:
    """A reference to an object of the same namespace."""
    return {"apiGroup": group, "kind": kind, "name": name}


def arguments(values: dict[str, str]) -> list[Json]:
    """Flags of a program as kubeadm's configuration lists them, by name."""
    return [{"name": name, "value": value} for name, value in sorted(values.items())]
