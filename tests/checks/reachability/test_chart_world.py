"""What charts bring is part of the network: on the trees and the facts that are committed."""

from dataclasses import replace
from pathlib import Path

import pytest

from groundplan.chart_facts import ChartFacts, Recorded, read_recorded
from groundplan.chart_facts.traffic import NetworkPolicy
from groundplan.checks import gate, reachability
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.checks.reachability.chart_world import ChartWorld, chart_world
from groundplan.loading.load import load_environments


@pytest.fixture(scope="module")
def tree(repository: Path) -> Inventory:
    return read_inventory(repository, only={"tripgen/prod"})


def world(tree: Inventory) -> ChartWorld:
    applications = tree.by_kind["argoproj.io", "Application"]
    return chart_world(applications, lambda item: read_recorded(tree.root).of(item.document, "1.29"))


def test_pods_of_charts_have_their_workload_s_name_and_ports(tree: Inventory) -> None:
    server = next(pods for pods in world(tree).pods if pods.name == "argocd-server")

    assert server.ports["server"] == 8080
    assert server.account == "argocd-server"


def test_policies_of_charts_lie_in_the_file_of_their_application(tree: Inventory) -> None:
    denial = next(policy for policy in world(tree).policies if policy.name == "argocd-default-deny")

    assert denial.path == "argocd/tripgen/prod/applications/Application-argo-cd-prod.yaml"


def test_a_chart_whose_facts_are_not_recorded_brings_nothing(tree: Inventory) -> None:
    applications = tree.by_kind["argoproj.io", "Application"]

    world = chart_world(applications, lambda item: read_recorded(tree.root).of(item.document, "0.1"))

    assert world == ChartWorld(unknown=world.unknown)
    assert len(world.unknown) == sum("chart" in (item.spec.get("source") or {}) for item in applications)


def test_an_argo_cd_that_cuts_itself_off_its_cache_is_found(
    tree: Inventory, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_policies_of_the_cache(root: Path) -> Recorded:
        known = read_recorded(root)
        return Recorded(
            {
                path: replace(entry, facts=replace(entry.facts, network_policies=_others(entry.facts)))
                for path, entry in known.entries.items()
            }
        )

    monkeypatch.setattr(gate, "read_recorded", without_policies_of_the_cache)
    loaded = load_environments(repository, [("tripgen", "prod")])
    found = reachability.run(tree, Context(repository, {"tripgen/prod": loaded[0].environment})).findings

    cut_off = [finding.message for finding in found if "redis-ha" in finding.message]
    assert any(
        "keeps argocd-system/argocd-server from argocd-system/argo-cd-redis-ha-haproxy" in item for item in cut_off
    )


def _others(facts: ChartFacts) -> tuple[NetworkPolicy, ...]:
    return tuple(policy for policy in facts.network_policies if "redis-ha" not in policy.name)
