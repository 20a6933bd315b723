"""The intent gate: what an environment states against what is rendered, one wrong value at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks.intent import run
from groundplan.model.environment import Environment

Json = dict[str, Any]
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
WEB = {"image": "store/web:v1", "port": 8080, "replicas": 2, "resources": SMALL}
ENFORCE = "pod-security.kubernetes.io/enforce"


def a_shop(**chapters: Any) -> Environment:
    stated: Json = {
        "namespaces": {"shop": {}},
        "services": {"web": WEB},
        "ingress": {"type": "nginx", "certificate": "tls"},
        "expose": {"www": {"routes": {"/": "web"}}},
        "hosts": {"www": "www.shop.example"},
        "secrets": {
            "entries": {"tls": {"type": "kubernetes.io/tls", "keys": {"tls.crt": "store/crt", "tls.key": "store/key"}}},
        },
    }
    return an_environment(**{**stated, **chapters})


def namespace(level: str = "restricted", name: str = "shop") -> Json:
    return an_object("Namespace", name, namespace=None, metadata={"labels": {ENFORCE: level}})


def workload(**spec: Any) -> Json:
    return an_object("Deployment", "web", "apps/v1", spec={"replicas": 2, **spec})


def ingress(*hosts: str) -> Json:
    return an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": [{"host": host} for host in hosts]})


def deny(*types: str) -> Json:
    spec = {"podSelector": {}, "policyTypes": list(types)}
    return an_object("NetworkPolicy", "default-deny", "networking.k8s.io/v1", spec=spec)


def admits(*ports: int) -> Json:
    rule: Json = {"from": [{"podSelector": {}}], **({"ports": [{"port": port} for port in ports]} if ports else {})}
    labels = {"app.kubernetes.io/managed-by": "groundplan"}
    spec = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": [rule]}
    return an_object("NetworkPolicy", "web", "networking.k8s.io/v1", metadata={"labels": labels}, spec=spec)


def leads(path: str) -> Json:
    rules = [{"host": "www.shop.example", "http": {"paths": [{"path": path}]}}]
    return an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": rules})


def constraint(action: str = "deny", *excluded: str) -> Json:
    spec = {"enforcementAction": action, "match": {"excludedNamespaces": list(excluded)}}
    return an_object("NoHostPath", "no-host-path", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec=spec)


def secret(key: str) -> Json:
    data = [{"secretKey": "tls.crt", "remoteRef": {"key": key}}]
    return an_object("ExternalSecret", "tls", "external-secrets.io/v1", spec={"data": data})


def pushed(key: str) -> Json:
    data = [{"match": {"remoteRef": {"remoteKey": key}}}]
    return an_object("PushSecret", "pushed", "external-secrets.io/v1alpha1", spec={"data": data})


def volumes(policy: str) -> Json:
    return an_object("StorageClass", "fast", "storage.k8s.io/v1", namespace=None, reclaimPolicy=policy)


def found(root: Path, *documents: Json, environment: Environment | None = None) -> list[str]:
    for document in documents:
        put(root, document)
    findings = run(inventory(root), a_context(root, environment or a_shop())).findings
    return sorted(finding.rule.removeprefix("intent.") for finding in findings)


@pytest.mark.parametrize(
    "document",
    [
        namespace(),
        workload(),
        ingress("www.shop.example"),
        deny("Ingress", "Egress"),
        admits(8080),
        leads("/"),
        constraint(),
        constraint("warn", "kube-system"),
        secret("store/crt"),
        volumes("Retain"),
    ],
    ids=lambda document: f"{document['kind']}",
)
def test_what_is_stated_may_be_rendered(tmp_path: Path, document: Json) -> None:
    assert found(tmp_path, document) == []


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (namespace("privileged"), "security"),
        (namespace("privileged", "other"), "security"),
        (workload(replicas=0), "asleep"),
        (an_object("CronJob", "dump", "batch/v1", spec={"suspend": True}), "asleep"),
        (constraint("dryrun"), "asleep"),
        (constraint("deny", "shop"), "spared"),
        (constraint("deny", "*"), "spared"),
        (deny("Egress"), "open"),
        (admits(), "open"),
        (leads("/admin"), "path"),
        (an_object("Namespace", "other", namespace=None), "security"),
        (secret("store/other"), "value"),
        (volumes("Delete"), "volume"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_stated_is_found(tmp_path: Path, document: Json, rule: str) -> None:
    assert found(tmp_path, document) == [rule]


def test_a_host_that_is_not_stated_and_one_that_is_not_let_in_are_found(tmp_path: Path) -> None:
    assert found(tmp_path, ingress("shop.example")) == ["host", "host"]


def test_a_standby_that_waits_may_sleep(tmp_path: Path) -> None:
    waiting = a_shop(recovery={"role": "standby", "peer": "other", "rto": "4h", "rpo": "30m"})

    assert found(tmp_path, workload(replicas=0), environment=waiting) == []


def test_a_value_that_the_cluster_itself_puts_into_the_vault_may_be_read(tmp_path: Path) -> None:
    assert found(tmp_path, secret("store/replication"), pushed("store/replication")) == []


def a_build(home: str, directory: str, *told: str) -> list[Json]:
    """A service that runs Gradle, with an init script in a directory."""
    container = {
        "name": "web",
        "args": [*told],
        "env": [{"name": "GRADLE_USER_HOME", "value": home}],
        "volumeMounts": [{"name": "files", "mountPath": directory}],
    }
    pod = {"containers": [container], "volumes": [{"name": "files", "configMap": {"name": "web-files"}}]}
    return [
        an_object("ConfigMap", "web-files", data={"feed.gradle": "allprojects {}"}),
        workload(template={"metadata": {}, "spec": pod}),
    ]


@pytest.mark.parametrize(
    ("home", "directory", "told", "rules"),
    [
        ("/gradle", "/gradle/init.d", (), []),
        ("/gradle", "/etc/build", ("--init-script", "/etc/build/feed.gradle"), []),
        ("/gradle", "/etc/build", (), ["found"]),
        ("/work/.gradle", "/gradle/init.d", (), ["found"]),
    ],
)
def test_a_file_that_its_tool_does_not_find_is_found(
    tmp_path: Path, home: str, directory: str, told: tuple[str, ...], rules: list[str]
) -> None:
    assert [rule for rule in found(tmp_path, *a_build(home, directory, *told)) if rule == "found"] == rules
