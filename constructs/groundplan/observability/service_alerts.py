"""Alerts about one service, from what it declares: replicas, autoscaler, objectives."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.model.values import seconds
from groundplan.observability.alert import Alert
from groundplan.observability.shapes import burning, silent


def service_alerts(environment: Environment, name: str, service: Service) -> Iterator[Alert]:
    """Every alert of a service; none where it waits for a failover with no pods."""
    if waits(environment) or service.least_replicas == 0:
        return
    yield from _presence(environment.namespace, name, service)
    yield from _health(environment.namespace, name)
    if service.scaling is not None:
        yield _saturated(environment.namespace, name)
        yield _blind(environment.namespace, name)
    if service.port is not None and service.measures_requests:
        yield from _objectives(environment, name, service)


def replicas(namespace: str, name: str, service: Service) -> tuple[str, str]:
    """Series of the replicas wanted and available; a Rollout is counted by its own controller, not as a Deployment."""
    if service.rollout in ("canary", "blue-green"):
        rollout = f'exported_namespace="{namespace}",name="{name}"'
        return f"rollout_info_replicas_desired{{{rollout}}}", f"rollout_info_replicas_available{{{rollout}}}"
    deployment = f'namespace="{namespace}",deployment="{name}"'
    return (
        f"kube_deployment_spec_replicas{{{deployment}}}",
        f"kube_deployment_status_replicas_available{{{deployment}}}",
    )


def requests_by(environment: Environment, name: str) -> str:
    """Selector of a service's request counter, without closing brace."""
    return f'{environment.observability.request_metrics.requests}{{namespace="{environment.namespace}",service="{name}"'


def _presence(namespace: str, name: str, service: Service) -> Iterator[Alert]:
    if service.scraped_port is not None:
        found_by = "service" if service.port is not None else "container"  # a worker has no Service
        target = f'up{{namespace="{namespace}",{found_by}="{name}"}}'
        yield Alert(
            name="ServiceDown",
            expr=silent(target, worst="sum"),
            severity="critical",
            summary=f"no pod of {name} answers Prometheus",
            action=f"kubectl -n {namespace} get pods -l app={name}; roll the last change back in Argo CD",
            service=name,
        )
    wanted, available = replicas(namespace, name, service)
    yield Alert(
        name="PodsNotReady",
        expr=f"{available} < {wanted}",
        wait="15m",
        summary=f"{name} has run with fewer pods than it should for a quarter of an hour",
        action=f"kubectl -n {namespace} describe pods -l app={name}",
        service=name,
    )


def _health(namespace: str, name: str) -> Iterator[Alert]:
    container = f'namespace="{namespace}",container="{name}"'
    yield Alert(
        name="CrashLooping",
        expr=f"increase(kube_pod_container_status_restarts_total{{{container}}}[15m]) > 3",
        wait="0m",
        severity="critical",
        summary=f"{name} restarts again and again",
        action=f"kubectl -n {namespace} logs -l app={name} --previous",
        service=name,
    )
    yield Alert(
        name="ProbesFailing",
        expr=f'sum by (probe_type) (increase(prober_probe_total{{{container},result="failed"}}[10m])) > 10',
        wait="10m",
        summary=f"probes of {name} fail without a restart helping",
        action=f"kubectl -n {namespace} get events --field-selector reason=Unhealthy",
        service=name,
    )
    periods = "container_cpu_cfs_{}periods_total"
    yield Alert(
        name="CpuThrottled",
        expr=(
            f"sum(rate({periods.format('throttled_')}{{{container}}}[5m]))"
            f" / sum(rate({periods.format('')}{{{container}}}[5m])) > 0.25"
        ),
        wait="15m",
        summary=f"{name} is held back by its CPU limit a quarter of the time",
        action="raise resources.limits.cpu in the environment file, or the number of replicas",
        service=name,
    )


def _saturated(namespace: str, name: str) -> Alert:
    autoscaler = f'namespace="{namespace}",horizontalpodautoscaler="{name}-hpa"'
    return Alert(
        name="AutoscalerAtMaximum",
        expr=(
            f"kube_horizontalpodautoscaler_status_current_replicas{{{autoscaler}}}"
            f" >= kube_horizontalpodautoscaler_spec_max_replicas{{{autoscaler}}}"
        ),
        wait="15m",
        summary=f"{name} runs as many pods as its autoscaler may start",
        action="look whether load or a slow callee drives it; raise scaling.max and the quota if it is load",
        service=name,
    )


def _blind(namespace: str, name: str) -> Alert:
    """See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/#appendix-horizontal-pod-autoscaler-status-conditions ."""
    about = f'namespace="{namespace}",horizontalpodautoscaler="{name}-hpa",condition="ScalingActive",status!="true"'
    return Alert(
        name="AutoscalerBlind",
        expr=f"max(kube_horizontalpodautoscaler_status_condition{{{about}}}) == 1",
        wait="15m",
        summary=f"the autoscaler of {name} has found no measure for a quarter of an hour: it cannot follow the load",
        action=f"kubectl -n {namespace} describe hpa {name}-hpa; then see whether the series it names is exposed and scraped",
        service=name,
    )


def _objectives(environment: Environment, name: str, service: Service) -> Iterator[Alert]:
    promised = service.objectives
    if promised.availability is not None:
        yield from burning(
            name,
            promised.availability,
            lambda window, limit: f"({_error_rate(environment, name, window)}) > {limit}",
        )
    if promised.latency is not None:
        duration = environment.observability.request_metrics.duration
        bucket = f'{duration}_bucket{{namespace="{environment.namespace}",service="{name}"}}'
        yield Alert(
            name="SlowResponses",
            expr=f"histogram_quantile(0.95, sum by (le) (rate({bucket}[5m]))) > {seconds(promised.latency):g}",
            wait="10m",
            summary=f"one request in twenty to {name} takes longer than {promised.latency}",
            action="look at the latency of its callees on the dashboard, then at its saturation",
            service=name,
        )


def _error_rate(environment: Environment, name: str, window: str) -> str:
    series, status = requests_by(environment, name), environment.observability.request_metrics.status
    return f'sum(rate({series},{status}=~"5.*"}}[{window}])) / sum(rate({series}}}[{window}]))'
