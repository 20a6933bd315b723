"""architecture.md: where a system runs and how requests and changes travel through it."""

from __future__ import annotations

from groundplan.documents.kubectl import context
from groundplan.facts.system import System
from groundplan.markdown import document, mermaid, section, table
from groundplan.model.containers import Probe
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.platforms.pages import pages_of


def page(system: System) -> str:
    """The whole page."""
    return document(
        f"{system.primary.title}: architecture",
        "Every picture and figure here is derived from the environment files that the manifests are derived from.",
        section("Where it runs", _places(system), _networks(system)),
        section("How a request comes in", _requests(system)),
        section("How a change comes in", _changes(system)),
        section("Nodes", _nodes(system)),
        section("Scaling", _scaling(system.primary)),
        section("Health", *([_HEALTH, _health(system.primary)] if system.primary.services else [])),
    )


def _places(system: System) -> str:
    lines = ["flowchart TB"]
    for cluster in system.clusters:
        key = _key("cluster", cluster)
        lines.append(
            f'  subgraph {key}["{cluster.region}: cluster {context(cluster)}, Kubernetes {cluster.cluster.kubernetes}"]'
        )
        for tenant in system.environments:
            if system.cluster_of(tenant) is cluster:
                lines += [
                    f'    {_key("namespace", tenant)}_{name.replace("-", "_")}["namespace {name}"]'
                    for name in tenant.namespaces
                ]
        lines.append("  end")
    for environment in system.promotions:
        standby = system.standby_of(environment)
        if standby is not None:
            lines.append(
                f"  {_namespace(environment)} -. database and buckets are replicated .-> {_namespace(standby)}"
            )
    return mermaid(*lines)


def _key(kind: str, environment: Environment) -> str:
    return f"{kind}_{environment.environment.replace('-', '_')}"


def _namespace(environment: Environment) -> str:
    return f"{_key('namespace', environment)}_{environment.namespace.replace('-', '_')}"


def _networks(system: System) -> str:
    return "\n\n".join(filter(None, (pages_of(environment).network(environment) for environment in system.clusters)))


def _requests(system: System) -> str:
    lines = ["flowchart LR", '  users(["users"])']
    for environment in system.promotions:
        if environment.ingress is None:
            continue
        for number, (host, exposed) in enumerate(environment.public_hosts.items()):
            entry = f"{_key('host', environment)}{number}"
            lines.append(f'  users -->|HTTPS| {entry}["{host} ({environment.ingress.type})"]')
            lines += [
                f'  {entry} -->|"{path}"| {_key("service", environment)}_{route.service.replace("-", "_")}'
                f'["{route.service} in {environment.environment}"]'
                for path, route in exposed.routes.items()
            ]
    return mermaid(*lines) if len(lines) > 2 else "Nothing of it can be reached from outside its clusters."


def _changes(system: System) -> str:
    repository = system.primary.delivery.repository
    lines = [
        "flowchart LR",
        '  person(["a person"]) -->|pull request| files["environments/"]',
        '  files -->|make| tree["dist/ and argocd/"]',
        f'  tree -->|merge| git["{repository.url.partition("://")[2] or repository.url}, {repository.revision}"]',
    ]
    lines += [
        f'  git -->|Argo CD of {context(item)}| {_key("cluster", item)}["cluster {context(item)}"]'
        for item in system.clusters
    ]
    return mermaid(*lines)


def _nodes(system: System) -> str:
    rows = [
        (
            environment.environment,
            name,
            pool.instance,
            f"{pool.min} to {pool.max}",
            pool.cpu,
            pool.memory,
            f"{pool.taint.key}={pool.taint.value}:{pool.taint.effect}" if pool.taint else "none",
        )
        for environment in system.clusters
        for name, pool in environment.cluster.node_pools.items()
    ]
    return table(["Environment", "Pool", "Machine", "Nodes", "CPU", "Memory", "Taint"], rows)


def _scaling(environment: Environment) -> str:
    rows = [(name, *_scaling_row(service)) for name, service in environment.services.items()]
    return table(["Service", "Replicas", "Scales on", "Up", "Down"], rows)


def _scaling_row(service: Service) -> tuple[str, str, str, str]:
    scaling = service.scaling
    if scaling is None:
        return str(service.least_replicas), "nothing", "", ""
    signals = [f"CPU {scaling.cpu} %" if scaling.cpu else "", f"memory {scaling.memory} %" if scaling.memory else ""]
    signals += [f"{name} {metric.average}" for name, metric in scaling.metrics.items()]
    speeds = [
        " or ".join(
            filter(None, [f"{step.percent} %" if step.percent else "", f"{step.pods} pods" if step.pods else ""])
        )
        + f" per {step.period}, after {step.window}"
        for step in (scaling.up, scaling.down)
    ]
    return f"{scaling.min} to {scaling.max}", ", ".join(filter(None, signals)), speeds[0], speeds[1]


_HEALTH = (
    "A pod that fails its liveness check is restarted; one that fails its readiness check gets no traffic until it "
    "passes again. Services that say nothing of their own have the platform's standard."
)


def _health(environment: Environment) -> str:
    rows = [
        (name, _check(service.probes.live), _check(service.probes.ready))
        for name, service in environment.services.items()
        if service.port or service.health_port or service.probes.live.command
    ]
    return table(["Service", "Restarted when", "Out of traffic when"], rows)


def _check(probe: Probe) -> str:
    check = f"GET {probe.path}" if probe.path is not None else f"`{' '.join(probe.command)}`"
    return f"{check} fails {probe.failures} times, {probe.period} apart, from {probe.delay} on"
