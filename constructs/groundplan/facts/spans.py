"""What a service is told so that the way of its requests is known: where spans go, and of which requests.

See https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ .
"""

from __future__ import annotations

from groundplan.kubernetes.namespaces import LOGGING
from groundplan.kubernetes.network_policy import pods, ports
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment

COLLECTOR, GRPC = "traces", 4317


def span_settings(environment: Environment, name: str) -> dict[str, str]:
    """Variables of OpenTelemetry for the service `name`; none where nobody takes spans, and none that it states itself."""
    tracing, service = environment.host_environment.tracing, environment.services[name]
    if tracing is None:
        return {}
    told = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{COLLECTOR}.{LOGGING}.svc:{GRPC}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        "OTEL_PROPAGATORS": "tracecontext,baggage,b3multi",
        "OTEL_SERVICE_NAME": name,
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": str(tracing.sampling),
    }
    stated = {*service.env, *service.config, *service.secrets}
    return {name: value for name, value in told.items() if name not in stated}


def span_egress(environment: Environment) -> list[Json]:
    """The rule that lets spans out; none where nobody takes them."""
    if environment.host_environment.tracing is None:
        return []
    return [{"to": [pods({"app": COLLECTOR}, LOGGING)], "ports": ports(GRPC)}]
