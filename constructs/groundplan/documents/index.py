"""README.md of a system: what it is, where it runs, what it is made of, and where to read on."""

from __future__ import annotations

from groundplan.documents.kubectl import context
from groundplan.documents.own_parts import own_parts
from groundplan.facts.actors import actors
from groundplan.facts.callees import is_external_host
from groundplan.facts.job_places import job_namespace
from groundplan.facts.standby import stands_in
from groundplan.facts.system import System
from groundplan.layout import (
    argocd_dir,
    compliance_report,
    environment_dir,
    nodes_page,
    pipelines_dir,
    reachability_page,
)
from groundplan.markdown import bullets, document, link, mermaid, section, table
from groundplan.model.environment import Environment
from groundplan.model.jobs import ScheduledJob, StartedJob
from groundplan.page import UP, Page
from groundplan.stores.registry import stores_of


def page(system: System, others: list[Page]) -> str:
    """The whole page, with links to the `others`."""
    primary = system.primary
    return document(
        primary.title,
        primary.description,
        _identity(primary),
        section("Read on", _read_on(system, others)),
        section("Environments", _environments(system)),
        section("Services", _services(primary)),
        section("Jobs", _jobs(primary)),
        section("Who calls whom", _calls(primary)),
        section("Data", _data(primary)),
        section("Beside the model", own_parts(system)),
        section("People", _people(primary)),
    )


def _identity(environment: Environment) -> str:
    """Which document this implements, what it refers to, and how it came to be."""
    origin = environment.document
    if origin is None:
        return ""
    status = f", {origin.status}" if origin.status else ""
    return "\n\n".join(
        [
            f"Specified in: **{origin.title}**, version {origin.version}, last changed {origin.date}{status}.",
            section("Related documents", bullets(origin.related)),
            section("Change history", table(["Version", "Change"], origin.history.items())),
            section("What it set out to achieve", table(["Achievement", "Proved by"], origin.achievements.items())),
        ]
    ).strip()


def _read_on(system: System, others: list[Page]) -> str:
    lines = [f"{link(other.title, other.file)}: {other.about}" for other in others]
    if any(environment.has_workloads for environment in system.environments):
        lines.append(
            f"{link('Reachability', reachability_page(system.name).name)}: who talks to whom, as policies have it"
        )
    if system.clusters:
        lines.append(f"{link('Nodes', nodes_page(system.name).name)}: what stands on them, and what is left")
    if system.primary.document is not None:  # what implements a specification has requirements
        lines.append(f"{link('Compliance', compliance_report(system.name).name)}: each requirement and what proves it")
    if system.primary.pipelines is not None:
        folder = f"{UP}/{pipelines_dir(system.name)}/.github/workflows"
        lines.append(f"{link('Pipelines', folder)}: the workflows of the repository with the code")
    return bullets(lines)


def _environments(system: System) -> str:
    return table(
        ["Environment", "Stage", "Role", "Cluster", "Region", "Kubernetes", "Manifests", "Applications"],
        [
            (
                item.environment,
                item.stage,
                f"{item.role}{', standby' if stands_in(item) else ''}",
                context(system.cluster_of(item)),
                item.region,
                item.cluster.kubernetes,
                link("dist", f"{UP}/{environment_dir(item.system, item.environment)}"),
                link("argocd", f"{UP}/{argocd_dir(item.system, item.environment)}"),
            )
            for item in system.environments
        ],
    )


def _services(environment: Environment) -> str:
    return table(
        ["Service", "What it does", "Port", "Replicas", "CPU", "Memory", "Image"],
        [
            (
                name,
                service.description,
                service.port or "none",
                f"{service.least_replicas} to {service.most_replicas}" if service.scaling else service.least_replicas,
                f"{service.resources.requests.cpu} to {service.resources.limits.cpu}",
                f"{service.resources.requests.memory} to {service.resources.limits.memory}",
                f"`{service.image}`",
            )
            for name, service in environment.services.items()
        ],
    )


def _jobs(environment: Environment) -> str:
    rows = [
        (name, job.description, _starts(job), job_namespace(environment, job), job.at_once, job.timeout)
        for name, job in environment.jobs.items()
    ]
    return table(["Job", "What it does", "Started by", "Namespace", "At once", "Longest"], rows)


def _starts(job: StartedJob | ScheduledJob) -> str:
    return job.started_by if isinstance(job, StartedJob) else f"`{job.schedule.at}`, {job.schedule.zone}"


def _calls(environment: Environment) -> str:
    """The graph that network policies are derived from, so that the picture is what is enforced."""
    lines = ["flowchart LR"]
    lines += [f'  {name}["{name}"]' for name in environment.services]
    lines += [f'  {name}[("{name}")]' for name in environment.data]
    lines += [f'  {name}[/"{name}"/]' for name in environment.scheduled_jobs]
    callers = actors(environment)
    hosts = sorted({callee for item in callers for callee in item.calls if is_external_host(callee)})
    names = {host: f"outside{number}" for number, host in enumerate(hosts, 1)}
    lines += [f'  {names[host]}(["{host}"])' for host in hosts]
    lines += [f"  {item.name} --> {names.get(callee, callee)}" for item in callers for callee in item.calls]
    return mermaid(*lines) if callers else ""


def _data(environment: Environment) -> str:
    rows = [
        (name, it.what, it.run_by, it.how, it.size)
        for name, store in stores_of(environment).items()
        for it in [store.pages().description()]
    ]
    return table(["Store", "What", "Run by", "How", "Size"], rows)


def _people(environment: Environment) -> str:
    owner = environment.owner
    mail = f" ({owner.email})" if owner.email else ""
    return f"Owner: {owner.team}{mail}. On call: {owner.oncall}."
