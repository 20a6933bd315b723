"""contract.md: what the platform expects of the programs it runs: where they answer, and which series they expose."""

from __future__ import annotations

from groundplan.facts.metrics import exposed_series
from groundplan.facts.system import System
from groundplan.markdown import document, link, section, table
from groundplan.model.containers import Probe
from groundplan.model.environment import Environment
from groundplan.workloads.job_template import TEMPLATES

PARTS = {"histogram": "_bucket, _sum, _count", "summary": "_sum, _count"}
"""What Prometheus reads of what is not one number."""


def page(system: System) -> str | None:
    """The whole page; none without services."""
    primary = system.primary
    if not primary.services:
        return None
    return document(
        f"{primary.title}: contract with the programs",
        "What alerts, dashboards and autoscalers read is promised here; a series under another name, type or unit is not "
        f"there for them. {link('On call', 'on-call.md')} says what is derived from it.",
        section(
            "Where a program answers", table(["Service", "Port", "Alive", "Ready", "Measured at"], _answers(primary))
        ),
        section("What its image brings", *_brings(primary)),
        section("What it measures", *_measures(primary)),
        section("What it starts", *_starts(primary)),
    )


def _starts(environment: Environment) -> list[str]:
    """What whoever starts a Job adds to its template."""
    rows = [
        (
            name,
            job.started_by,
            f"`{TEMPLATES}/{name}/job.yaml`",
            job.at_once,
            ", ".join(f"`{variable}`, its directory of {store}" for store, variable in job.own_directories.items())
            or "nothing",
        )
        for name, job in environment.started_jobs.items()
    ]
    if not rows:
        return []
    return [
        table(["Job", "Started by", "Template", "At once", "To be set"], rows),
        "The image is one of `images.yaml` beside the template. A directory is a name without slash or dot; a Job without "
        "one is refused. One Job too many is refused as well, and tried again when another one has ended.",
    ]


def _answers(environment: Environment) -> list[tuple[object, ...]]:
    return [
        (
            name,
            service.port or "none",
            _asked(service.probes.live),
            _asked(service.probes.ready),
            f"{service.metrics_path} on {service.scraped_port}" if service.scraped_port is not None else "nowhere",
        )
        for name, service in environment.services.items()
    ]


def _brings(environment: Environment) -> list[str]:
    rows = [(name, f"`{path}`") for name, service in environment.services.items() for path in service.brings]
    if not rows:
        return []
    return [
        table(["Service", "File"], rows),
        "Settings name these files, and the program does not start without them. The workflows look for each in the image before "
        "they push it.",
    ]


def _asked(probe: Probe) -> str:
    return "a command of its own" if probe.command else str(probe.path)


def _measures(environment: Environment) -> list[str]:
    rows: dict[tuple[str, ...], list[str]] = {}
    for name in environment.services:
        for series, one in exposed_series(environment, name).items():
            labels = ", ".join(one.labels) or "none"
            key = (series, one.type, one.unit or "a number", labels, one.says)
            rows.setdefault(key, []).append(name)
    listed = [(*key[:4], ", ".join(names), key[4]) for key, names in sorted(rows.items())]
    if not listed:
        return []
    ends = "; ".join(f"a {kind} is read as {parts}" for kind, parts in PARTS.items())
    return [
        table(["Series", "Type", "Unit", "Own labels", "Exposed by", "What it says"], listed),
        f"A counter starts at 0 for every value of its labels, so that the first increase is seen; {ends}. "
        "Prometheus adds `namespace`, `service`, `pod`, `container`, `job` and `instance`; a label of the program that is "
        "called like one of these arrives as `exported_...`.",
    ]
