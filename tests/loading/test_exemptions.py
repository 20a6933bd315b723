from __future__ import annotations

from pathlib import Path

from trees import write

from groundplan.loading.load import load_environment

SYSTEM = """
system: store
title: A store
owner: {team: store, oncall: store}
namespace: shop
namespaces: {shop: {}}
cluster: {name: store, kubernetes: "1.32", node_pools: {}}
platform: {existing: {region: here, zones: [a]}}
delivery: {repository: {url: "https://git.example.com/platform"}}
"""
EXEMPTION = """
exemptions:
  printer: {rule: no-node-port, kind: Service, name: web, owner: store, reason: the office printer knows no host names, expires: "2027-01-01"}
"""


def test_exemptions_of_a_system_hold_in_each_environment(tmp_path: Path) -> None:
    write(tmp_path, "environments/store/system.yaml", SYSTEM)
    write(tmp_path, "environments/store/exemptions.yaml", EXEMPTION)
    write(tmp_path, "environments/store/prod.yaml", "title: The store\n")

    loaded = load_environment(tmp_path, "store", "prod")

    assert loaded.environment.exemptions["printer"].rule == "no-node-port"


def test_an_environment_may_do_without_one(tmp_path: Path) -> None:
    write(tmp_path, "environments/store/system.yaml", SYSTEM)
    write(tmp_path, "environments/store/exemptions.yaml", EXEMPTION)
    write(tmp_path, "environments/store/prod.yaml", "exemptions: {printer: null}\n")

    assert load_environment(tmp_path, "store", "prod").environment.exemptions == {}
