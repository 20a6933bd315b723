"""What every PostgreSQL database answers, whoever runs it: its login, its dumps, its version in tests."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.images import default_image
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem
from groundplan.stores.answers import BucketAccess, Folder, Json, Reference
from groundplan.stores.postgres.model import PORT, Postgres
from groundplan.stores.store import SettingsT, Store

if TYPE_CHECKING:
    from groundplan.observability.alert import Alert
    from groundplan.parts import Component


class PostgresStore(Store[Postgres, SettingsT]):
    """A database of any engine."""

    @property
    def credentials(self) -> str | None:
        """Secret with the owner's login."""
        return self.chapter.credentials

    @property
    def login(self) -> Mapping[str, str | None]:
        """The owner keeps its name."""
        return {"username": self.chapter.owner, "password": None}

    @property
    @abstractmethod
    def host(self) -> str:
        """Host name that callers connect to."""

    @property
    def port(self) -> int:
        """Port that callers connect to."""
        return PORT

    @property
    def dump_image(self) -> str:
        """Image that dumps it and tests the dump."""
        chosen = self.chapter.dump.image if self.chapter.dump is not None else None
        return chosen or default_image("postgres-client", self.chapter.version)

    def upstream_images(self) -> Iterator[str]:
        """What dumps it, and what carries the dump away."""
        dump = self.chapter.dump
        storage = platform_of(self.environment).object_storage(dump.bucket) if dump is not None else None
        if dump is not None and storage is not None:
            yield from (self.dump_image, dump.upload_image or storage.client)

    def secret_readers(self) -> Mapping[str, tuple[str, ...]]:
        """The dump signs in as the owner."""
        dump = self.chapter.dump
        return {self.chapter.credentials: (dump.name,)} if dump is not None else {}

    @property
    def has_backup_jobs(self) -> bool:
        """Whether it is dumped."""
        return self.chapter.dump is not None

    def build_backup(self, component: Component) -> None:
        """The jobs that dump it and restore the dump."""
        from groundplan.stores.postgres.dump import PostgresDump
        from groundplan.stores.postgres.dump_props import dump_props

        if self.chapter.dump is not None:
            PostgresDump(component, self.name, dump_props(self, self.chapter.dump))

    @abstractmethod
    def dump_egress(self) -> Json:
        """What lets the dump reach the server."""

    def dump_alerts(self) -> Iterator[Alert]:
        """In a standby dumps are suspended and the restore test is not: it proves the copies."""
        from groundplan.stores.backup_alerts import job_alerts

        dump = self.chapter.dump
        if dump is None:
            return
        namespace = self.environment.namespace
        if not waits(self.environment):
            yield from job_alerts(namespace, self.name, dump.name, daily=True)
        if dump.restore_test is not None:
            yield from job_alerts(namespace, self.name, dump.restore_test_name, daily=False)

    def folders(self) -> Iterator[Folder]:
        """Where dumps go."""
        dump = self.chapter.dump
        if dump is not None:
            yield Folder(path=(*self.path, "dump"), bucket=dump.bucket, prefix=dump.prefix)

    def bucket_access(self) -> Iterator[BucketAccess]:
        """The dump writes, its restore test reads."""
        dump = self.chapter.dump
        if dump is None:
            return
        yield BucketAccess(
            path=(*self.path, "dump"),
            service_account=dump.name,
            bucket=dump.bucket,
            prefix=dump.prefix,
            actions="write",
        )
        if dump.restore_test is not None:
            yield BucketAccess(
                path=(*self.path, "dump", "restore_test"),
                service_account=dump.restore_test_name,
                bucket=dump.bucket,
                prefix=dump.prefix,
                actions="read",
            )

    def node_pools(self) -> Iterator[Reference]:
        """The dump's."""
        if self.chapter.dump is not None and self.chapter.dump.node_pool is not None:
            yield (*self.path, "dump", "node_pool"), self.chapter.dump.node_pool

    def problems(self) -> Iterator[Problem]:
        """pg_dump refuses a newer server, and a restore test on another version proves nothing."""
        version, dump = self.chapter.version, self.chapter.dump
        tag = self.dump_image.partition("@")[0].rpartition(":")[2]
        major = re.match(r"\d+", tag)
        if dump is not None and (major is None or int(major[0]) != version):
            what = f"`{self.dump_image}` is not PostgreSQL {version}"
            yield (
                (*self.path, "dump", "image"),
                "dump-version",
                what,
                f"write {default_image('postgres-client', version)}",
            )

    def disagreements(self, peer: Environment) -> Iterator[Problem]:
        """The two sides are the same database of the same version, run by the same engine."""
        other = peer.data.get(self.name)
        if not isinstance(other, Postgres) or other.engine.name != self.engine:
            what = f"{peer.environment} has no {self.engine} of that name to copy, and would take over without it"
            yield self.path, "not-replicated", what, f"declare data.{self.name} with the same engine there"
            return
        if other.version != self.chapter.version:
            what = (
                f"{self.chapter.version} here and {other.version} in {peer.environment}; a copy runs the same version"
            )
            yield (*self.path, "version"), "replica-version", what, "write the same version on both sides"
        if other.database != self.chapter.database or other.owner != self.chapter.owner:
            what = f"database and owner differ from {peer.environment}"
            yield self.path, "replica-database", what, "write the same database and owner on both sides"
