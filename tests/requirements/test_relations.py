"""Relations between rendered objects: they hold in a whole shop, and break with every object they went through."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.model.environment import Environment
from groundplan.requirements.broken import broken
from groundplan.requirements.ground import Ground, Grounds
from groundplan.requirements.judge import Held, held

Json = dict[str, Any]

PROVIDED = """
always:
  objects:
    - {kind: Namespace, names: [kube-system, monitoring], namespace: ""}
    - {kind: Pod, namespace: monitoring, labels: {app.kubernetes.io/name: prometheus}, ports: {http: 9090}}
"""
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
NETWORKING, MONITORING = "networking.k8s.io/v1", "monitoring.coreos.com/v1"


def a_shop() -> Environment:
    common = {"port": 8080, "replicas": 2, "resources": SMALL}
    web = {"image": "store/web:v1", "calls": ["api"], **common}
    return an_environment(namespaces={"shop": {}}, services={"web": web, "api": {"image": "store/api:v1", **common}})


def a_workload(name: str, **env: str) -> Json:
    variables = [{"name": key, "value": value} for key, value in env.items()]
    ports = [{"name": "http", "containerPort": 8080}]
    container = {"name": name, "image": f"store/{name}:v1", "ports": ports, "env": variables}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    return an_object("Deployment", name, "apps/v1", spec={"template": template})


def a_service(name: str) -> Json:
    ports = [{"name": "http", "port": 8080, "targetPort": "http"}]
    return an_object(
        "Service", name, metadata={"labels": {"app": name}}, spec={"selector": {"app": name}, "ports": ports}
    )


def a_policy(name: str, **rules: Any) -> Json:
    spec = {"podSelector": {"matchLabels": {"app": name}}, "policyTypes": ["Ingress", "Egress"], **rules}
    return an_object("NetworkPolicy", name, NETWORKING, spec=spec)


def peer(name: str) -> Json:
    return {"podSelector": {"matchLabels": {"app": name}}}


PROMETHEUS = {
    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}},
    "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
}
ON = [{"protocol": "TCP", "port": 8080}]
ROUTE = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 8080}}}}
MONITOR = {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "http"}]}
ALERT = {"alert": "Down", "expr": "up == 0", "labels": {"severity": "critical", "service": "web"}}
TREE = [
    an_object("Namespace", "shop", namespace=None),
    a_workload("web", API_URL="http://api:8080"),
    a_workload("api"),
    a_service("web"),
    a_service("api"),
    a_policy("web", ingress=[{"from": [PROMETHEUS], "ports": ON}], egress=[{"to": [peer("api")], "ports": ON}]),
    a_policy("api", ingress=[{"from": [peer("web")], "ports": ON}]),
    an_object("Ingress", "shop", NETWORKING, spec={"rules": [{"host": "shop.example", "http": {"paths": [ROUTE]}}]}),
    an_object("ServiceMonitor", "web", MONITORING, spec=MONITOR),
    an_object("PrometheusRule", "web", MONITORING, spec={"groups": [{"name": "web", "rules": [ALERT]}]}),
    an_object(
        "Role",
        "jobs",
        "rbac.authorization.k8s.io/v1",
        rules=[{"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["create"]}],
    ),
    an_object(
        "RoleBinding",
        "jobs",
        "rbac.authorization.k8s.io/v1",
        roleRef={"kind": "Role", "name": "jobs"},
        subjects=[{"kind": "ServiceAccount", "name": "web"}],
    ),
]
HOLDING = [
    'reaches("web", "api")',
    'told("web", "api")',
    'scraped("web")',
    'served("shop.example", "/cart", "web")',
    'may("web", "create", "jobs.batch")',
]


def ground_of(root: Path, *documents: Json) -> Ground:
    write(root, "environments/provided.yaml", PROVIDED)
    for document in documents or TREE:
        put(root, document, component=document["metadata"]["name"])
    tree = inventory(root)
    found = Grounds(lambda: tree, lambda: a_context(root, a_shop())).of("store", "prod")
    assert found is not None
    return found


def ask(root: Path, text: str, *documents: Json) -> Held:
    return held(text, "prod", ground_of(root, *documents))


@pytest.mark.parametrize("text", HOLDING)
def test_a_relation_holds_in_a_whole_shop(tmp_path: Path, text: str) -> None:
    assert ask(tmp_path, text).failure == ""


@pytest.mark.parametrize("text", HOLDING)
def test_a_relation_breaks_with_every_object_it_went_through(tmp_path: Path, text: str) -> None:
    ground = ground_of(tmp_path)
    trail = held(text, "prod", ground).trail

    survived = [
        f"{item} {word}"
        for item, part in trail
        for word, change in broken(item, part)
        if not held(text, "prod", ground.replacing(item, change)).failure
    ]

    assert trail
    assert survived == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('reaches("api", "web")', "keeps shop/api from shop/web"),
        ('reaches("api", "moon")', "there is no moon"),
        ('told("api", "web")', "no setting of api leads to web"),
        ('scraped("api")', "nothing has api scraped"),
        ('served("shop.example", "/", "api")', "leads to shop/web, not to api"),
        ('served("other.example", "/", "web")', "no Ingress of store/prod takes other.example/"),
        ('notified("Down", "people")', "Down does not reach people"),
        ('notified("Up", "people")', "there is no alert Up"),
        ('may("web", "delete", "jobs.batch")', "web may not delete jobs.batch"),
    ],
)
def test_a_relation_that_does_not_hold_says_why(tmp_path: Path, text: str, why: str) -> None:
    assert why in ask(tmp_path, text).failure


def test_nothing_is_related_where_nothing_is_rendered() -> None:
    assert held('reaches("web", "api")', "prod", None).failure == "nothing is rendered to ask"


def test_breaking_one_object_leaves_the_unbroken_tree_as_it_was(tmp_path: Path) -> None:
    ground = ground_of(tmp_path)
    policy = next(ground.cluster.of_kind("networking.k8s.io", "NetworkPolicy"))
    before = copy.deepcopy(policy.document)

    ground.replacing(policy, None)

    assert policy.document == before
    assert held('reaches("web", "api")', "prod", ground).failure == ""
