"""The admission gate: a constraint that would refuse what a chart of its cluster brings is found before it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_application, an_object, inventory, put, put_delivery

from groundplan.chart_facts.facts import ChartFacts
from groundplan.chart_facts.pods import Container, Pod
from groundplan.chart_facts.release import inputs_of
from groundplan.chart_facts.rights import Role, Rule
from groundplan.chart_facts.store import FOLDER, Entry, write_entries
from groundplan.checks.admission import run
from groundplan.checks.gate import NotJudged, Verdict

OWN = Container("web", "docker.io/web:1", security={"privileged": True})
POD = Pod("apps/v1", "Deployment", "web-system", "web", (OWN,))
ROLE = Role("ClusterRole", "web", (Rule(("*",), ("*",), ("*",)),), labels={"heritage": "Helm"})
FACTS = ChartFacts(pods=(POD,), roles=(ROLE,))


def a_constraint(kind: str, group: str, *kinds: str, action: str = "deny", **match: Any) -> dict[str, Any]:
    spec = {
        "enforcementAction": action,
        "match": {"kinds": [{"apiGroups": [group], "kinds": [*kinds]}], **match},
        "parameters": {"exempt": []},
    }
    return an_object(kind, kind.lower(), "constraints.gatekeeper.sh/v1beta1", namespace=None, spec=spec)


def privileged(**match: Any) -> dict[str, Any]:
    return a_constraint("NoPrivilegedContainer", "apps", "Deployment", **match)


def wildcard(**match: Any) -> dict[str, Any]:
    return a_constraint("NoWildcardRole", "rbac.authorization.k8s.io", "ClusterRole", **match)


def judge(root: Path, constraint: dict[str, Any], facts: ChartFacts | None = FACTS) -> Verdict:
    source = {"repoURL": "https://charts.example.com", "chart": "web", "targetRevision": "1.2.3"}
    application = an_application(source=source)
    put_delivery(root, application)
    put(root, constraint, "policy")
    (release,) = inputs_of(application, "1.32")
    entry = Entry("web", "1.2.3", release.release, "shop", "1.32", release.digest, facts=facts or ChartFacts())
    write_entries(root, {f"{FOLDER}/store/web-prod.json": entry} if facts is not None else {})
    return run(inventory(root), a_context(root))


def test_a_pod_that_a_constraint_would_refuse_is_found_at_the_constraint(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, privileged()).findings

    assert finding.rule == "admission.chart"
    assert finding.location.file.endswith("NoPrivilegedContainer-noprivilegedcontainer.yaml")
    assert "refuses Deployment web of web: no container is privileged: web" in finding.message


def test_a_cluster_wide_role_is_not_excluded_by_its_charts_namespace(tmp_path: Path) -> None:
    assert len(judge(tmp_path, wildcard(excludedNamespaces=["web-system", "shop"])).findings) == 1


@pytest.mark.parametrize(
    "constraint",
    [
        privileged(excludedNamespaces=["web-system"]),
        privileged(action="warn"),
        wildcard(labelSelector={"matchExpressions": [{"key": "heritage", "operator": "NotIn", "values": ["Helm"]}]}),
        a_constraint("NoPrivilegedContainer", "apps", "StatefulSet"),
    ],
)
def test_what_a_constraint_does_not_refuse_is_no_finding(tmp_path: Path, constraint: dict[str, Any]) -> None:
    assert judge(tmp_path, constraint) == Verdict(1)


def test_a_chart_without_facts_is_not_judged(tmp_path: Path) -> None:
    verdict = judge(tmp_path, privileged(), None)

    assert (verdict.judged, [item.count for item in verdict.not_judged]) == (0, [1])
    assert isinstance(verdict.not_judged[0], NotJudged)


def an_issuer(**ingress: Any) -> dict[str, Any]:
    spec = {"acme": {"solvers": [{"http01": {"ingress": {"ingressClassName": "nginx", **ingress}}}]}}
    return an_object("Issuer", "acme", "cert-manager.io/v1", spec=spec)


def ports_on_nodes() -> dict[str, Any]:
    return a_constraint("NoNodePort", "", "Service")


def plain_ways_in(*exempt: dict[str, str]) -> dict[str, Any]:
    constraint = a_constraint("IngressTls", "networking.k8s.io", "Ingress")
    constraint["spec"]["parameters"] = {"exempt": list(exempt)}
    return constraint


@pytest.mark.parametrize(
    ("constraint", "what"),
    [(ports_on_nodes(), "a Service that NoNodePort"), (plain_ways_in(), "an Ingress that IngressTls")],
)
def test_what_a_controller_makes_and_a_constraint_refuses_is_found_at_its_cause(
    tmp_path: Path, constraint: dict[str, Any], what: str
) -> None:
    put(tmp_path, an_issuer())

    (finding,) = judge(tmp_path, constraint, ChartFacts()).findings

    assert finding.rule == "admission.made-later"
    assert finding.location.file.endswith("Issuer-acme.yaml")
    assert what in finding.message


def test_an_authority_is_answered_where_the_constraints_let_it_be(tmp_path: Path) -> None:
    put(tmp_path, an_issuer(serviceType="ClusterIP"))
    exempt = {"kind": "Ingress", "namespace": "shop", "prefix": "cm-acme-http-solver-"}

    assert judge(tmp_path / "ports", ports_on_nodes(), ChartFacts()).findings == ()
    assert judge(tmp_path, plain_ways_in(exempt), ChartFacts()).findings == ()


def registries(*allowed: str) -> dict[str, Any]:
    constraint = a_constraint("AllowedRegistry", "", "Pod")
    constraint["spec"]["parameters"] = {"exempt": [], "registries": [*allowed]}
    return constraint


def test_the_pod_that_answers_an_authority_comes_from_an_allowed_registry_or_is_found(tmp_path: Path) -> None:
    put(tmp_path, an_issuer(serviceType="ClusterIP"))
    mirrored = ChartFacts(
        pods=(
            Pod(
                "apps/v1",
                "Deployment",
                "cert-manager",
                "cert-manager",
                (Container("x", "y", arguments=("--acme-http01-solver-image=mirror.example.com/solver:v1",)),),
            ),
        )
    )

    (finding,) = judge(tmp_path, registries("mirror.example.com/"), ChartFacts()).findings

    assert "quay.io/jetstack/cert-manager-acmesolver" in finding.message
    assert judge(tmp_path, registries("mirror.example.com/"), mirrored).findings == ()


def test_a_database_whose_archiver_asks_for_nothing_is_found_where_bounds_are_demanded(tmp_path: Path) -> None:
    bounds = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
    plugin = {"name": "barman-cloud.cloudnative-pg.io", "parameters": {"barmanObjectName": "archive"}}
    spec = {"instances": 1, "resources": bounds, "plugins": [plugin]}
    put(tmp_path, an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec=spec))

    (finding,) = judge(tmp_path, a_constraint("RequestsAndLimits", "", "Pod"), ChartFacts()).findings

    assert finding.rule == "admission.made-later"
    assert "plugin-barman-cloud" in finding.message


def test_what_is_made_of_a_workload_that_the_constraint_judges_itself_is_left_to_it(tmp_path: Path) -> None:
    put(tmp_path, an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": {"containers": []}}}))
    both = a_constraint("OwnServiceAccount", "", "Pod")
    alone = judge(tmp_path, both, ChartFacts()).findings
    both["spec"]["match"]["kinds"].append({"apiGroups": ["apps"], "kinds": ["Deployment"]})

    assert [finding.rule for finding in alone] == ["admission.made-later"]
    assert judge(tmp_path, both, ChartFacts()).findings == ()
