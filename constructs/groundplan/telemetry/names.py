"""Names that several objects of logging agree on, most of them the operator's choice.

See https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/accessing-services .
"""

from __future__ import annotations

from groundplan.kubernetes.objects import Json

ELASTIC_LABELS = {"app.kubernetes.io/name": "elastic-operator"}
"""Pods of the operator."""

NAME = "logs"
"""Elasticsearch, Kibana and Logstash: each is the one of its kind in the namespace."""

SEARCH, VIEWER = "logs-elasticsearch", "logs-kibana"
"""What people call their pods, and the policies about them."""

SEARCH_PODS = {"elasticsearch.k8s.elastic.co/cluster-name": NAME}
"""Pods of Elasticsearch."""

VIEWER_PODS = {"kibana.k8s.elastic.co/name": NAME}
"""Pods of Kibana."""

SEARCH_SERVICE = f"{NAME}-es-http"
VIEWER_SERVICE = f"{NAME}-kb-http"
SEARCH_PORT, TRANSPORT_PORT, VIEWER_PORT = 9200, 9300, 5601

SEARCH_AUTHORITY = f"{NAME}-es-http-certs-public"
"""Secret with `ca.crt` of whoever signs what Elasticsearch shows."""

VIEWER_AUTHORITY = f"{NAME}-kb-http-certs-public"
"""Secret with `ca.crt` of whoever signs what Kibana shows."""

ADMINISTRATOR, ADMINISTRATOR_KEY = f"{NAME}-es-elastic-user", "elastic"
"""Secret with the password of the user `elastic`, and its key."""

POD_CONTEXT: Json = {
    "runAsNonRoot": True,
    "fsGroup": 1000,
    "fsGroupChangePolicy": "OnRootMismatch",
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""The images' user is 1000 of group 0, to which the files in them belong."""

SETUP = "logs-setup"
"""The Job that tells Elasticsearch and Kibana what is kept and shown."""

READER = "logs-reader"
"""Secret with the login of people who look, and change nothing."""

PARSER = "logs-logstash"
"""What people call the pods of Logstash."""

PARSER_PODS = {"logstash.k8s.elastic.co/name": NAME}
"""Pods of Logstash."""

INPUT_SERVICE = f"{NAME}-ls-input"
"""Service at which Logstash is sent logs."""

INPUT_PORTS = {"pods": 8443, "audit": 8444}
"""Whose logs, to the port at which Logstash takes them."""

API_PORT = 9600
"""Port at which Logstash tells how it is."""

AGENT, AGENT_PORT = "logs-agent", 24231
"""What reads logs on each node, and the port of its metrics."""

AUTHORITY = "logs-authority"
"""Who signs what Logstash and the agents show each other."""

TRACES, TRACE_CLEANER = "traces", "traces-cleaner"
"""Jaeger, and what deletes old spans."""

SPAN_PORTS = {"otlp-grpc": 4317, "otlp-http": 4318}
"""Ports at which it is sent spans, by the protocols of OpenTelemetry."""

TRACE_VIEW_PORT = 16686
"""Port at which people look at them."""

EXPORTER = "logs-exporter"
"""What measures Elasticsearch."""

STREAMS = {"pods": "logs-pods", "audit": "logs-audit"}
"""Whose logs, to what every data stream of theirs begins with: type and data set.

See https://www.elastic.co/docs/reference/ecs/ecs-data_stream .
"""
