"""A store in the cluster of which copies go to object storage: what it answers of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem
from groundplan.stores.answers import BucketAccess, Folder, Reference
from groundplan.stores.copy_model import Copies
from groundplan.stores.store import ChapterT, SettingsT, Store

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.parts import Component
    from groundplan.stores.backup_job import Step
    from groundplan.stores.copying import CopyJobsProps
    from groundplan.stores.pages import Row

BACKUP, RESTORE_TEST = "backup", "backup-restore-test"
"""What follows the store's name in those of its two jobs."""


class CopiedStore(Store[ChapterT, SettingsT]):
    """A store of any kind whose engine has `backup:`."""

    @property
    def copies(self) -> Copies | None:
        """What is written of its copies; none where it keeps nothing that must come back."""
        found: Copies | None = getattr(self.settings, "backup", None)
        return found

    @abstractmethod
    def copy_steps(self) -> tuple[Step, Step]:
        """What makes a copy, and what restores one into a scratch server."""

    @property
    @abstractmethod
    def copy_scratch(self) -> str:
        """Disk of a node that a job may take."""

    def upstream_images(self) -> Iterator[str]:
        """What carries copies away."""
        storage = platform_of(self.environment).object_storage(self.copies.bucket) if self.copies else None
        if storage is not None:
            yield storage.client

    @property
    def has_backup_jobs(self) -> bool:
        """Whether copies of it are made."""
        return self.copies is not None

    def build_backup(self, component: Component) -> None:
        """The jobs that copy it and restore the copy."""
        from groundplan.stores.copying import CopyJobs

        if self.copies is not None:
            CopyJobs(component, self.name, self.name, self._copy_props(self.copies))

    def _copy_props(self, copies: Copies) -> CopyJobsProps:
        from groundplan.stores.copying import CopyJobsProps
        from groundplan.stores.storage import storage_of

        environment, platform = self.environment, platform_of(self.environment)
        storage, (makes, checks) = storage_of(self, copies.bucket), self.copy_steps()
        egress = self.egress()
        return CopyJobsProps(
            copies=copies,
            system=environment.system,
            makes=makes,
            checks=checks,
            storage=storage,
            client=environment.upstream_image(storage.client),
            scratch=self.copy_scratch,
            servers=[egress] if egress is not None else [],
            credentials=platform.credentials_egress,
            taints=platform.taints,
            identity=platform.pod_identity(platform.backups_as, rights=True),
            standby=waits(environment),
        )

    def folders(self) -> Iterator[Folder]:
        """Where copies go."""
        if self.copies is not None:
            yield Folder(path=self.at("backup"), bucket=self.copies.bucket, prefix=self.copies.prefix)

    def bucket_access(self) -> Iterator[BucketAccess]:
        """The copy is written, the restore test reads it."""
        if self.copies is None:
            return
        deeds = ((BACKUP, self.at("backup"), "write"), (RESTORE_TEST, self.at("backup", "restore_test"), "read"))
        for suffix, path, actions in deeds:
            yield BucketAccess(
                path=path,
                service_account=f"{self.name}-{suffix}",
                bucket=self.copies.bucket,
                prefix=self.copies.prefix,
                actions="write" if actions == "write" else "read",
            )

    def node_pools(self) -> Iterator[Reference]:
        """That of the jobs."""
        if self.copies is not None and self.copies.node_pool is not None:
            yield self.at("backup", "node_pool"), self.copies.node_pool

    def copy_alerts(self) -> Iterator[Alert]:
        """In a standby copies are suspended and the restore test is not: it proves what is replicated."""
        from groundplan.stores.backup_alerts import job_alerts

        if self.copies is None:
            return
        namespace = self.environment.namespace
        if not waits(self.environment):
            yield from job_alerts(namespace, self.name, f"{self.name}-{BACKUP}", daily=True)
        yield from job_alerts(namespace, self.name, f"{self.name}-{RESTORE_TEST}", daily=False)

    def copy_rows(self, what: str) -> list[Row]:
        """Rows of the table of what is kept: store, what, when, where, how long."""
        from groundplan.stores.storage import storage_of

        copies = self.copies
        if copies is None:
            return []
        where = f"{storage_of(self, copies.bucket).location}{copies.prefix}"
        return [
            (self.name, what, f"`{copies.schedule}` {copies.time_zone}", where, "as the bucket says"),
            (self.name, "restore test", f"`{copies.restore_test}` {copies.time_zone}", "a scratch server", "not kept"),
        ]

    def copy_problems(self) -> Iterator[Problem]:
        """In production what is kept must come back."""
        if self.copies is None and self.environment.stage == "production":
            what = "keeps what nobody copies, in production"
            yield self.at(), "no-backup", what, "write backup: {schedule, bucket, prefix, restore_test}"
