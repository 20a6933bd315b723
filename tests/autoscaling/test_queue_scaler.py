"""Replicas follow the length of a queue, at a broker or in a Redis of the cluster."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import BUS, GUID, RESOURCES, azure
from tests.support.parts import a_component
from tests.support.rendering import Json, rendered, schema_problems, the

from groundplan.autoscaling.queue_scaler import QueueScaler, QueueScalerProps, QueueTrigger
from groundplan.autoscaling.queues import queue_triggers
from groundplan.errors import ConstructError
from groundplan.model.scaling import Scaling

WORKER = f"""
platform: {{azure: {{identities: {{jobs: {{roles: [bus-receive]}}}}}}}}
ids: {{client.jobs: {GUID}}}
services:
  worker:
    image: worker:1.0
    identity: jobs
    {RESOURCES}
    calls: [bus]
    scaling: {{min: 2, max: 8, cpu: 80, memory: 85, queues: {{jobs: 10}}}}
"""
ASKING = "22222222-3333-4444-5555-666666666666"
ASKS = f"ids: {{client.autoscaler: {ASKING}}}"
"""What the identity was called that the autoscaler asks brokers with."""

IN_REDIS = f"""
data: {{redis: {{type: redis, engine: {{statefulset: {{{RESOURCES}}}}}}}}}
services:
  worker:
    image: worker:1.0
    {RESOURCES}
    calls: [redis]
    scaling: {{min: 1, max: 5, cpu: off, queues: {{celery: 10}}}}
"""


def scaler(*overlays: str) -> Json:
    return the(rendered(azure(*overlays), "worker"), "ScaledObject")


def triggers(*overlays: str) -> dict[str, Json]:
    return {trigger["type"]: trigger for trigger in scaler(*overlays)["spec"]["triggers"]}


def test_a_brokers_queue_is_asked_under_its_name_at_the_broker() -> None:
    trigger = triggers(BUS, WORKER)["azure-servicebus"]

    assert trigger["metadata"] == {"namespace": "sb-shop-live", "queueName": "the_jobs", "messageCount": "10"}


def test_the_autoscaler_asks_as_an_identity_of_its_own() -> None:
    documents = rendered(azure(BUS, WORKER, ASKS), "worker")

    authentication = the(documents, "TriggerAuthentication")
    trigger = next(
        item for item in the(documents, "ScaledObject")["spec"]["triggers"] if item["type"] == "azure-servicebus"
    )
    assert authentication["spec"]["podIdentity"] == {"provider": "azure-workload", "identityId": ASKING}
    assert trigger["authenticationRef"]["name"] == authentication["metadata"]["name"]


def test_that_identity_trusts_the_autoscaler_and_the_services_does_not() -> None:
    subjects = [
        item["spec"]["subject"]
        for item in rendered(azure(BUS, WORKER), "cloud")
        if item["kind"] == "FederatedIdentityCredential"
    ]

    assert subjects == ["system:serviceaccount:web:worker", "system:serviceaccount:kube-system:keda-operator"]


def test_where_nothing_scales_by_a_broker_nothing_trusts_the_autoscaler() -> None:
    plain = "services: {worker: {scaling: {queues: null}}}"

    subjects = [
        item["spec"]["subject"]
        for item in rendered(azure(BUS, WORKER, plain), "cloud")
        if item["kind"] == "FederatedIdentityCredential"
    ]

    assert subjects == ["system:serviceaccount:web:worker"]


def test_processor_and_memory_count_beside_the_queue() -> None:
    found = triggers(BUS, WORKER)

    assert found["cpu"]["metadata"] == {"value": "80"}
    assert found["memory"]["metadata"] == {"value": "85"}


def test_a_list_in_a_redis_of_the_cluster_is_asked_without_credentials() -> None:
    trigger = triggers(IN_REDIS)["redis"]

    assert trigger["metadata"] == {
        "address": "redis.web.svc.cluster.local:6379",
        "listName": "celery",
        "listLength": "10",
    }


def test_what_is_worked_on_is_measured_beside_the_length_of_a_list() -> None:
    query = 'sum(celery_queue_length{queue_name="celery"}) + sum(celery_worker_tasks_active)'
    counted = f"services: {{worker: {{scaling: {{backlog: {{celery: '{query}'}}}}}}}}"

    found = triggers(IN_REDIS, counted)

    assert found["prometheus"]["metadata"] == {
        "serverAddress": "http://prometheus-operated.monitoring.svc:9090",
        "query": query,
        "threshold": "10",
        "ignoreNullValues": "false",
    }
    assert found["redis"]["metadata"]["listLength"] == "10"


def test_a_backlog_of_a_queue_that_nobody_follows_is_refused() -> None:
    with pytest.raises(
        ValueError, match="counts the backlog of other, which queues does not name; write other there too"
    ):
        Scaling(min=1, max=2, queues={"jobs": 1}, backlog={"other": "sum(x)"})


def test_the_bounds_are_the_services() -> None:
    spec = scaler(BUS, WORKER)["spec"]

    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 8)
    assert spec["advanced"]["horizontalPodAutoscalerConfig"]["name"] == "worker-hpa"


def test_no_other_autoscaler_fights_over_the_replicas() -> None:
    kinds = {document["kind"] for document in rendered(azure(BUS, WORKER), "worker")}

    assert "HorizontalPodAutoscaler" not in kinds


def test_what_is_rendered_fits_its_schema() -> None:
    documents = [item for item in rendered(azure(BUS, WORKER), "worker") if item["apiVersion"].startswith("keda.sh")]

    assert [schema_problems(document) for document in documents] == [[], []]


def test_a_queue_nobody_holds_is_refused() -> None:
    environment = azure(BUS, WORKER).model_copy(update={"data": {}})

    with pytest.raises(ConstructError, match=r"scales by queue `jobs`, which no broker and no Redis it calls has"):
        list(queue_triggers(environment, "worker"))


def test_a_broker_is_not_asked_as_nobody() -> None:
    props = QueueScalerProps(
        scaling=Scaling(min=1, max=2), queues=[QueueTrigger(trigger={"type": "azure-servicebus"}, signs_in=True)]
    )

    with pytest.raises(ConstructError, match=r"has no identity to ask with; write identity"):
        QueueScaler(a_component(), "autoscaler", "worker", ("apps/v1", "Deployment"), props)


def test_known_hours_raise_the_replicas_beside_the_queue() -> None:
    hours = "{start: 30 7 * * 1-5, end: 0 22 * * 1-5, time_zone: Asia/Seoul, replicas: 3}"

    trigger = triggers(BUS, WORKER, f"services: {{worker: {{scaling: {{hours: {{workdays: {hours}}}}}}}}}")["cron"]

    assert trigger["metadata"] == {
        "timezone": "Asia/Seoul",
        "start": "30 7 * * 1-5",
        "end": "0 22 * * 1-5",
        "desiredReplicas": "3",
    }


def test_hours_alone_are_enough_for_this_autoscaler() -> None:
    hours = "{day: {start: 0 7 * * *, end: 0 19 * * *, replicas: 3}}"

    documents = rendered(
        azure(BUS, WORKER, f"services: {{worker: {{scaling: {{queues: null, hours: {hours}}}}}}}"), "worker"
    )

    assert {item["type"] for item in the(documents, "ScaledObject")["spec"]["triggers"]} == {"cron", "cpu", "memory"}
    assert "HorizontalPodAutoscaler" not in {item["kind"] for item in documents}
