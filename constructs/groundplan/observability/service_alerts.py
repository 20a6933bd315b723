"""Alerts about one service, from what it declares: replicas, autoscaler, objectives."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.model.samples import GONE
from groundplan.model.services import Service
from groundplan.model.values import seconds
from groundplan.observability.alert import Alert, Sampled, trial
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
        one, other = (f'up{{namespace="{namespace}",{found_by}="{name}",pod="{name}-{pod}"}}' for pod in "ab")
        yield Alert(
            name="ServiceDown",
            expr=silent(target, worst="sum"),
            severity="critical",
            summary=f"no pod of {name} answers Prometheus",
            action=f"kubectl -n {namespace} get pods -l app={name}; roll the last change back in Argo CD",
            service=name,
            trial=trial({one: 1, other: 0}, {one: 0}, {one: GONE, other: GONE}),
        )
    wanted, available = replicas(namespace, name, service)
    yield Alert(
        name="PodsNotReady",
        expr=f"{available} < {wanted}",
        wait="15m",
        summary=f"{name} has run with fewer pods than it should for a quarter of an hour",
        action=f"kubectl -n {namespace} describe pods -l app={name}",
        service=name,
        trial=trial({wanted: 3, available: 3}, {available: 2}),
    )


def _health(namespace: str, name: str) -> Iterator[Alert]:
    container = f'namespace="{namespace}",container="{name}"'
    pod = f'{container},pod="{name}-a"'
    restarts = f"kube_pod_container_status_restarts_total{{{pod}}}"
    yield Alert(
        name="CrashLooping",
        expr=f"increase(kube_pod_container_status_restarts_total{{{container}}}[15m]) > 3",
        wait="0m",
        severity="critical",
        summary=f"{name} restarts again and again",
        action=f"kubectl -n {namespace} logs -l app={name} --previous",
        service=name,
        trial=trial({restarts: 7}, {restarts: "1/m"}),
    )
    answered, refused = (
        f'prober_probe_total{{{pod},probe_type="Readiness",result="{result}"}}' for result in ("successful", "failed")
    )
    yield Alert(
        name="ProbesFailing",
        expr=f'sum by (probe_type) (increase(prober_probe_total{{{container},result="failed"}}[10m])) > 10',
        wait="10m",
        summary=f"probes of {name} fail without a restart helping",
        action=f"kubectl -n {namespace} get events --field-selector reason=Unhealthy",
        service=name,
        trial=trial({answered: "6/m", refused: 3}, {refused: "6/m"}),
    )
    held, all_of = (f"container_cpu_cfs_{which}periods_total{{{pod}}}" for which in ("throttled_", ""))
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
        trial=trial({held: "60/m", all_of: "600/m"}, {held: "300/m"}),
    )


def _saturated(namespace: str, name: str) -> Alert:
    autoscaler = f'namespace="{namespace}",horizontalpodautoscaler="{name}-hpa"'
    now = f"kube_horizontalpodautoscaler_status_current_replicas{{{autoscaler}}}"
    most = f"kube_horizontalpodautoscaler_spec_max_replicas{{{autoscaler}}}"
    return Alert(
        name="AutoscalerAtMaximum",
        expr=f"{now} >= {most}",
        wait="15m",
        summary=f"{name} runs as many pods as its autoscaler may start",
        action="look whether load or a slow callee drives it; raise scaling.max and the quota if it is load",
        service=name,
        trial=trial({now: 9, most: 10}, {now: 10}),
    )


def _blind(namespace: str, name: str) -> Alert:
    """See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale-walkthrough/#appendix-horizontal-pod-autoscaler-status-conditions ."""
    autoscaler = f'namespace="{namespace}",horizontalpodautoscaler="{name}-hpa",condition="ScalingActive"'
    active, blind, unsure = (
        f'kube_horizontalpodautoscaler_status_condition{{{autoscaler},status="{status}"}}'
        for status in ("true", "false", "unknown")
    )
    return Alert(
        name="AutoscalerBlind",
        expr=f'max(kube_horizontalpodautoscaler_status_condition{{{autoscaler},status!="true"}}) == 1',
        wait="15m",
        summary=f"the autoscaler of {name} has found no measure for a quarter of an hour: it cannot follow the load",
        action=f"kubectl -n {namespace} describe hpa {name}-hpa; then see whether the series it names is exposed and scraped",
        service=name,
        trial=trial({active: 1, blind: 0, unsure: 0}, {active: 0, blind: 1}, {active: 0, unsure: 1}),
    )


def _objectives(environment: Environment, name: str, service: Service) -> Iterator[Alert]:
    promised = service.objectives
    if promised.availability is not None:
        yield from burning(
            name,
            promised.availability,
            lambda window, limit: f"({_error_rate(environment, name, window)}) > {limit}",
            trial(
                _answered(environment, name, well="600/m", badly=0), _answered(environment, name, well=0, badly="600/m")
            ),
        )
    if promised.latency is not None:
        limit = seconds(promised.latency)
        duration = environment.observability.request_metrics.duration
        quick, slow, counted = (
            f'{duration}_bucket{{namespace="{environment.namespace}",service="{name}",le="{le}"}}'
            for le in (f"{limit / 2:g}", f"{limit * 2:g}", "+Inf")
        )
        bucket = f'{duration}_bucket{{namespace="{environment.namespace}",service="{name}"}}'
        yield Alert(
            name="SlowResponses",
            expr=f"histogram_quantile(0.95, sum by (le) (rate({bucket}[5m]))) > {limit:g}",
            wait="10m",
            summary=f"one request in twenty to {name} takes longer than {promised.latency}",
            action="look at the latency of its callees on the dashboard, then at its saturation",
            service=name,
            trial=trial({quick: "600/m", slow: "600/m", counted: "600/m"}, {quick: "500/m"}),
        )


def _answered(environment: Environment, name: str, *, well: float | str, badly: float | str) -> Sampled:
    """Requests that succeed and requests that fail."""
    series, status = requests_by(environment, name), environment.observability.request_metrics.status
    return {f'{series},{status}="200"}}': well, f'{series},{status}="503"}}': badly}


def _error_rate(environment: Environment, name: str, window: str) -> str:
    series, status = requests_by(environment, name), environment.observability.request_metrics.status
    return f'sum(rate({series},{status}=~"5.*"}}[{window}])) / sum(rate({series}}}[{window}]))'
