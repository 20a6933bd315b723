"""For how long logs are kept, and how they lie meanwhile: what Elasticsearch is told, as documents of its API.

Every day's log is an index of its own, so that deleting what is old costs nothing. See
https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management and
https://www.elastic.co/docs/manage-data/data-store/templates .
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.kubernetes.objects import Json
from groundplan.model.logging import Logging
from groundplan.model.values import whole_seconds
from groundplan.telemetry.names import STREAMS

DAY = 86400
LARGEST_SHARD = "25gb"
"""Size at which a new index begins before its time: a shard that is larger takes long to move to another node."""

ROLLOVER = {"pods": "1d", "audit": "7d"}
"""Whose logs, to the longest that one index takes in."""

PRIORITY = 300
"""Above that of the templates Elasticsearch has by itself for everything called logs."""

KEYWORD: Json = {"type": "keyword", "ignore_above": 1024}

FIELDS: Json = {
    "@timestamp": {"type": "date"},
    "message": {"type": "text"},
    "ecs": {"properties": {"version": KEYWORD}},
    "log": {"properties": {"level": KEYWORD, "logger": KEYWORD}},
    "event": {"properties": {"action": KEYWORD, "dataset": KEYWORD, "kind": KEYWORD, "outcome": KEYWORD}},
    "service": {"properties": {"name": KEYWORD, "version": KEYWORD}},
    "trace": {"properties": {"id": KEYWORD}},
    "span": {"properties": {"id": KEYWORD}},
    "user": {"properties": {"name": KEYWORD}},
    "source": {"properties": {"ip": {"type": "ip", "ignore_malformed": True}}},
    "url": {"properties": {"path": KEYWORD}},
    "http": {
        "properties": {
            "request": {"properties": {"id": KEYWORD, "method": KEYWORD}},
            "response": {"properties": {"status_code": {"type": "long", "ignore_malformed": True}}},
        }
    },
    "kubernetes": {"properties": dict.fromkeys(("container", "namespace", "node", "pod", "resource", "verb"), KEYWORD)},
    "labels": {"type": "flattened"},
    "fields": {"type": "flattened"},
}
"""Names of the Elastic Common Schema, and those of Kubernetes; what a program adds of its own lies in `fields`, of which
any number costs one. See https://www.elastic.co/docs/reference/ecs ."""


def days(duration: str) -> str:
    """A duration as Elasticsearch reads it, in whole days, never fewer."""
    return f"{-(-whole_seconds(duration) // DAY)}d"


def kept(logging: Logging) -> Mapping[str, str]:
    """Whose logs, to how long they are kept."""
    return {"pods": days(logging.retention), "audit": days(logging.audit_retention)}


def policies(logging: Logging) -> dict[str, Json]:
    """Lifecycle policies by name: an index is closed for writing by age or size, and deleted when its youngest line is old
    enough."""
    return {
        STREAMS[source]: {
            "policy": {
                "phases": {
                    "hot": {
                        "actions": {
                            "rollover": {"max_age": ROLLOVER[source], "max_primary_shard_size": LARGEST_SHARD},
                            "set_priority": {"priority": 100},
                        }
                    },
                    "delete": {"min_age": retention, "actions": {"delete": {}}},
                }
            }
        }
        for source, retention in kept(logging).items()
    }


def templates(logging: Logging) -> dict[str, Json]:
    """Index templates by name: which data streams are held to which policy, in how many copies, with which fields."""
    return {
        name: {
            "index_patterns": [f"{name}-*"],
            "data_stream": {},
            "priority": PRIORITY,
            "template": {
                "settings": {
                    "index": {
                        "lifecycle": {"name": name},
                        "number_of_shards": 1,
                        "number_of_replicas": logging.elasticsearch.copies,
                        "codec": "best_compression",
                        "refresh_interval": "10s",
                        "mapping": {"ignore_malformed": True, "total_fields": {"limit": 500}},
                    }
                },
                "mappings": {"dynamic": False, "properties": FIELDS},
            },
        }
        for name in STREAMS.values()
    }
