"""What the workflows know of any PostgreSQL database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from groundplan.images import default_image
from groundplan.stores.pipelines import StorePipelines, TestContainer, health

if TYPE_CHECKING:
    from groundplan.stores.postgres.database import PostgresStore


class PostgresPipelines(StorePipelines):
    """Tests run against a server of the same major version; the password is a throw-away of a throw-away database."""

    def __init__(self, store: PostgresStore[Any]) -> None:
        self.store: PostgresStore[Any] = store

    def test_container(self) -> TestContainer:
        """A server with an empty database."""
        login = {"POSTGRES_DB": "test_db", "POSTGRES_USER": "test_user", "POSTGRES_PASSWORD": "test_password"}
        return TestContainer(
            name="postgres",
            definition={
                "image": default_image("postgres-test", self.store.chapter.version),
                "env": login,
                "ports": ["5432:5432"],
                "options": health("pg_isready --username test_user --dbname test_db"),
            },
            variables={"POSTGRES_HOST": "localhost", "POSTGRES_PORT": "5432", **login},
        )
