"""Copies of a cluster on the page about restoring: what there is, and how objects and volumes come back from one."""

from __future__ import annotations

from groundplan.backups.names import RESTORE_TEST
from groundplan.documents.kubectl import kubectl
from groundplan.facts.system import System
from groundplan.kubernetes.namespaces import VELERO
from groundplan.markdown import checklist, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of

SECRETS = (
    "Secrets are in no copy: they come from the vault again once External Secrets runs, and what is generated is "
    "generated anew. What Git holds comes back by Argo CD; a copy is for what it does not hold, volumes before all."
)


def cluster_copies(system: System) -> list[str]:
    """The section about them; nothing where the serving side makes none."""
    environment = system.serving
    backups = environment.backups
    if backups is None:
        return []
    rows = [row for each in system.environments for row in _rows(each)]
    held = "objects of every namespace" + (" and volumes of the cluster's own disks" if backups.volumes else "")
    velero = kubectl(environment, VELERO)
    return [
        section(
            "Copies of the cluster",
            f"Velero copies {held}.",
            table(["Environment", "Row", "When", "Where", "Kept"], rows),
            SECRETS,
            f"A test restores the newest copy into the namespace `{RESTORE_TEST}` at `{backups.restore_test}` UTC, compares "
            "what came back, and removes it again; what the last one said:",
            shell(f"{velero} get jobs --selector app={RESTORE_TEST}", f"{velero} get backups.velero.io"),
            section(
                "Bring a namespace back",
                numbered(
                    [
                        "Choose a copy that is `Completed`.",
                        "Stop what writes to the volumes; nothing is restored over a claim that exists, so a volume that is "
                        "damaged is deleted first, or restored under another namespace and copied from there.",
                        "Ask for the restore, and wait until it is `Completed`; its `DataDownload` objects show how far each "
                        "volume is.",
                    ]
                ),
                shell(
                    "COPY=daily-20260131180000 RESTORE=by-hand",
                    f"{velero} get backups.velero.io $COPY --output jsonpath='{{.status.phase}}'",
                    f"{velero} apply -f - <<EOF",
                    "apiVersion: velero.io/v1",
                    "kind: Restore",
                    f"metadata: {{name: $RESTORE, namespace: {VELERO}}}",
                    "spec:",
                    "  backupName: $COPY",
                    f"  includedNamespaces: [{environment.namespace}]",
                    "  includedResources: [persistentvolumeclaims, persistentvolumes]",
                    "  restorePVs: true",
                    "EOF",
                    f"{velero} get restores.velero.io $RESTORE --watch",
                    f"{velero} get datadownloads.velero.io --selector velero.io/restore-name=$RESTORE",
                ),
                level=3,
            ),
            section(
                "A cluster that is lost",
                numbered(
                    [
                        "Make the new cluster by the bootstrap page, up to the first sync; Velero comes with it, and finds "
                        "the copies in the bucket within a minute of starting.",
                        "Restore volumes before what mounts them: suspend the Applications of services and stores, restore as "
                        "above, and resume them.",
                        "Databases come back from their own archives, which are newer.",
                    ]
                ),
                level=3,
            ),
            section("After a restore", checklist(_AFTERWARDS), level=3),
        )
    ]


def _rows(environment: Environment) -> list[list[str]]:
    """Each row of copies of an environment, and where it lies."""
    backups = environment.backups
    if backups is None:
        return []
    storage = platform_of(environment).object_storage(backups.bucket)
    where = f"{storage.location if storage is not None else backups.bucket}{backups.prefix}"
    rows = backups.schedules.items()
    return [[environment.environment, f"`{name}`", f"`{row.at}` UTC", where, row.keep] for name, row in rows]


_AFTERWARDS = (
    "the Restore is `Completed`, without errors",
    "the programs' own checks pass, and the newest rows and files are plausible",
    "Argo CD shows no difference that it does not undo",
    "what was lost, and why, is written down",
)
