"""The data chapter: databases, caches, shared files, queues, topics and streams. What each is lies in its own folder."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from groundplan.stores.broker.model import Broker
from groundplan.stores.files.model import Files
from groundplan.stores.kafka.model import Kafka
from groundplan.stores.postgres.model import Postgres
from groundplan.stores.redis.model import Redis

DataStore = Annotated[Postgres | Redis | Files | Broker | Kafka, Field(discriminator="type")]
"""A store, told apart by `type`."""
