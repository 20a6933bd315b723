"""Where copies of a cluster lie, when they are made, and what is in them.

See https://velero.io/docs/main/api-types/schedule/ and https://velero.io/docs/main/csi-snapshot-data-movement/ .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundplan.backups.names import CANARY, LOCATION, POLICIES, RESTORE_TEST, SNAPSHOT_CLASS, VELERO_GROUP
from groundplan.kubernetes.namespaces import VELERO
from groundplan.kubernetes.network_policy import NAMESPACE_LABEL, name_resolution, ports
from groundplan.model.backups import Backups, BackupSchedule
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import BackupStorage
from groundplan.yaml.text import to_yaml

NOT_COPIED = ("events", "events.events.k8s.io", "secrets")
"""What no copy holds: what happened, which nobody restores, and Secrets, which come from where they came from."""

METRICS = 8085
"""Port of the series of Velero and of what copies volumes."""

LABEL = "velero.io/csi-volumesnapshot-class"
"""Label of the class by which Velero takes snapshots of a driver."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClusterCopiesProps:
    """What is copied where, and who may reach whom for it."""

    backups: Backups
    """What is written of them."""

    storage: BackupStorage
    """Where copies lie."""

    services: str
    """Namespace whose canary is looked for after a restore."""

    canary: Mapping[str, str]
    """What the canary says."""

    monitoring: str
    """Namespace of whoever reads the series."""

    egress: Sequence[Json]
    """Rules that lead to the API server, the object storage and credentials, beside name resolution."""

    waits: bool = False
    """Whether no copies are made, as in a standby. Default false."""


class ClusterCopies(Part):
    """A place, a schedule for each row of copies, what is left out of them, and the way there.

    Emits BackupStorageLocation, Schedules, ConfigMaps, a NetworkPolicy for the namespace, and the canary; where volumes
    are copied also a VolumeSnapshotClass.
    """

    def __init__(self, scope: Component | Part, id_: str, props: ClusterCopiesProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._add_location()
        if props.backups.volumes:
            self._add_snapshot_class()
            self._add_policies()
        for name, schedule in props.backups.schedules.items():
            self._add_schedule(name, schedule)
        self._add_canary()
        self._add_network_policy()

    def _add_location(self) -> None:
        backups, storage = self._props.backups, self._props.storage
        self.emit(
            {
                "apiVersion": f"{VELERO_GROUP}/v1",
                "kind": "BackupStorageLocation",
                "metadata": {"name": LOCATION},
                "spec": {
                    "provider": storage.provider,
                    "default": True,
                    "accessMode": "ReadWrite",
                    "objectStorage": {"bucket": backups.bucket, "prefix": backups.prefix.rstrip("/")},
                    **({"config": dict(storage.config)} if storage.config else {}),
                },
            }
        )

    def _add_snapshot_class(self) -> None:
        self.emit(
            {
                "apiVersion": "snapshot.storage.k8s.io/v1",
                "kind": "VolumeSnapshotClass",
                "metadata": {"name": SNAPSHOT_CLASS, "labels": {LABEL: "true"}},
                "driver": self._props.storage.snapshots,
                "deletionPolicy": "Delete",  # what it held lies in the bucket by then
            }
        )

    def _add_policies(self) -> None:
        """The cluster's own disks are copied; whatever else is mounted is kept by whoever has it."""
        driver = {"conditions": {"csi": {"driver": self._props.storage.snapshots}}, "action": {"type": "snapshot"}}
        others = ({"conditions": {what: {}}, "action": {"type": "skip"}} for what in ("csi", "nfs"))
        text = to_yaml({"version": "v1", "volumePolicies": [driver, *others]})
        self.emit(
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": POLICIES}, "data": {"policies.yaml": text}}
        )

    def _add_schedule(self, name: str, schedule: BackupSchedule) -> None:
        volumes = self._props.backups.volumes
        template: Json = {
            "ttl": f"{whole_seconds(schedule.keep) // 3600}h0m0s",
            "storageLocation": LOCATION,
            "includedNamespaces": ["*"],
            "excludedNamespaces": [VELERO, RESTORE_TEST],
            "excludedResources": list(NOT_COPIED),
            "snapshotVolumes": volumes,
        }
        if volumes:
            template["snapshotMoveData"] = True
            template["resourcePolicy"] = {"kind": "configmap", "name": POLICIES}
        self.emit(
            {
                "apiVersion": f"{VELERO_GROUP}/v1",
                "kind": "Schedule",
                "metadata": {"name": name},
                "spec": {
                    "schedule": schedule.at,
                    "paused": self._props.waits,
                    "useOwnerReferencesInBackup": False,  # copies outlive the row they are of
                    "template": template,
                },
            }
        )

    def _add_canary(self) -> None:
        metadata = {"name": CANARY, "namespace": self._props.services}
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(self._props.canary)})

    def _add_network_policy(self) -> None:
        """For every pod of the namespace: what copies volumes is made while it copies, under names of its own."""
        reader = {
            "namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: self._props.monitoring}},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
        }
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": VELERO},
                "spec": {
                    "podSelector": {},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{"from": [reader], "ports": ports(METRICS)}],
                    "egress": [name_resolution(), *self._props.egress],
                },
            }
        )
