"""Sync waves: the order in which an empty cluster is filled, by name.

Argo CD waits for one wave's Applications to be healthy before it starts the next. That works only with the health
customization for Application that this repository generates into argocd-cm.
See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ .
"""

from __future__ import annotations

from enum import IntEnum


class SyncWave(IntEnum):
    """When a component is synced; lower waves first."""

    CLUSTER = -50
    """Network, cluster and cloud resources; synced into the management cluster."""

    DEFINITIONS = -45
    """Custom resource definitions that other add-ons' charts already use."""

    DELIVERY = -40
    """Argo CD's own configuration: without its health checks no later wave waits."""

    CERTIFICATES = -35
    """What issues the certificates of the other operators' webhooks."""

    IDENTITIES = -32
    """What hands pods their identities: a pod that is made before never gets one."""

    OPERATORS = -30
    """Controllers and their custom resource definitions."""

    FOUNDATION = -20
    """Namespaces, quotas, admission policy, RBAC, storage and priority classes."""

    SECRETS = -10
    """Secret stores and the Secrets drawn from them."""

    DATA = 0
    """Databases, caches and shared files."""

    MESSAGING = 10
    """Queues and topics."""

    PLATFORM = 20
    """Mesh, metrics pipeline, dashboards and alerts."""

    SERVICES = 30
    """The team's own workloads."""

    EDGE = 40
    """What lets requests in, once there is something to answer them."""

    OPERATIONS = 50
    """Backups, restore tests and reports."""
