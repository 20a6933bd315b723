"""What a dump takes from its environment, and what it cannot do without."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.azure_rendering import SERVER, STORAGE, azure

from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.stores.postgres.database import PostgresStore
from groundplan.stores.postgres.dump_props import dump_props
from groundplan.stores.postgres.model import Dump
from groundplan.stores.registry import store_of

DUMP = Dump(schedule="0 2 * * *", bucket="backups")


def a_database(environment: Environment) -> PostgresStore[Any]:
    store = store_of(environment, "orders")
    assert isinstance(store, PostgresStore)
    return store


def test_a_bucket_that_no_storage_has_is_refused_at_the_database() -> None:
    with pytest.raises(
        ConstructError, match=r"^orders: keeps what would restore it in `elsewhere`, which is not known"
    ):
        dump_props(a_database(azure(SERVER, STORAGE)), DUMP.model_copy(update={"bucket": "elsewhere"}))


def test_the_client_is_the_storage_s_unless_another_is_chosen() -> None:
    chosen = DUMP.model_copy(update={"upload_image": "registry.example/client:1"})

    props = dump_props(a_database(azure(SERVER, STORAGE)), chosen)

    assert props.client.endswith("client:1")


def test_nobody_makes_the_dumps_of_a_primary_for_it() -> None:
    assert not dump_props(a_database(azure(SERVER, STORAGE)), DUMP).standby
