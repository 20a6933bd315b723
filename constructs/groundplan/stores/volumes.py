"""What is watched and drawn of the pods and volumes of a store in the cluster."""

from __future__ import annotations

from groundplan.observability.panel import Panel


def pods_of(namespace: str, store: str) -> str:
    """Label matchers of the store's numbered pods."""
    return f'namespace="{namespace}",pod=~"{store}-[0-9]+"'


def volumes_panel(namespace: str, store: str) -> Panel:
    """How full its volumes are."""
    claims = f'namespace="{namespace}",persistentvolumeclaim=~".*{store}.*"'
    used, capacity = f"kubelet_volume_stats_used_bytes{{{claims}}}", f"kubelet_volume_stats_capacity_bytes{{{claims}}}"
    return Panel(
        title="Volumes, share used",
        queries={"{{persistentvolumeclaim}}": f"{used} / {capacity}"},
        unit="percentunit",
        threshold=0.85,
    )
