"""Environments from a few lines of YAML, what they render, and whether the custom resources are valid."""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from tests.support.custom_resources import problems_of

from groundplan.components import Blueprint, plan
from groundplan.loading.build import build
from groundplan.model.environment import Environment
from groundplan.yaml.marked import parse_marked_yaml
from groundplan.yaml.merge import merge

Json = dict[str, Any]

BASE = """
system: shop
environment: live
title: Shop
owner: {team: platform, oncall: shop}
namespace: web
namespaces: {web: {}}
delivery: {repository: {url: "https://example.com/shop"}}
platform:
  aws:
    region: us-east-1
    zones: [us-east-1a, us-east-1b]
    account: "111122223333"
    buckets: {shop-backups: {}}
    dns: {zone: shop.example}
cluster:
  name: shop
  kubernetes: "1.32"
  node_pools:
    db: {instance: r6i.xlarge, cpu: 4, memory: 32Gi, min: 2, max: 4, taint: {key: dedicated, value: database}}
"""
"""A system with an account, a bucket and a zone, and nothing in it."""


def a_network(first: int) -> str:
    """An overlay with a network 10.<first>.0.0/16: public, app and db subnets in both zones."""
    tiers = [("public", 0), ("app", 10), ("db", 20)]
    subnets = ", ".join(
        f"{tier}-{zone}: {{cidr: 10.{first}.{offset + zone}.0/24, zone: {zone}, tier: {tier}}}"
        for tier, offset in tiers
        for zone in (1, 2)
    )
    return f"platform: {{aws: {{network: {{cidr: 10.{first}.0.0/16, subnets: {{{subnets}}}}}}}}}"


WEST = "cluster: {name: shop-west}\nplatform: {aws: {region: us-west-2, zones: [us-west-2a, us-west-2b]}}"
"""An overlay that puts an environment into another region."""


AZURE = """
platform:
  aws: null
  azure:
    region: koreacentral
    zones: ["1", "2", "3"]
    subscription: 00000000-0000-0000-0000-000000000000
    tenant: 00000000-0000-0000-0000-000000000000
    network:
      cidr: 10.0.0.0/16
      subnets:
        application: {cidr: 10.0.1.0/24}
        database: {cidr: 10.0.2.0/24}
        cache: {cidr: 10.0.3.0/24}
"""
"""Overlay that moves the base to Azure."""


def an_environment(*overlays: str, base: str = BASE) -> Environment:
    """The base with each overlay merged over it, checked like a file."""
    marked = parse_marked_yaml(base, "base.yaml")
    for overlay in filter(str.strip, overlays):
        marked = merge(marked, parse_marked_yaml(overlay, "test.yaml"))
    return build(marked, "test.yaml")


def rendered(environment: Environment, component: str) -> list[Json]:
    """Every object of one component; empty where the environment does not have it."""
    for blueprint in plan(environment):
        if isinstance(blueprint, Blueprint) and blueprint.name == component:
            return list(blueprint.component(cdk8s.App(), environment).documents())
    return []


def the(documents: list[Json], kind: str, name: str | None = None) -> Json:
    """The one object of a kind, or of a kind and name."""
    found = [item for item in documents if item["kind"] == kind and name in (None, item["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} of {kind} {name or ''}: {[item['metadata']['name'] for item in found]}"
    return found[0]


def schema_problems(document: Json) -> list[str]:
    """What the facts of a custom resource's kind say about it; skips the test where there are none."""
    problems = problems_of(document)
    if problems is None:
        pytest.skip(f"nothing is recorded of {document['apiVersion']} {document['kind']}")
    return problems
