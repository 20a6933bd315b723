"""Restores the newest copy of a cluster into a namespace of its own, and compares what came back.

Runs in a pod with nothing but Python: it speaks to the Kubernetes API as its ServiceAccount. Three things must hold:
Velero calls the restore complete; the canary says word for word what it was rendered with; and the content of every
volume that is older than the copy was read back from the bucket, to its last byte. What was restored is removed again,
whether or not all that holds.
"""

from __future__ import annotations

import json
import os
import ssl
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts the token and the certificate of the API server."""

PATIENCE = 10800
"""Seconds a restore may take."""

ENDED = ("Completed", "PartiallyFailed", "Failed", "FailedValidation")
"""Phases in which a restore changes no more."""

RESTORED = ("configmaps", "persistentvolumeclaims", "persistentvolumes")
"""What is restored: nothing that runs, so that no second system works beside the first."""

PROVISIONER = "volume.kubernetes.io/storage-provisioner"
"""Annotation of a claim with the driver that made its volume."""

Json = dict[str, Any]


class RestoreError(Exception):
    """Something that a restore must bring and did not."""


def call(method: str, path: str, body: Json | None = None) -> Json:
    """One request to the API server; the answer as a mapping."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    token = (ACCOUNT / "token").read_text("ascii").strip()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"https://{host}:{port}{path}", data=data, headers=headers, method=method)
    context = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        found: Json = json.load(answer)
    return found


def velero(kind: str, version: str = "v1") -> str:
    """Path of a kind of Velero's, in the namespace it runs in."""
    return f"/apis/velero.io/{version}/namespaces/{os.environ['VELERO']}/{kind}"


def inside(namespace: str, kind: str) -> str:
    """Path of one of Kubernetes' own kinds in a namespace."""
    return f"/api/v1/namespaces/{namespace}/{kind}"


def moment(text: str) -> datetime:
    """A time as the API server writes it."""
    return datetime.fromisoformat(text)


def newest(copies: list[Json], now: datetime, oldest: int) -> Json:
    """The newest copy that is complete.

    Raises:
        RestoreError: where there is none, or none that is young enough.
    """
    complete = [item for item in copies if (item.get("status") or {}).get("phase") == "Completed"]
    found = max(complete, key=lambda item: moment(item["status"]["startTimestamp"]), default=None)
    if found is None:
        raise RestoreError("there is no complete copy")
    age = (now - moment(found["status"]["startTimestamp"])).total_seconds()
    if age > oldest:
        raise RestoreError(f"the newest complete copy, {found['metadata']['name']}, is {age / 3600:.0f} hours old")
    return found


def copied_claims(claims: list[Json], driver: str, before: datetime) -> set[str]:
    """Claims whose volumes must be in a copy: bound, of the driver that is copied, and made before it began."""
    return {
        item["metadata"]["name"]
        for item in claims
        if (item["metadata"].get("annotations") or {}).get(PROVISIONER) == driver
        and (item.get("status") or {}).get("phase") == "Bound"
        and moment(item["metadata"]["creationTimestamp"]) < before
    }


def judge_restore(restore: Json) -> None:
    """Velero calls it complete, and nothing it began is left undone.

    Raises:
        RestoreError: where it does not.
    """
    status = restore.get("status") or {}
    if status.get("phase") != "Completed" or status.get("errors"):
        raise RestoreError(f"the restore is {status.get('phase')} with {status.get('errors', 0)} errors")
    begun, done = (status.get(f"restoreItemOperations{what}", 0) for what in ("Attempted", "Completed"))
    if begun != done:
        raise RestoreError(f"{begun - done} of {begun} volumes did not come back")


def judge_canary(found: Json, expected: Json) -> None:
    """It says what it was rendered with.

    Raises:
        RestoreError: where it does not.
    """
    if found.get("data") != expected:
        raise RestoreError("the canary says something else than it was rendered with")


def judge_volumes(downloads: list[Json], wanted: set[str]) -> int:
    """Every claim's content was read back whole; how many bytes.

    Raises:
        RestoreError: where one is missing or not whole.
    """
    read = 0
    for item in downloads:
        status, name = item.get("status") or {}, item["spec"]["targetVolume"]["pvc"]
        progress = status.get("progress") or {}
        total, done = progress.get("totalBytes", 0), progress.get("bytesDone", 0)
        if status.get("phase") != "Completed" or done < total:
            raise RestoreError(f"volume {name} is {status.get('phase')} with {done} of {total} bytes")
        read += done
    missing = wanted - {item["spec"]["targetVolume"]["pvc"] for item in downloads}
    if missing:
        raise RestoreError(f"no content came back of {', '.join(sorted(missing))}")
    return read


def clean() -> None:
    """Remove what earlier tests restored, except what every namespace has."""
    scratch = os.environ["SCRATCH"]
    for kind in ("configmaps", "persistentvolumeclaims"):
        for item in call("GET", inside(scratch, kind))["items"]:
            if item["metadata"]["name"] != "kube-root-ca.crt":
                call("DELETE", inside(scratch, kind) + f"/{item['metadata']['name']}")
    for item in call("GET", velero("restores") + f"?labelSelector=app%3D{os.environ['JOB']}")["items"]:
        call("DELETE", velero("restores") + f"/{item['metadata']['name']}")


def restored(copy: str, name: str) -> Json:
    """Ask for a restore of a copy, and wait until it has ended.

    Raises:
        RestoreError: where it takes too long.
    """
    services, scratch = os.environ["SERVICES"], os.environ["SCRATCH"]
    restore: Json = {
        "apiVersion": "velero.io/v1",
        "kind": "Restore",
        "metadata": {"name": name, "labels": {"app": os.environ["JOB"]}},
        "spec": {
            "backupName": copy,
            "includedNamespaces": [services],
            "includedResources": list(RESTORED),
            "namespaceMapping": {services: scratch},
            "restorePVs": True,
        },
    }
    call("POST", velero("restores"), restore)
    end = time.monotonic() + PATIENCE
    while True:
        found = call("GET", velero("restores") + f"/{name}")
        if (found.get("status") or {}).get("phase") in ENDED:
            return found
        if time.monotonic() > end:
            raise RestoreError(f"{name} has not ended after {PATIENCE} s")
        time.sleep(10)


def test() -> None:
    """One restore, from the choice of the copy to the verdict.

    Raises:
        RestoreError: where something does not hold.
    """
    now, services = datetime.now(UTC), os.environ["SERVICES"]
    rows = velero("backups") + f"?labelSelector=velero.io%2Fschedule-name%3D{os.environ['SCHEDULE']}"
    copy = newest(call("GET", rows)["items"], now, int(os.environ["OLDEST_SECONDS"]))
    name = f"{os.environ['JOB']}-{now:%Y%m%d-%H%M%S}"
    judge_restore(restored(copy["metadata"]["name"], name))
    canary = os.environ["CANARY"]
    judge_canary(
        call("GET", inside(os.environ["SCRATCH"], "configmaps") + f"/{canary}"), json.loads(os.environ["EXPECTED"])
    )
    print(f"{copy['metadata']['name']} restores, and the canary says what it said")
    if os.environ["DRIVER"]:
        before = moment(copy["status"]["startTimestamp"])
        claims = call("GET", inside(services, "persistentvolumeclaims"))["items"]
        of_restore = velero("datadownloads", "v2alpha1") + f"?labelSelector=velero.io%2Frestore-name%3D{name}"
        wanted = copied_claims(claims, os.environ["DRIVER"], before)
        read = judge_volumes(call("GET", of_restore)["items"], wanted)
        print(f"{len(wanted)} volumes came back, {read} bytes")


def main() -> int:
    """Test and clean; 1 when something did not hold."""
    clean()
    try:
        test()
    except RestoreError as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        clean()
    return 0


if __name__ == "__main__":
    sys.exit(main())
