"""Namespaces that have one name on every cluster: Kubernetes' own, and those of controllers that others speak to or admit.

Where each chart is installed stands in `addons/catalogue.yaml`; a test holds the names here against it.
"""

from __future__ import annotations

KUBE_SYSTEM = "kube-system"
"""What the cluster runs on: name resolution, metrics, what a platform installs by itself."""

KUBERNETES = ("kube-node-lease", "kube-public", KUBE_SYSTEM)
"""What every cluster begins with beside `default`. See
https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces ."""

ARGO_CD = "argocd"
"""Argo CD, unless `delivery.namespace` says otherwise."""

ARGO_ROLLOUTS = "argo-rollouts"
"""The controller of progressive releases."""

ACK = "ack-system"
"""The controllers that make AWS' resources."""

CERT_MANAGER = "cert-manager"
"""What issues certificates."""

CLOUDNATIVE_PG = "cnpg-system"
"""The operator of databases."""

ELASTIC = "elastic-system"
"""The operator of Elasticsearch and its siblings."""

GATEKEEPER = "gatekeeper-system"
"""What admission asks."""

INGRESS_NGINX = "ingress-nginx"
"""The ingress controller on the cluster's own nodes."""

ISTIO_INGRESS = "istio-ingress"
"""The mesh's gateway."""

KEDA = "keda"
"""What scales workloads by queues and by the hour, where the cluster does not bring it."""

LOGGING = "logging"
"""What keeps logs, and shows them."""

LOG_AGENTS = "log-agents"
"""What reads logs on every node, apart from what keeps them: it sees the nodes' disks."""

MONITORING = "monitoring"
"""Prometheus and what belongs to it, unless `observability.namespace` says otherwise."""

VELERO = "velero"
"""What copies objects and volumes out of the cluster."""
