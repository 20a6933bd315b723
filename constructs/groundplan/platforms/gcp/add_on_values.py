"""Values of the charts that Google's platform wants beside the common ones.

`groundplan.addons.values` says what holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from groundplan.addons.catalogue import sizes
from groundplan.addons.values import CRITICAL
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.site import site_of
from groundplan.platforms.platform import MOUNT
from groundplan.platforms.registry import platform_of
from groundplan.pods import CREDENTIALS


def _dns_records(environment: Environment) -> Json:
    """Each cluster owns its records under its own name; what leaves an Ingress leaves the zone."""
    dns = environment.platform.gcp.dns if environment.platform.gcp is not None else None
    return {
        "provider": {"name": "google"},
        "extraArgs": [f"--google-project={site_of(environment).project}", "--google-zone-visibility=public"],
        "policy": "sync",
        "txtOwnerId": environment.cluster.name,
        "txtPrefix": f"{environment.cluster.name}.",
        "domainFilters": [dns.zone] if dns is not None else [],
        "sources": ["ingress", "service"],
        "serviceAccount": {"name": "external-dns"},
        "serviceMonitor": {"enabled": environment.parts.monitoring},
        "priorityClassName": CRITICAL,
        "resources": sizes(environment, "external-dns")["controller"].resources,
        **_credentials(environment),
    }


def _credentials(environment: Environment) -> Json:
    """Where the cluster is not GKE's: the files of its identity, as any pod of ours has them."""
    identity = platform_of(environment).pod_identity(None, rights=True)
    if identity is None:
        return {}
    return {
        "podAnnotations": dict(identity.pod_annotations),
        "env": [{"name": name, "value": value} for name, value in identity.variables.items()],
        "extraVolumes": [{"name": CREDENTIALS, "projected": {"sources": list(identity.files)}}],
        "extraVolumeMounts": [{"name": CREDENTIALS, "mountPath": MOUNT, "readOnly": True}],
    }


VALUES: dict[str, Callable[[Environment], Json]] = {"external-dns": _dns_records}
"""Add-on to its values."""
