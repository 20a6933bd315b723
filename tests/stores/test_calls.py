"""A store of every kind and engine can be called, or the call is refused at its line."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import SECRETS, azure
from tests.support.rendering import rendered, the

from groundplan.errors import EnvironmentFileError
from groundplan.stores.registry import ENGINES

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"

STORES = {
    ("broker", "azure-service-bus"): "{}",
    ("files", "azure-files"): "{}",
    ("files", "csi"): "{storage_class: efs}",
    ("kafka", "strimzi"): f"{{storage: 1Gi, {RESOURCES}}}",
    ("postgres", "azure-flexible-server"): "{storage: 32Gi}",
    ("postgres", "cloudnative-pg"): f"{{storage: 1Gi, {RESOURCES}}}",
    ("redis", "azure-cache"): "{}",
    ("redis", "redis-cluster"): f"{{credentials: login, {RESOURCES}}}",
    ("redis", "redis-sentinel"): f"{{credentials: login, {RESOURCES}}}",
    ("redis", "statefulset"): f"{{{RESOURCES}}}",
}
"""Type and engine to the least settings."""

OF_KIND = {
    "kafka": "version: 4.3.1, topics: {events: {writers: [web]}}, ",
    "postgres": "version: 16, credentials: login, ",
    "files": "size: 100Gi, ",
}


def shop(kind: str, engine: str) -> str:
    return f"""
stage: staging
platform: {{azure: {{storage: {{main: {{kind: FileStorage, sku: Premium_LRS}}}}}}}}
services: {{web: {{image: "shop/web:v1", port: 8080, {RESOURCES}, calls: [it]}}}}
data: {{it: {{type: {kind}, {OF_KIND.get(kind, "")}engine: {{{engine}: {STORES[kind, engine]}}}}}}}
"""


def test_every_engine_is_tried() -> None:
    assert set(STORES) == set(ENGINES)


@pytest.mark.parametrize(("kind", "engine"), [key for key in STORES if key[0] != "files"])
def test_a_caller_is_let_out_to_it(kind: str, engine: str) -> None:
    environment = azure(SECRETS, shop(kind, engine))

    _, towards = the(rendered(environment, "web"), "NetworkPolicy", "web")["spec"]["egress"]
    assert towards["to"]
    assert towards["ports"]


@pytest.mark.parametrize(("kind", "engine"), [key for key in STORES if key[0] == "files"])
def test_a_call_of_files_is_refused_at_its_line(kind: str, engine: str) -> None:
    with pytest.raises(
        EnvironmentFileError, match=r"services\.web\.calls\[0\]: `it` is a file system, which pods mount"
    ):
        azure(SECRETS, shop(kind, engine))
