"""A shop on Azure from a few lines of YAML, and whether what it renders is what Azure's operator takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cdk8s
from tests.support.custom_resources import problems_of
from tests.support.rendering import an_environment

from groundplan.components import Blueprint, plan
from groundplan.model.environment import Environment

Json = dict[str, Any]

GUID = "11111111-2222-3333-4444-555555555555"

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"

BASE = f"""
system: shop
environment: live
title: Shop
owner: {{team: platform, oncall: shop, email: platform@shop.example}}
namespace: web
namespaces: {{web: {{}}}}
delivery: {{repository: {{url: "https://example.com/shop"}}}}
platform:
  azure:
    region: koreacentral
    zones: ["1", "2", "3"]
    subscription: {GUID}
    tenant: {GUID}
    foreign_vault: {{name: kv-shop-live}}
    network:
      cidr: 10.0.0.0/16
      subnets:
        application: {{cidr: 10.0.1.0/24}}
        database: {{cidr: 10.0.2.0/24}}
        cache: {{cidr: 10.0.3.0/24}}
        gateway: {{cidr: 10.0.4.0/24}}
        server: {{cidr: 10.0.5.0/24, delegation: Microsoft.DBforPostgreSQL/flexibleServers}}
cluster:
  name: shop
  kubernetes: "1.32"
  node_pools:
    system: {{instance: Standard_D2s_v3, cpu: 2, memory: 8Gi, min: 3, max: 5}}
    app: {{instance: Standard_D4s_v3, cpu: 4, memory: 16Gi, min: 2, max: 6, taint: {{key: app}}}}
"""
"""A cluster in a network, and nothing on it."""

SECRETS = """
secrets:
  entries:
    login: {type: kubernetes.io/basic-auth, keys: {username: db-user, password: db-password}}
    receivers: {keys: {pager: pager-key, chat: chat-url, team: team-url, hook: hook-url, mail: mail-password}}
"""
"""Where secrets come from."""

SERVER = f"""
{SECRETS}
data:
  orders:
    type: postgres
    version: 16
    database: shop
    owner: shop
    credentials: login
    engine: {{azure-flexible-server: {{storage: 128Gi, sku: Standard_D2s_v3}}}}
"""
"""One rented database."""

CACHE = "data: {cache: {type: redis, engine: {azure-cache: {tier: Standard}}}}"
"""One rented cache."""

STORAGE = "platform: {azure: {storage: {backup: {containers: {backups: 35d}}}}}"
"""A storage account."""

BUS = "data: {bus: {type: broker, queues: {jobs: {name: the_jobs}}, engine: {azure-service-bus: {}}}}"
"""A broker with a queue."""


def azure(*overlays: str) -> Environment:
    """The shop with each overlay merged over it, checked like a file."""
    return an_environment(*overlays, base=BASE)


def introduced(*environments: Environment) -> list[Environment]:
    """The same environments, each knowing the others."""
    known = {item.environment: item for item in environments}
    return [item.with_neighbours({**known}) for item in environments]


def everything(environment: Environment) -> list[Json]:
    """Every object of every component that is rendered here."""
    documents: list[Json] = []
    for part in plan(environment):
        if isinstance(part, Blueprint):
            documents += part.component(cdk8s.App(), environment).documents()
    return documents


def named(documents: list[Json], kind: str) -> dict[str, Json]:
    """Objects of one kind by name."""
    return {item["metadata"]["name"]: item for item in documents if item["kind"] == kind}


def operator_problems(documents: list[Json], *, of: str = ".azure.com") -> list[str]:
    """What is wrong with objects of API groups that end in `of`, by default those of Azure's operator.

    An object of whose kind nothing is recorded is a problem too.
    """
    problems = []
    for document in documents:
        group = document["apiVersion"].partition("/")[0]
        if group.endswith(of):
            found = problems_of(document)
            problems += [f"{document['kind']}: nothing is recorded of {group}"] if found is None else found
    return problems


def references(value: Any) -> list[tuple[str, str, str]]:
    """Group, kind and name of every object of the operator that `value` refers to."""
    if isinstance(value, Mapping):
        found = [references(item) for item in value.values()]
        here = [(value["group"], value["kind"], value["name"])] if {"group", "kind", "name"} <= set(value) else []
        return [*here, *(item for items in found for item in items)]
    if isinstance(value, list):
        return [item for entry in value for item in references(entry)]
    return []
