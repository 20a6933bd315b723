"""Words of Google Cloud that whoever renders and whoever reads both need."""

from __future__ import annotations

EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}
"""What Kubernetes calls an effect of a taint, and what Google calls it."""

PODS, SERVICES = "pods", "services"
"""Names of the ranges that the cluster's subnet has beside its own."""

POD_BLOCK = 256
"""Addresses of the pods' range that a node of 110 pods takes, so that none is used again at once.

See https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr .
"""

PUBLIC_FILES = "cdn"
"""Object name of each part of what serves static files."""

CONTEXT = "configconnectorcontext.core.cnrm.cloud.google.com"
"""The one name that a ConfigConnectorContext may have."""

ZONE = "zone"
"""Object name of the DNS zone."""
