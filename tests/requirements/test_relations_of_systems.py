"""Relations that need a whole system are asked of the shipped ones: each holds there, and says why where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.checks.runner import read
from groundplan.requirements.broken import broken
from groundplan.requirements.ground import Ground, Grounds
from groundplan.requirements.judge import held
from groundplan.requirements.relations import RELATIONS

HOLDING = [
    ("aegis/dev", 'reaches("sample-events", "kafka")'),
    ("aegis/prod", 'survives("kafka-brokers", "zone")'),
    ("factory-ai/dr", 'follows("postgresql", "production")'),
    ("factory-ai/production", 'fits("intent-router")'),
    ("factory-ai/production", 'granted("postgres-backup", "write-blobs", "factory-ai-backups/postgres/daily/")'),
    ("factory-ai/production", 'hands_over("api.factory-ai.com")'),
    ("factory-ai/production", 'rehearsed("postgresql")'),
    ("factory-ai/production", 'restorable("postgresql", "dump")'),
    ("factory-ai/production", 'restorable("postgresql", "log")'),
    ("factory-ai/production", 'runs("judgment-service")'),
    ("factory-ai/production", 'scales("intent-router", "intent_classification_latency_p95")'),
    ("factory-ai/production", 'secured("api.factory-ai.com")'),
    ("factory-ai/production", 'signs_in("judgment-service", "postgresql")'),
    ("factory-ai/production", 'stands("postgresql", "db")'),
    ("factory-ai/production", 'supplied("judgment-service", "JWT_SECRET_KEY", "factory-ai/jwt-secret-key")'),
    ("factory-ai/production", 'survives("intent-router", "region")'),
    ("factory-ai/production", 'survives("postgresql", "zone")'),
    ("factory-ai/shared", 'leads("app-1", "nat-1")'),
    ("factory-ai/shared", 'wears("db", "db-nodes")'),
    ("auto-builder/prd", 'isolated("redis")'),
    ("auto-builder/prd", 'restorable("project-data", "snapshot")'),
    ("aegis/prod", 'copied("daily")'),
    ("aegis/prod", 'tried("daily")'),
    ("tripgen/prod", 'closed("postgres")'),
    ("tripgen/prod", 'delivered("postgres")'),
    ("tripgen/prod", 'encrypted("redis")'),
    ("tripgen/prod", 'guarded("trip-service")'),
    ("tripgen/prod", 'hands_over("api.tripgen.com")'),
    ("tripgen/prod", 'reaches("trip-service", "postgres")'),
    ("tripgen/prod", 'scales("ai-service", "ai_schedule_generation")'),
    ("tripgen/prod", 'survives("redis", "zone")'),
]
OF_THE_SHOP = {"may", "notified", "scraped", "served", "told"}
"""Relations that a small shop shows, in `test_relations.py`."""


@pytest.fixture(scope="module")
def grounds(repository: Path) -> Grounds:
    inventory, context = read(repository)
    return Grounds(lambda: inventory, lambda: context)


def ground_of(grounds: Grounds, scope: str) -> Ground:
    found = grounds.of(*scope.split("/"))
    assert found is not None
    return found


def test_every_relation_is_asked_somewhere() -> None:
    asked = {text.partition("(")[0] for _, text in HOLDING}

    assert asked | OF_THE_SHOP == set(RELATIONS)


@pytest.mark.parametrize(("scope", "text"), HOLDING)
def test_a_relation_holds_and_breaks_with_every_object_it_went_through(grounds: Grounds, scope: str, text: str) -> None:
    ground = ground_of(grounds, scope)
    answer = held(text, scope, ground)

    survived = [
        f"{item} {word}"
        for item, part in answer.trail
        for word, change in broken(item, part)
        if not held(text, scope, ground.replacing(item, change)).failure
    ]

    assert answer.failure == ""
    assert answer.trail
    assert survived == []


@pytest.mark.parametrize(
    ("scope", "text", "why"),
    [
        ("factory-ai/production", 'runs("moon")', "there is no workload moon"),
        ("factory-ai/dr", 'runs("intent-router")', "is meant to have no pods"),
        ("factory-ai/production", 'fits("moon")', "there is no workload moon"),
        ("factory-ai/production", 'stands("redis", "app")', "stands on db"),
        ("factory-ai/production", 'survives("redis", "node")', "has 1 pods at rest"),
        ("factory-ai/staging", 'survives("intent-router", "region")', "has no peer in another region"),
        ("factory-ai/production", 'survives("redis", "planet")', "what is lost is one of node, zone, region"),
        ("factory-ai/production", 'restorable("redis", "dump")', "nothing dumps redis"),
        ("factory-ai/production", 'restorable("redis", "tape")', "a copy is one of dump, log, snapshot"),
        ("factory-ai/dr", 'restorable("postgresql", "dump")', "is suspended"),
        ("factory-ai/production", 'follows("postgresql", "dr")', "follows nobody"),
        ("factory-ai/production", 'supplied("intent-router", "ANTHROPIC_API_KEY", "other")', "draws api-key from"),
        ("factory-ai/production", 'supplied("rule-engine", "TOKEN", "any")', "no Secret gives rule-engine TOKEN"),
        ("factory-ai/production", 'signs_in("rule-engine", "postgresql")', "is not given what"),
        ("factory-ai/production", 'scales("intent-router", "memory")', "nothing scales intent-router by memory"),
        ("factory-ai/production", 'scales("rule-engine", "cpu")', "nothing scales rule-engine"),
        ("factory-ai/production", 'granted("redis", "write-blobs", "any")', "does nothing that needs write-blobs"),
        ("factory-ai/production", 'hands_over("www.factory-ai.com")', "writes a record of www.factory-ai.com"),
        ("factory-ai/production", 'secured("www.factory-ai.com")', "takes www.factory-ai.com"),
        ("factory-ai/shared", 'leads("app-1", "nat-2")', "app-1 goes out by nat-1"),
        ("factory-ai/shared", 'wears("db", "app-nodes")', "nodes of db wear db-nodes"),
        ("factory-ai/production", 'guarded("intent-router")', "there is no rollout of intent-router"),
        ("tripgen/prod", 'delivered("moon")', "nothing of moon is rendered"),
        ("tripgen/prod", 'closed("moon")', "nothing of moon says how closed it is"),
        ("tripgen/prod", 'isolated("moon")', "there are no pods of moon"),
        ("tripgen/prod", 'rehearsed("postgres")', "nothing restores dumps of postgres"),
    ],
)
def test_a_relation_that_does_not_hold_says_why(grounds: Grounds, scope: str, text: str, why: str) -> None:
    assert why in held(text, scope, ground_of(grounds, scope)).failure
