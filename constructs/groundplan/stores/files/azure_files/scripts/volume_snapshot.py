"""Takes a snapshot of a volume, waits until it is good, and deletes what is too old.

Runs in a pod with nothing but Python: it speaks to the Kubernetes API as its ServiceAccount. The newest good snapshot
is never deleted, so that a week without a new one does not end without any.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts the token and the certificate of the API server."""

PATIENCE = 600
"""Seconds a snapshot may take to become good."""

Json = dict[str, Any]


def call(method: str, path: str, body: Json | None = None) -> Json:
    """One request to the snapshot API of the namespace; the answer as a mapping."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    base = f"https://{host}:{port}/apis/snapshot.storage.k8s.io/v1/namespaces/{os.environ['NAMESPACE']}/volumesnapshots"
    token = (ACCOUNT / "token").read_text("ascii").strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, headers=headers, method=method)
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        found: Json = json.load(answer)
    return found


def is_good(snapshot: Json) -> bool:
    """Whether the storage says that the snapshot can be restored."""
    return bool((snapshot.get("status") or {}).get("readyToUse"))


def made_at(snapshot: Json) -> datetime:
    """When the snapshot was asked for."""
    return datetime.fromisoformat(snapshot["metadata"]["creationTimestamp"])


def too_old(snapshots: list[Json], now: datetime, keep: timedelta) -> list[str]:
    """Names of the snapshots to delete: those older than `keep`, except the newest good one."""
    newest = max(filter(is_good, snapshots), key=made_at, default=None)
    return [item["metadata"]["name"] for item in snapshots if item is not newest and now - made_at(item) > keep]


def main() -> int:
    """Take one, wait, prune; 1 when the new snapshot did not become good."""
    claim, now = os.environ["CLAIM"], datetime.now(UTC)
    name = f"{claim}-{now:%Y%m%d-%H%M%S}"
    snapshot: Json = {
        "apiVersion": "snapshot.storage.k8s.io/v1",
        "kind": "VolumeSnapshot",
        "metadata": {"name": name, "labels": {"app": os.environ["JOB"]}},
        "spec": {
            "volumeSnapshotClassName": os.environ["SNAPSHOT_CLASS"],
            "source": {"persistentVolumeClaimName": claim},
        },
    }
    call("POST", "", snapshot)
    end = time.monotonic() + PATIENCE
    while not is_good(call("GET", f"/{name}")):
        if time.monotonic() > end:
            print(f"{name} is not ready after {PATIENCE} s; nothing is deleted", file=sys.stderr)
            return 1
        time.sleep(10)
    print(f"{name} is ready")
    keep = timedelta(seconds=int(os.environ["KEEP_SECONDS"]))
    for old in too_old(call("GET", f"?labelSelector=app%3D{os.environ['JOB']}")["items"], now, keep):
        call("DELETE", f"/{old}")
        print(f"{old} is deleted")
    return 0


if __name__ == "__main__":
    sys.exit(main())
