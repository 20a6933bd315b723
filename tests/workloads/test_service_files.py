"""Files that a service reads: where it looks for them, in whole directories, and a change rolls the pods."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, an_environment, rendered, the

from groundplan.workloads.service_pod import CONFIG_HASH

SERVICE = """
services:
  api:
    image: shop/api:v1.0.0
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    files:
      settings: {path: /etc/app/app.yaml, text: "level: info"}
      rules: {path: /etc/app/rules.yaml, text: "[]"}
      certificate-policy: {path: /etc/policy/policy.json, text: "{}"}
"""


def documents(*overlays: str) -> list[Json]:
    return rendered(an_environment(SERVICE, *overlays), "api")


def template(*overlays: str) -> Json:
    found: Json = the(documents(*overlays), "Deployment", "api")["spec"]["template"]
    return found


def test_the_text_is_in_a_config_map() -> None:
    assert the(documents(), "ConfigMap", "api-files")["data"] == {
        "certificate-policy": "{}",
        "rules": "[]",
        "settings": "level: info",
    }


def test_each_directory_is_mounted_whole_and_read_only() -> None:
    mounts = template()["spec"]["containers"][0]["volumeMounts"]

    assert {"name": "files-1", "mountPath": "/etc/app", "readOnly": True} in mounts
    assert {"name": "files-2", "mountPath": "/etc/policy", "readOnly": True} in mounts
    assert not any("subPath" in mount for mount in mounts)


def test_a_file_has_its_name_in_the_directory() -> None:
    volume = next(item for item in template()["spec"]["volumes"] if item["name"] == "files-1")

    assert volume["configMap"]["items"] == [
        {"key": "rules", "path": "rules.yaml"},
        {"key": "settings", "path": "app.yaml"},
    ]


@pytest.mark.parametrize("change", ["text: 'level: debug'", "path: /etc/app/other.yaml"])
def test_a_change_rolls_the_pods(change: str) -> None:
    changed = template(f"services: {{api: {{files: {{settings: {{{change}}}}}}}}}")

    assert changed["metadata"]["annotations"][CONFIG_HASH] != template()["metadata"]["annotations"][CONFIG_HASH]
