"""What the pipelines chapter names and waits for: services that there are, and an Argo CD that says what runs."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.rules.problem import Problem, unknown

GITHUB = "github.com"
"""Host of the repositories whose commits have statuses."""


def services_exist(environment: Environment) -> Iterator[Problem]:
    """What is built is a service."""
    if environment.pipelines is not None:
        for name in environment.pipelines.services:
            if name not in environment.services:
                yield unknown(("pipelines", "services", name), "missing-service", "service", name, environment.services)


def releases_are_reported(environment: Environment) -> Iterator[Problem]:
    """Workflows wait for what Argo CD says at GitHub, because nothing outside reaches it."""
    pipelines, delivery = environment.pipelines, environment.delivery
    if pipelines is None or not environment.has_workloads or delivery.windows:
        return
    if delivery.reports is None:
        what = "deploy, and nothing tells their workflows when a version runs"
        advice = "write delivery.reports: {app: <id>, installation: <id>, secret: <secret>/<key>}"
        yield ("pipelines", "services"), "release-unheard", what, advice
    elif GITHUB not in delivery.repository.url:
        what = f"is not at {GITHUB}, where statuses are written"
        yield ("delivery", "repository", "url"), "report-elsewhere", what, "remove delivery.reports, or move it"


def report_key_exists(environment: Environment) -> Iterator[Problem]:
    """The key of the App is one of the secret's, drawn from the vault."""
    reports = environment.delivery.reports
    entries = environment.secrets.entries if environment.secrets is not None else {}
    if reports is not None and environment.has_cluster:
        secret, _, key = reports.secret.partition("/")
        if secret in entries and key not in entries[secret].keys:
            what = f"key in secret {secret} called"
            yield unknown(("delivery", "reports", "secret"), "missing-secret-key", what, key, entries[secret].keys)


PIPELINE_RULES = (services_exist, releases_are_reported, report_key_exists)
