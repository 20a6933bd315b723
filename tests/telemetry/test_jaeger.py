"""What Jaeger is told, and what services are told of it."""

from __future__ import annotations

from typing import Any

import yaml
from rendering import an_environment, rendered, the

from groundplan.facts.spans import COLLECTOR, GRPC
from groundplan.telemetry.names import SPAN_PORTS, TRACES

TRACED = """
namespaces: {logging: {}, log-agents: {pod_security: privileged}}
logging: {elasticsearch: {nodes: 5, copies: 2}}
tracing: {sampling: 0.5, retention: 36h}
services:
  web:
    image: shop/web:v1.0.0
    port: 8080
    replicas: 3
    env: {OTEL_TRACES_SAMPLER_ARG: "1.0"}
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
"""


def told(document: Any) -> Any:
    return yaml.safe_load(document["data"]["config.yaml"])


def test_spans_come_in_and_are_kept_and_found_by_one_name() -> None:
    config = told(the(rendered(an_environment(TRACED), "logging"), "ConfigMap", TRACES))

    backends = config["extensions"]["jaeger_storage"]["backends"]
    assert [config["extensions"]["jaeger_query"]["storage"]["traces"]] == list(backends)
    assert config["exporters"]["jaeger_storage_exporter"]["trace_storage"] in backends
    pipeline = config["service"]["pipelines"]["traces"]
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= set(config[part])
    assert set(config["service"]["extensions"]) == set(config["extensions"])


def test_spans_are_kept_in_as_many_copies_as_logs() -> None:
    config = told(the(rendered(an_environment(TRACED), "logging"), "ConfigMap", TRACES))

    indices = config["extensions"]["jaeger_storage"]["backends"]["spans"]["elasticsearch"]["indices"]
    assert {index["replicas"] for index in indices.values()} == {2}


def test_a_service_is_told_where_spans_go_and_of_which_share() -> None:
    pod = the(rendered(an_environment(TRACED), "web"), "Deployment", "web")["spec"]["template"]["spec"]

    variables = {one["name"]: one.get("value") for one in pod["containers"][0]["env"]}
    assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://traces.logging.svc:4317"
    assert variables["OTEL_SERVICE_NAME"] == "web"
    assert variables["OTEL_TRACES_SAMPLER_ARG"] == "1.0"  # it states its own
    assert (TRACES, SPAN_PORTS["otlp-grpc"]) == (COLLECTOR, GRPC)


def test_who_traces_nothing_is_told_nothing() -> None:
    pod = the(rendered(an_environment(TRACED, "tracing: null"), "web"), "Deployment", "web")["spec"]["template"]["spec"]

    assert not any(one["name"].startswith("OTEL_EXPORTER") for one in pod["containers"][0].get("env", []))
