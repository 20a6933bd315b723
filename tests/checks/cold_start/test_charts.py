"""What charts bring takes part in a cold start: webhooks, controllers, hooks and what their pods mount."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cold_start import a_cold_cluster, a_deployment, component, judge, said
from trees import an_application, an_object, put_delivery, write

from groundplan.chart_facts.facts import ChartFacts, DefinedVersion, Definition
from groundplan.chart_facts.pods import Container, Pod, Volume
from groundplan.chart_facts.release import inputs_of
from groundplan.chart_facts.rights import Role, Rule
from groundplan.chart_facts.store import FOLDER, Entry, write_entries
from groundplan.chart_facts.traffic import Service, ServicePort, Webhook

Json = dict[str, Any]

MADE = """
kinds:
  - of: external-secrets.io/ExternalSecret
    objects: [{kind: Secret, names: ["{spec.target.name}"]}]
"""

POD = Pod(
    "apps/v1", "Deployment", "guard", "guard", (Container("guard", "docker.io/guard:1"),), labels={"app": "guard"}
)
SERVICE = Service("guard", "guard", {"app": "guard"}, (ServicePort(443, "8443"),))
WIDGETS = Definition("example.com", "Widget", "widgets", True, (DefinedVersion("v1"),))
KEEPER = Role("ClusterRole", "guard", (Rule(("update",), ("example.com",), ("widgets/status",)),))
SECRET = an_object(
    "ExternalSecret", "token", "external-secrets.io/v1", namespace="guard", spec={"target": {"name": "token"}}
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "environments/provided.yaml", MADE)
    return a_cold_cluster(tmp_path)


def a_webhook(group: str, *kinds: str, policy: str = "Fail", leaves_out: str = "") -> Webhook:
    rule = {"apiGroups": [group], "resources": [*kinds], "operations": ["CREATE"]}
    selector: Json = {}
    if leaves_out:
        key = {"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": [leaves_out]}
        selector = {"matchExpressions": [key]}
    return Webhook(
        "validating",
        "guard",
        "guard.example.com",
        "guard",
        "guard",
        failure_policy=policy,
        rules=(rule,),
        namespace_selector=selector,
    )


def guard(root: Path, wave: int, facts: ChartFacts) -> None:
    """A chart with those facts, in a namespace that Argo CD makes."""
    source = {"repoURL": "https://charts.example.com", "chart": "guard", "targetRevision": "1.2.3"}
    destination = {"server": "https://kubernetes.default.svc", "namespace": "guard"}
    policy = {"syncOptions": ["CreateNamespace=true"]}
    application = an_application("guard", wave=wave, source=source, destination=destination, syncPolicy=policy)
    put_delivery(root, application)
    (release,) = inputs_of(application, "1.32")
    entry = Entry("guard", "1.2.3", release.release, "guard", "1.32", release.digest, facts=facts)
    write_entries(root, {f"{FOLDER}/store/guard-prod.json": entry})


@pytest.mark.parametrize("webhook", [a_webhook("", "pods", policy="Ignore"), a_webhook("", "pods", leaves_out="guard")])
def test_a_webhook_that_leaves_its_own_pods_alone_is_fine(tree: Path, webhook: Webhook) -> None:
    guard(tree, -30, ChartFacts(pods=(POD,), services=(SERVICE,), webhooks=(webhook,)))
    component(tree, "web", 0, a_deployment())

    assert judge(tree) == ()


def test_a_closed_webhook_that_judges_its_own_pods_never_lets_them_in(tree: Path) -> None:
    guard(tree, -30, ChartFacts(pods=(POD,), services=(SERVICE,), webhooks=(a_webhook("", "pods"),)))

    assert "an answer of the webhook guard.example.com" in said(tree)


@pytest.mark.parametrize(("wave", "good"), [(-40, True), (0, False), (-30, False)])
def test_a_closed_webhook_whose_pods_need_what_it_judges_is_a_circle(tree: Path, wave: int, good: bool) -> None:
    mounts = Pod(
        "apps/v1",
        "Deployment",
        "guard",
        "guard",
        (Container("guard", "docker.io/guard:1"),),
        labels={"app": "guard"},
        volumes=(Volume("t", "secret", "token"),),
    )
    facts = ChartFacts(
        pods=(mounts,), services=(SERVICE,), webhooks=(a_webhook("external-secrets.io", "externalsecrets"),)
    )
    guard(tree, -30, facts)
    component(tree, "tokens", wave, SECRET, an_object("Namespace", "guard", namespace=None))

    assert ["and that for itself" in str(finding) for finding in judge(tree)] == [True] * (not good)


def test_pods_of_a_chart_that_mount_what_a_later_wave_makes_are_a_circle(tree: Path) -> None:
    mounts = Pod(
        "apps/v1", "Deployment", "guard", "guard", (Container("guard", "docker.io/guard:1", secrets=("token",)),)
    )
    guard(tree, -30, ChartFacts(pods=(mounts,)))
    component(tree, "tokens", 0, SECRET)

    assert "Secret guard/token" in said(tree)


def test_pods_of_a_chart_start_without_what_they_may_do_without(tree: Path) -> None:
    mounts = Pod(
        "apps/v1", "Deployment", "guard", "guard", (Container("guard", "docker.io/guard:1", secrets=("token?",)),)
    )
    guard(tree, -30, ChartFacts(pods=(mounts,)))
    component(tree, "tokens", 0, SECRET)

    assert judge(tree) == ()


def test_an_object_waits_for_the_chart_that_looks_after_its_kind(tree: Path) -> None:
    pod = Pod("apps/v1", "Deployment", "guard", "guard", (Container("guard", "docker.io/guard:1", secrets=("made",)),))
    guard(tree, -30, ChartFacts(pods=(pod,), roles=(KEEPER,), definitions=(WIDGETS,)))
    widget = an_object(
        "ExternalSecret", "made", "external-secrets.io/v1", namespace="guard", spec={"target": {"name": "made"}}
    )
    component(tree, "web", -30, an_object("Widget", "w", "example.com/v1"), widget)

    assert judge(tree) == ()


def test_a_hook_of_a_chart_that_mounts_what_the_chart_needs_first_is_found(tree: Path) -> None:
    hook = Pod(
        "batch/v1",
        "Job",
        "guard",
        "prepare",
        (Container("p", "docker.io/p:1", secrets=("token",)),),
        hook="pre-install",
    )
    guard(tree, -30, ChartFacts(pods=(hook,)))
    component(tree, "tokens", 0, SECRET)

    assert "Secret guard/token, which Job guard/prepare mounts" in said(tree)


def test_a_kind_that_a_chart_of_a_later_wave_defines_is_a_circle(tree: Path) -> None:
    guard(tree, 10, ChartFacts(definitions=(WIDGETS,)))
    component(tree, "web", 0, an_object("Widget", "w", "example.com/v1"))

    assert "the kind Widget of example.com" in said(tree)
