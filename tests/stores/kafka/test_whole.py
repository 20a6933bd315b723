"""A system with a Kafka beside the others: every gate passes, and each fact of it that a gate reads is broken."""

from __future__ import annotations

import copy
import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka_shop import beside_the_others

from groundplan.checks import GATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.errors import Severity
from groundplan.review.fields import joined, leaves
from groundplan.review.semantics import table_of

pytestmark = pytest.mark.slow

Json = dict[str, Any]
FATAL = (Severity.ERROR, Severity.NOT_JUDGED)
SPARED = {"drift", "requirements"}
"""Gates that read no object of it: the comparison with a fresh synth, and catalogues, of which it has none."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository with the system in it, rendered and measured."""
    root = beside_the_others(tmp_path_factory.mktemp("whole") / "repository")
    for words in (["synth", "stream"], ["report"]):
        command = [sys.executable, "-m", "groundplan.cli.main", "--root", str(root), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def world(repository: Path) -> tuple[Inventory, Context]:
    """Everything that is rendered, and the environments that explain it."""
    return read(repository)


def found(gate: str, inventory: Inventory, context: Context) -> set[str]:
    """What closes a gate in the strict run, of this system alone."""
    module = next(one.module for one in GATES if one.name == gate)
    verdict = importlib.import_module(module).run(inventory, context)
    texts = {
        f"{item.location.file}: {item.rule}: {item.message}" for item in verdict.findings if item.severity in FATAL
    }
    return {text for text in texts if "stream" in text.partition(": ")[0]}


@pytest.mark.parametrize("gate", [gate.name for gate in GATES if gate.name not in SPARED])
def test_a_gate_passes(gate: str, world: tuple[Inventory, Context]) -> None:
    assert found(gate, *world) == set()


def test_every_field_has_a_meaning_in_a_review(world: tuple[Inventory, Context]) -> None:
    unknown = {
        f"{item.kind}: {joined(path)}"
        for item in world[0]
        if item.scope == "stream/live"
        for path, _ in leaves(dict(item.document))
        if path[0] not in ("apiVersion", "kind")
        and ((table := table_of(item.group, item.kind)) is None or table.meaning(path) is None)
    }

    assert unknown == set()


def _set(*path: str | int, to: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


KEPT = ("metadata", "annotations", "argocd.argoproj.io/sync-options")
OPEN = {"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 9093}]}
PLANTED: list[tuple[str, str, str, Callable[[Json], None] | None, str]] = [
    # gate, kind, beginning of the object's name, what is changed (None: it is gone), part of what is found
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "ingress", 0), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "ingress", 1), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "ingress", 2), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "ingress", 3), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "ingress", 4), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-kafka", _drop("spec", "egress", 2), "reachability.egress"),
    ("reachability", "NetworkPolicy", "events-kafka", _set("spec", "ingress", 0, to=OPEN), "reachability.undeclared"),
    ("reachability", "NetworkPolicy", "events-entity-operator", _drop("spec", "egress", 1), "reachability.egress"),
    ("reachability", "NetworkPolicy", "events-kafka-exporter", _drop("spec", "ingress"), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "events-registry", _drop("spec", "egress", 1), "reachability.egress"),
    ("reachability", "NetworkPolicy", "events-connect", _drop("spec", "ingress", 0), "reachability.ingress"),
    ("reachability", "NetworkPolicy", "worker", _drop("spec", "egress", 1), "reachability.egress"),
    ("references", "KafkaUser", "events-web", None, "references"),
    ("references", "Kafka", "events", None, "references"),
    ("references", "ConfigMap", "events-metrics", None, "references"),
    ("references", "KafkaConnect", "events", None, "references"),
    ("delivery", "KafkaTopic", "events-orders", _drop(*KEPT), "delivery.prune"),
    ("delivery", "KafkaNodePool", "events-brokers", _drop(*KEPT), "delivery.prune"),
    ("delivery", "Kafka", "events", _drop(*KEPT), "delivery.prune"),
    ("intent", "KafkaNodePool", "events-brokers", _set("spec", "replicas", to=2), "intent"),
    ("intent", "KafkaNodePool", "events-controllers", _set("spec", "replicas", to=1), "intent"),
    ("intent", "Kafka", "events", _set("spec", "kafka", "listeners", 0, "tls", to=False), "intent"),
    ("intent", "Kafka", "events", _drop("spec", "kafka", "listeners", 0, "authentication"), "intent"),
    ("intent", "Kafka", "events", _drop("spec", "kafka", "authorization"), "intent"),
    ("intent", "Kafka", "events", _set("spec", "kafka", "version", to="4.2.0"), "intent"),
    ("admission", "Kafka", "events", _drop("spec", "kafka", "template", "kafkaContainer"), "read-only-root"),
    ("admission", "Kafka", "events", _drop("spec", "entityOperator", "template", "userOperatorContainer"), "read-only-root"),
    ("admission", "Kafka", "events", _drop("spec", "kafkaExporter", "resources"), "requests-and-limits"),
    ("admission", "Kafka", "events", _set("spec", "kafka", "image", to="docker.io/other/kafka:1"), "allowed-registry"),
    ("admission", "KafkaConnect", "events", _drop("spec", "template", "connectContainer"), "read-only-root"),
    ("capacity", "KafkaNodePool", "events-brokers", _set("spec", "replicas", to=9), "capacity"),
    ("capacity", "KafkaConnect", "events", _set("spec", "resources", "requests", "cpu", to="9"), "capacity"),
    ("capacity", "Kafka", "events", _set("spec", "kafkaExporter", "resources", "requests", "memory", to="64Gi"), "capacity"),
    ("observability", "PodMonitor", "events", None, "observability"),
    ("observability", "PodMonitor", "events-exporter", None, "observability"),
    ("observability", "KafkaNodePool", "events-brokers", None, "observability"),
    ("support", "Kafka", "events", _set("spec", "kafka", "version", to="3.9.0"), "support"),
    ("schema", "KafkaTopic", "events-orders", _set("spec", "replication", to=3), "schema"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("gate", "kind", "name", "change", "text"),
    PLANTED,
    ids=[f"{row[0]}-{row[2]}-{row[4]}-{n}" for n, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found(
    gate: str,
    kind: str,
    name: str,
    change: Callable[[Json], None] | None,
    text: str,
    world: tuple[Inventory, Context],
) -> None:
    inventory, context = world
    chosen = [item for item in inventory if (item.scope, item.kind, item.name) == ("stream/live", kind, name)]
    assert chosen, f"no {kind} is called {name}"
    objects = []
    for item in inventory:
        if item is not chosen[0]:
            objects.append(item)
        elif change is not None:
            document = copy.deepcopy(dict(item.document))
            change(document)
            objects.append(replace(item, document=document))

    broken = Inventory(inventory.root, tuple(objects), inventory.other_files)

    new = found(gate, broken, context) - found(gate, inventory, context)
    assert [line for line in new if text in line], sorted(new)
