"""Flows that environments declare and rendered objects ask for, against the policies of both ends."""

from pathlib import Path

import pytest
from reachable import API, DNS, TOLD, TREE, WEB, Json, a_policy, a_service, a_shop, a_workload, judge, on, pods
from trees import an_object

from groundplan.errors import Finding


def messages(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(
        f"{finding.location.file.rpartition('/')[2]}: {finding.rule}: {finding.message}" for finding in findings
    )


def test_a_call_that_both_sides_admit_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, *TREE, WEB, API) == ()


def test_without_policies_everything_gets_through(tmp_path: Path) -> None:
    assert judge(tmp_path, *TREE) == ()


def test_a_caller_that_may_not_send_is_found_at_its_policy(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, a_policy("web", [], [DNS]), API)

    assert messages(found) == [
        "NetworkPolicy-web.yaml: reachability.egress: keeps shop/web from shop/api on port 8080, "
        "but `api` is among services.web.calls"
    ]


def test_a_callee_that_admits_nobody_is_found_at_its_policy(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, WEB, a_policy("api", [], [DNS]))

    assert [finding.rule for finding in found] == ["reachability.ingress"]


def test_a_wrong_port_is_found_at_the_end_that_has_it(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, WEB, a_policy("api", [{"from": [pods("web")], "ports": on(8081)}], [DNS]))

    assert {(item.location.file.rpartition("/")[2], item.rule) for item in found} == {
        ("NetworkPolicy-api.yaml", "reachability.ingress"),
        ("NetworkPolicy-api.yaml", "reachability.undeclared"),
    }


def test_pods_that_cannot_resolve_names_are_found(tmp_path: Path) -> None:
    over_tcp = {**DNS, "ports": [{"protocol": "TCP", "port": 53}]}

    found = judge(tmp_path, *TREE, WEB, a_policy("api", [{"from": [pods("web")], "ports": on(8080)}], [over_tcp]))

    assert ["names are resolved" in finding.message for finding in found] == [True]


@pytest.mark.parametrize(
    ("peer", "whom"),
    [
        ({"namespaceSelector": {}}, "other/app=stranger"),
        ({"podSelector": {}}, "shop/api"),
        ({"ipBlock": {"cidr": "10.0.0.0/8"}}, "10.0.0.0/8"),
    ],
)
def test_whom_a_policy_admits_without_a_call_is_found(tmp_path: Path, peer: Json, whom: str) -> None:
    found = judge(tmp_path, *TREE, WEB, a_policy("api", [{"from": [pods("web"), peer], "ports": on(8080)}], [DNS]))

    assert [finding.rule for finding in found] == ["reachability.undeclared"]
    assert whom in found[0].message


def test_a_rule_for_everybody_is_found(tmp_path: Path) -> None:
    found = judge(tmp_path, *TREE, WEB, a_policy("api", [{"ports": on(8080)}], [DNS]))

    assert ["admits packets from everybody, which nothing declares" in item.message for item in found] == [True]


def test_the_internet_is_admitted_only_where_a_host_outside_is_called(tmp_path: Path) -> None:
    outside = {
        "to": [
            {
                "ipBlock": {
                    "cidr": "0.0.0.0/0",
                    "except": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.169.254/32"],
                }
            }
        ],
        "ports": on(443),
    }
    web = a_policy("web", [], [DNS, {"to": [pods("api")], "ports": on(8080)}, outside])
    calling = a_shop(
        web={
            **a_shop().services["web"].model_dump(by_alias=True, exclude_unset=True),
            "calls": ["api", "pay.example.com"],
        }
    )

    without = judge(tmp_path / "without", *TREE, web, API)
    with_call = judge(tmp_path / "with", *TREE, web, API, environment=calling)

    assert [finding.rule for finding in without] == ["reachability.undeclared"]
    assert with_call == ()


def test_a_rule_for_the_internet_that_lets_private_addresses_through_is_found(tmp_path: Path) -> None:
    wide = {"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": on(443)}
    calling = a_shop(
        web={
            **a_shop().services["web"].model_dump(by_alias=True, exclude_unset=True),
            "calls": ["api", "pay.example.com"],
        }
    )

    found = judge(
        tmp_path,
        *TREE,
        a_policy("web", [], [DNS, {"to": [pods("api")], "ports": on(8080)}, wide]),
        API,
        environment=calling,
    )

    assert [finding.rule for finding in found] == ["reachability.undeclared"]


def test_what_a_monitor_selects_must_admit_prometheus(tmp_path: Path) -> None:
    monitor = an_object(
        "ServiceMonitor",
        "api",
        "monitoring.coreos.com/v1",
        spec={"selector": {"matchLabels": {"app": "api"}}, "endpoints": [{"port": "http"}]},
    )

    found = judge(tmp_path, *TREE, WEB, API, monitor)

    assert ["ServiceMonitor api has it scraped" in finding.message for finding in found] == [True]


def test_an_address_in_a_setting_is_a_flow_even_where_no_call_declares_it(tmp_path: Path) -> None:
    told = a_workload("web", **TOLD, OTHER="http://orders:8080")
    orders = [a_workload("orders"), a_service("orders"), a_policy("orders", [], [DNS])]

    found = judge(tmp_path, *[item for item in TREE if item != a_workload("web", **TOLD)], told, *orders, WEB, API)

    assert {finding.rule for finding in found} == {"reachability.egress", "reachability.ingress"}
    assert all("Deployment web tells it orders" in finding.message for finding in found)


def test_a_database_is_found_behind_the_service_its_operator_makes(tmp_path: Path) -> None:
    database = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"instances": 2})
    guard = a_policy("db", [], [DNS])
    guard["spec"]["podSelector"] = {"matchLabels": {"cnpg.io/cluster": "db"}}
    told = a_workload("web", **TOLD, PGHOST="db-rw", PGPORT="5432")

    found = judge(tmp_path, *[item for item in TREE if item != a_workload("web", **TOLD)], told, database, guard, API)

    assert [line.rpartition(": ")[2].partition(", but")[0] for line in messages(found)] == [
        "keeps shop/cnpg.io/cluster=db from the API server on port 443",
        "keeps shop/web from shop/cnpg.io/cluster=db on port 5432",
    ]


def test_a_rollout_s_controller_may_ask_the_version_that_its_analysis_names(tmp_path: Path) -> None:
    template = an_object(
        "AnalysisTemplate",
        "api",
        "argoproj.io/v1alpha1",
        spec={"metrics": [{"name": "ready", "provider": {"web": {"url": "http://api.shop.svc:8080/ready"}}}]},
    )
    controller = an_object(
        "Deployment",
        "argo-rollouts",
        "apps/v1",
        namespace="other",
        spec={
            "template": {
                "metadata": {"labels": {"app.kubernetes.io/name": "argo-rollouts"}},
                "spec": {"containers": []},
            }
        },
    )

    found = judge(tmp_path, *TREE, WEB, API, template, controller)

    assert ["AnalysisTemplate api asks it" in finding.message for finding in found] == [True]


def test_a_service_that_nothing_tells_where_its_callee_is_is_found(tmp_path: Path) -> None:
    silent = [item for item in TREE if item != a_workload("web", **TOLD)]

    found = judge(tmp_path, *silent, a_workload("web"), WEB, API)

    assert [finding.rule for finding in found] == ["reachability.untold"]
    assert "calls api, and no setting tells it where that is" in found[0].message
