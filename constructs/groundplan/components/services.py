"""One component for each service of the team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from groundplan.addons.notifications import subscriptions
from groundplan.autoscaling.queues import queue_triggers
from groundplan.blueprint import Blueprint
from groundplan.facts.replicas import least_replicas, promised_replicas
from groundplan.facts.spans import span_egress, span_settings
from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.networking.endpoints import monitoring
from groundplan.networking.service_peers import egress, kubernetes_api, sources
from groundplan.networking.service_policy import ServicePolicyProps
from groundplan.parts import Component, Json
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import handed_to
from groundplan.waves import SyncWave
from groundplan.workloads.callee_urls import authorities_of, urls_of
from groundplan.workloads.graceful_stop import drain_seconds
from groundplan.workloads.progressive import ReleaseProps
from groundplan.workloads.service_pod import ServicePodProps
from groundplan.workloads.web_service import WebService, WebServiceProps


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component per service, all in one wave: services must start in any order."""
    if not environment.has_workloads:
        return
    for name, service in environment.services.items():
        yield Blueprint(
            name=name,
            wave=SyncWave.SERVICES,
            namespace=environment.namespace,
            build=partial(_build, environment, name, service),
        )


def _build(environment: Environment, name: str, service: Service, component: Component) -> None:
    WebService(component, name, web_service_props(environment, name, service))


def web_service_props(environment: Environment, name: str, service: Service) -> WebServiceProps:
    """What the environment makes of the service `name`.

    Raises:
        ConstructError: where nobody has the URL, the queue or the network that it needs.
    """
    calls = egress(environment, service.calls, rights=bool(service.cloud_access))
    api = [kubernetes_api(environment)] if service.kubernetes_access or environment.jobs_of(name) else []
    return WebServiceProps(
        pod=_pod(environment, name, service),
        policy=ServicePolicyProps(
            port=service.scraped_port,
            sources=_sources(environment, name, service),
            egress=[*calls, *api, *span_egress(environment)],
        ),
        calls=calls,
        queues=() if waits(environment) else tuple(queue_triggers(environment, name)),
        replicas=least_replicas(environment, name),
        promised=promised_replicas(environment, name),
        release=_release(environment, name),
        recommends_size=environment.host_environment.cluster.right_sizing and not waits(environment),
        standby=waits(environment),
        comes_and_goes=environment.recovery is not None,
    )


def _sources(environment: Environment, name: str, service: Service) -> Sequence[Json]:
    """Whoever asks a service; a worker is asked by Prometheus alone."""
    if service.port is not None:
        return sources(environment, name, service)
    return [monitoring(environment)] if service.metrics_port is not None and environment.parts.monitoring else []


def _pod(environment: Environment, name: str, service: Service) -> ServicePodProps:
    return ServicePodProps(
        service=service,
        handed=handed_to(environment, name, service.calls),
        system=environment.system,
        priorities=environment.priorities,
        kubernetes=environment.cluster.kubernetes,
        image=environment.image(service.image),
        step_images={step.name: environment.image(step.image) for step in service.init if step.image is not None},
        identity=platform_of(environment).pod_identity(service.identity, rights=bool(service.cloud_access)),
        taints=platform_of(environment).taints,
        jobs=environment.jobs_of(name),
        urls={**span_settings(environment, name), **urls_of(environment, name, service)},
        authorities=authorities_of(environment, service),
        drain=drain_seconds(environment, name),
    )


def _release(environment: Environment, name: str) -> ReleaseProps:
    rollouts = environment.rollouts
    return ReleaseProps(
        canary=rollouts.canary,
        blue_green=rollouts.blue_green,
        asks=environment.stage == "production",
        routes=_routes(environment, name),
        prometheus=environment.prometheus_url,
        annotations=subscriptions(environment.observability.receivers, rollouts.notify),
    )


def _routes(environment: Environment, name: str) -> dict[str, list[str]]:
    """Public host to the paths that lead to the service, longest first."""
    found = {
        host: [path for path, route in exposed.longest_first if route.service == name]
        for host, exposed in environment.public_hosts.items()
    }
    return {host: paths for host, paths in found.items() if paths}
