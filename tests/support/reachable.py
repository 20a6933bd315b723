"""A small shop whose traffic the reachability gate judges."""

from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.reachability import run
from groundplan.errors import Finding
from groundplan.model.environment import Environment

Json = dict[str, Any]

PROVIDED = """
always:
  objects:
    - {kind: Namespace, names: [kube-system, monitoring, other], namespace: ""}
    - {kind: Pod, namespace: kube-system, labels: {k8s-app: kube-dns}, ports: {dns: 53}}
    - {kind: Pod, namespace: monitoring, labels: {app.kubernetes.io/name: prometheus}, ports: {http: 9090}}
    - {kind: Pod, namespace: other, labels: {app: stranger}}
kinds:
  - of: postgresql.cnpg.io/Cluster
    objects:
      - {kind: Service, names: ["{metadata.name}-rw"], ports: {postgres: 5432}, selects: {cnpg.io/cluster: "{metadata.name}"}}
      - {kind: Pod, labels: {cnpg.io/cluster: "{metadata.name}"}, ports: {postgresql: 5432}}
    flows:
      - {from: {labels: {cnpg.io/cluster: "{metadata.name}"}}, to: {address: api-server}, ports: [443], why: it reads its object}
  - of: dbforpostgresql.azure.com/FlexibleServer
    hosts: [{host: "{spec.azureName}.postgres.database.azure.com", zone: privatelink.postgres.database.azure.com}]
"""

DNS: Json = {
    "to": [
        {
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
            "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
        }
    ],
    "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
}


def a_workload(name: str, port: int = 8080, **env: str) -> Json:
    variables = [{"name": key, "value": value} for key, value in env.items()]
    container = {"name": name, "ports": [{"name": "http", "containerPort": port}], "env": variables}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    return an_object("Deployment", name, "apps/v1", spec={"template": template})


def a_service(name: str, port: int = 8080, selects: str = "") -> Json:
    ports = [{"name": "http", "port": port, "targetPort": "http"}]
    labels = {"labels": {"app": name}}
    return an_object("Service", name, metadata=labels, spec={"selector": {"app": selects or name}, "ports": ports})


def a_policy(name: str, ingress: list[Json], egress: list[Json]) -> Json:
    spec = {
        "podSelector": {"matchLabels": {"app": name}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": ingress,
        "egress": egress,
    }
    return an_object("NetworkPolicy", name, "networking.k8s.io/v1", spec=spec)


def pods(name: str) -> Json:
    return {"podSelector": {"matchLabels": {"app": name}}}


def on(port: int | str) -> list[Json]:
    return [{"protocol": "TCP", "port": port}]


def a_shop(**services: Any) -> Environment:
    small = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
    web = {"image": "store/web:v1", "port": 8080, "replicas": 2, "resources": small, "calls": ["api"]}
    api = {"image": "store/api:v1", "port": 8080, "replicas": 2, "resources": small}
    return an_environment(namespaces={"shop": {}}, services={"web": web, "api": api, **services})


NAMESPACE = an_object("Namespace", "shop", namespace=None)
TOLD = {"API_URL": "http://api:8080"}
TREE = [NAMESPACE, a_workload("web", **TOLD), a_workload("api"), a_service("web"), a_service("api")]
WEB = a_policy("web", [], [DNS, {"to": [pods("api")], "ports": on(8080)}])
API = a_policy("api", [{"from": [pods("web")], "ports": on("http")}], [DNS])


def judge(root: Path, *documents: Json, environment: Environment | None = None) -> tuple[Finding, ...]:
    write(root, "environments/provided.yaml", PROVIDED)
    for document in documents:
        put(root, document, component=document["metadata"]["name"])
    return run(inventory(root), a_context(root, environment or a_shop())).findings
