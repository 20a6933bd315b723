"""Names of cloud resources that more than one component must know, each decided once."""

from __future__ import annotations

from groundplan.model.environment import Environment

MANAGEMENT = "management"
"""Context of the management cluster."""

REPLICATION_FOLDER = "replication"
"""Folder of the vault that carries certificates to a follower, below the environment's own."""


def management_namespace(environment: Environment, neighbour: str = "") -> str:
    """Namespace on the management cluster that holds the environment's cloud resources, or those of a neighbour by its name."""
    return f"{environment.system}-{neighbour or environment.environment}"


DELIVERIES = "*-delivery"
"""Namespaces of the management cluster that Argo CD takes systems' Applications from."""


def applications_namespace(environment: Environment, *, management: bool) -> str:
    """Namespace of the Applications of a share.

    On a cluster of its own a system keeps them beside its Argo CD. On a management cluster that is described here each
    system has a namespace, so that its Applications can name its own projects alone; what somebody else's Argo CD allows is
    not known.
    """
    delivery = environment.delivery
    if management and delivery.management_cluster is not None:
        return f"{environment.system}-delivery"
    return delivery.argocd_namespace(management=management)


def certificate_name(host: str) -> str:
    """Name of the certificate object of a public host: dots become dashes, `*` becomes `any`."""
    return host.replace("*", "any").replace(".", "-")
