"""What objects of Elastic's operator refer to by name."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Identity
from groundplan.checks.link import Document, Link

ELASTICSEARCH = "elasticsearch.k8s.elastic.co"

KEY_SELECTOR_GROUPS: frozenset[str] = frozenset()
"""None of its groups picks a key of a Secret by a mapping alone."""


def _elasticsearch(document: Document, namespace: str) -> Iterator[Link]:
    auth = document["spec"].get("auth") or {}
    for part in ("fileRealm", "roles"):
        for index, entry in enumerate(auth.get(part) or []):
            target = Identity("", "Secret", namespace, entry["secretName"])
            yield Link(target, ("spec", "auth", part, index, "secretName"))


def _kibana(document: Document, namespace: str) -> Iterator[Link]:
    reference = document["spec"].get("elasticsearchRef") or {}
    if reference.get("name"):
        where = reference.get("namespace") or namespace
        target = Identity(ELASTICSEARCH, "Elasticsearch", where, reference["name"])
        yield Link(target, ("spec", "elasticsearchRef", "name"))


def _logstash(document: Document, namespace: str) -> Iterator[Link]:
    for index, reference in enumerate(document["spec"].get("elasticsearchRefs") or []):
        if reference.get("name"):
            target = Identity(
                ELASTICSEARCH, "Elasticsearch", reference.get("namespace") or namespace, reference["name"]
            )
            yield Link(target, ("spec", "elasticsearchRefs", index, "name"))


LINKS = {
    (ELASTICSEARCH, "Elasticsearch"): _elasticsearch,
    ("kibana.k8s.elastic.co", "Kibana"): _kibana,
    ("logstash.k8s.elastic.co", "Logstash"): _logstash,
}
