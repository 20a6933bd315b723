from pathlib import Path
from typing import Any

import pytest
from trees import a_context, a_project, an_application, an_object, inventory, put, put_delivery, write

from groundplan.addons.catalogue import catalogue
from groundplan.checks.provided import read_provided
from groundplan.checks.references import run
from groundplan.errors import Finding

PROVIDED = """
always:
  apis: ["", apps, autoscaling, networking.k8s.io, policy, rbac.authorization.k8s.io, external-secrets.io, monitoring.coreos.com,
         argoproj.io, postgresql.cnpg.io, "*.services.k8s.aws"]
  objects:
    - {kind: Namespace, names: [shop, argocd, other], namespace: ""}
    - {kind: ServiceAccount, names: [web], namespace: shop}
kinds:
  - of: external-secrets.io/ExternalSecret
    objects:
      - {kind: Secret, names: ["{spec.target.name|metadata.name}"], keys: ["{spec.data[].secretKey}"]}
  - of: postgresql.cnpg.io/Cluster
    objects:
      - {kind: Service, each: spec.managed.services.additional, names: ["{item.serviceTemplate.metadata.name}"], keys: ["5432"]}
"""

VIEW = """
  - of: rbac.authorization.k8s.io/ClusterRoleBinding
    objects:
      - {kind: ClusterRole, group: rbac.authorization.k8s.io, namespace: "", names: [view]}
"""

EXTERNAL = an_object(
    "ExternalSecret", "keys", "external-secrets.io/v1", spec={"data": [{"secretKey": "api"}], "target": {}}
)


def a_deployment(ports: list[int] | None = None, **container: Any) -> dict[str, Any]:
    listed = [{"name": "http", "containerPort": port} for port in ports or [8080]]
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"serviceAccountName": "web", "containers": [{"name": "web", "ports": listed, **container}]},
    }
    return an_object("Deployment", "web", "apps/v1", spec={"template": template})


def a_service(port: int = 80, target: int | str = 8080, **selector: str) -> dict[str, Any]:
    spec = {"selector": selector or {"app": "web"}, "ports": [{"name": "http", "port": port, "targetPort": target}]}
    return an_object("Service", "web", metadata={"labels": {"app": "web"}}, spec=spec)


def judge(root: Path, *documents: dict[str, Any], provided: str = PROVIDED) -> tuple[Finding, ...]:
    write(root, "environments/provided.yaml", provided)
    for document in documents:
        if document["kind"] in ("Application", "AppProject"):
            put_delivery(root, document)
        else:
            put(root, document)
    tree = inventory(root)
    verdict = run(tree, a_context(root))
    assert verdict.judged == len(tree)
    return verdict.findings


def only(findings: tuple[Finding, ...]) -> Finding:
    assert len(findings) == 1, [str(finding) for finding in findings]
    return findings[0]


def key_of(name: str, key: str) -> dict[str, Any]:
    return {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}]}


def test_a_tree_whose_references_resolve_is_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, a_deployment(**key_of("keys", "api")), a_service(), EXTERNAL) == ()


def test_a_missing_secret_is_found_with_its_line(tmp_path: Path) -> None:
    finding = only(judge(tmp_path, a_deployment(**key_of("keyz", "api")), EXTERNAL))

    assert finding.rule == "references.secret"
    assert finding.location.line > 1
    assert "there is no Secret `keyz` in namespace shop; did you mean `keys`?" in str(finding)


def test_a_missing_key_is_found(tmp_path: Path) -> None:
    finding = only(judge(tmp_path, a_deployment(**key_of("keys", "apy")), EXTERNAL))

    assert "Secret `keys` in namespace shop has no key `apy`; did you mean `api`?" in str(finding)


def test_a_secret_of_another_namespace_does_not_count(tmp_path: Path) -> None:
    elsewhere = an_object("ExternalSecret", "keys", "external-secrets.io/v1", namespace="other", spec=EXTERNAL["spec"])

    finding = only(judge(tmp_path, a_deployment(**key_of("keys", "api")), elsewhere))

    assert "exists in other only" in finding.advice


def test_a_missing_service_account_is_found(tmp_path: Path) -> None:
    document = a_deployment()
    document["spec"]["template"]["spec"]["serviceAccountName"] = "wep"

    assert only(judge(tmp_path, document)).rule == "references.service-account"


def test_a_url_to_no_service_is_found(tmp_path: Path) -> None:
    document = a_deployment(env=[{"name": "URL", "value": "http://wep:80"}])

    assert "did you mean `web`?" in str(only(judge(tmp_path, document, a_service())))


def test_a_url_to_a_port_the_service_lacks_is_found(tmp_path: Path) -> None:
    settings = an_object("ConfigMap", "settings", data={"URL": "http://web:81/"})

    assert "has no port `81`" in str(only(judge(tmp_path, a_deployment(), a_service(), settings)))


def test_what_an_operator_makes_resolves(tmp_path: Path) -> None:
    additional = [{"serviceTemplate": {"metadata": {"name": "primary"}}}]
    cluster = an_object(
        "Cluster", "db", "postgresql.cnpg.io/v1", spec={"managed": {"services": {"additional": additional}}}
    )
    settings = an_object("ConfigMap", "settings", data={"DB_HOST": "primary", "DB_PORT": "5432"})

    assert judge(tmp_path, cluster, settings) == ()


def test_a_service_that_selects_no_pod_is_found(tmp_path: Path) -> None:
    finding = only(judge(tmp_path, a_deployment(), a_service(app="wep")))

    assert finding.rule == "references.selector-pod"
    assert finding.advice == "did you mean `app=web`?"


def test_a_service_whose_port_no_container_opens_is_found(tmp_path: Path) -> None:
    assert "Deployment web has no port `9999`" in str(only(judge(tmp_path, a_deployment(), a_service(target=9999))))


def test_a_network_policy_about_no_pod_is_a_warning(tmp_path: Path) -> None:
    spec = {"podSelector": {"matchLabels": {"app": "gone"}}}
    policy = an_object("NetworkPolicy", "p", "networking.k8s.io/v1", spec=spec)

    assert only(judge(tmp_path, policy)).severity == "warning"


def test_a_budget_over_no_pod_is_found(tmp_path: Path) -> None:
    spec = {"selector": {"matchLabels": {"app": "gone"}}}

    assert only(judge(tmp_path, an_object("PodDisruptionBudget", "p", "policy/v1", spec=spec))).severity == "error"


def test_a_service_monitor_needs_the_port_by_name(tmp_path: Path) -> None:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "endpoints": [{"port": "metrics"}]}
    monitor = an_object("ServiceMonitor", "m", "monitoring.coreos.com/v1", spec=spec)

    assert "web has no port `metrics`; write one of 80, http" in str(
        only(judge(tmp_path, a_deployment(), a_service(), monitor))
    )


def test_an_autoscaler_of_nothing_is_found(tmp_path: Path) -> None:
    spec = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "wep"}}
    scaler = an_object("HorizontalPodAutoscaler", "h", "autoscaling/v2", spec=spec)

    assert only(judge(tmp_path, a_deployment(), scaler)).rule == "references.deployment"


def test_an_ingress_to_no_service_is_found(tmp_path: Path) -> None:
    backend = {"service": {"name": "gone", "port": {"number": 80}}}
    spec = {"rules": [{"http": {"paths": [{"path": "/", "backend": backend}]}}]}

    assert (
        only(judge(tmp_path, an_object("Ingress", "i", "networking.k8s.io/v1", spec=spec))).rule == "references.service"
    )


def test_a_binding_to_no_role_is_found(tmp_path: Path) -> None:
    rest = {"roleRef": {"kind": "Role", "name": "gone"}, "subjects": []}
    binding = an_object("RoleBinding", "b", "rbac.authorization.k8s.io/v1", **rest)

    assert only(judge(tmp_path, binding)).rule == "references.role"


def test_a_namespace_nobody_makes_is_found(tmp_path: Path) -> None:
    finding = only(judge(tmp_path, an_object("ConfigMap", "c", namespace="shops")))

    assert "there is no Namespace `shops`; did you mean `shop`?" in str(finding)


def test_a_kind_nobody_defines_is_found(tmp_path: Path) -> None:
    assert only(judge(tmp_path, an_object("Widget", "w", "example.com/v1"))).rule == "references.kind"


def test_a_cloud_object_resolves_by_its_field(tmp_path: Path) -> None:
    network = an_object("VPC", "main", "ec2.services.k8s.aws/v1alpha1", spec={})
    subnet = an_object("Subnet", "a", "ec2.services.k8s.aws/v1alpha1", spec={"vpcRef": {"from": {"name": "main"}}})

    assert judge(tmp_path, network, subnet) == ()


def test_a_cloud_reference_to_another_kind_is_found(tmp_path: Path) -> None:
    network = an_object("VPC", "main", "ec2.services.k8s.aws/v1alpha1", spec={})
    subnet = an_object(
        "Subnet", "a", "ec2.services.k8s.aws/v1alpha1", spec={"routeTableRef": {"from": {"name": "main"}}}
    )

    assert only(judge(tmp_path, network, subnet)).rule == "references.route-table"


def test_an_undeclared_external_cluster_is_found(tmp_path: Path) -> None:
    spec = {"replica": {"source": "primary"}, "externalClusters": [{"name": "primar"}]}

    assert "none of the object's externalClusters" in str(
        only(judge(tmp_path, an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec=spec)))
    )


def test_an_application_of_no_project_is_found(tmp_path: Path) -> None:
    findings = judge(tmp_path, an_application(project="stor"), a_project(), a_deployment())

    assert only(findings).rule == "references.app-project"


def test_an_application_of_no_folder_is_found(tmp_path: Path) -> None:
    findings = judge(tmp_path, an_application("wep"), a_project(), a_deployment())

    assert only(findings).rule == "references.path"


def in_pod(**spec: Any) -> dict[str, Any]:
    document = a_deployment()
    document["spec"]["template"]["spec"] |= spec
    return document


DANGLING: dict[str, dict[str, Any]] = {
    "secret-pull": in_pod(imagePullSecrets=[{"name": "gone"}]),
    "secret-volume": in_pod(volumes=[{"name": "v", "secret": {"secretName": "gone"}}]),
    "secret-projected": in_pod(volumes=[{"name": "v", "projected": {"sources": [{"secret": {"name": "gone"}}]}}]),
    "secret-tls": an_object("Ingress", "i", "networking.k8s.io/v1", spec={"tls": [{"secretName": "gone"}]}),
    "secret-operator": an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"superuserSecret": {"name": "gone"}}),
    "secret-receiver": an_object(
        "AlertmanagerConfig", "a", "monitoring.coreos.com/v1alpha1", spec={"apiURL": {"name": "gone", "key": "k"}}
    ),
    "config-map-volume": in_pod(volumes=[{"name": "v", "configMap": {"name": "gone"}}]),
    "config-map-variables": a_deployment(envFrom=[{"configMapRef": {"name": "gone"}}]),
    "persistent-volume-claim": in_pod(volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "gone"}}]),
    "priority-class": in_pod(priorityClassName="gone"),
    "storage-class": an_object("PersistentVolumeClaim", "p", spec={"storageClassName": "gone"}),
    "storage-class-chart": an_object(
        "Application",
        "c",
        "argoproj.io/v1alpha1",
        namespace="argocd",
        spec={
            "project": "store",
            "destination": {"namespace": "shop"},
            "sources": [{"chart": "c", "helm": {"valuesObject": {"storageClassName": "gone"}}}],
        },
    ),
    "ingress-class": an_object("Ingress", "i", "networking.k8s.io/v1", spec={"ingressClassName": "gone"}),
    "secret-store": an_object(
        "ExternalSecret",
        "e",
        "external-secrets.io/v1",
        spec={"secretStoreRef": {"name": "gone", "kind": "SecretStore"}},
    ),
    "cluster": an_object("ScheduledBackup", "b", "postgresql.cnpg.io/v1", spec={"cluster": {"name": "gone"}}),
    "object-store": an_object(
        "Cluster",
        "db",
        "postgresql.cnpg.io/v1",
        spec={"plugins": [{"name": "barman", "parameters": {"barmanObjectName": "gone"}}]},
    ),
    "service-stateful-set": an_object("StatefulSet", "s", "apps/v1", spec={"serviceName": "gone", "template": {}}),
    "service-account-binding": an_object(
        "ClusterRoleBinding",
        "b",
        "rbac.authorization.k8s.io/v1",
        namespace=None,
        roleRef={"kind": "ClusterRole", "name": "view"},
        subjects=[{"kind": "ServiceAccount", "name": "gone", "namespace": "shop"}],
    ),
    "selector-service": an_object(
        "ServiceMonitor", "m", "monitoring.coreos.com/v1", spec={"selector": {"matchLabels": {"app": "gone"}}}
    ),
    "selector-pod-monitor": an_object(
        "PodMonitor", "m", "monitoring.coreos.com/v1", spec={"selector": {"matchLabels": {"app": "gone"}}}
    ),
}
"""Name of the rule, with a word for the case, to an object whose only reference to `gone` leads nowhere."""


@pytest.mark.parametrize("case", DANGLING)
def test_a_reference_to_nothing_is_found(tmp_path: Path, case: str) -> None:
    findings = judge(tmp_path, DANGLING[case], a_project(), provided=PROVIDED + VIEW)

    assert "gone" in str(only(findings))
    assert f"references.{case}".startswith(only(findings).rule)


def test_a_policy_that_opens_a_port_nobody_listens_on_is_found(tmp_path: Path) -> None:
    peer = {"to": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": 9999}]}
    policy = an_object(
        "NetworkPolicy",
        "p",
        "networking.k8s.io/v1",
        spec={"podSelector": {"matchLabels": {"app": "web"}}, "egress": [peer]},
    )

    assert only(judge(tmp_path, a_deployment(), policy)).rule == "references.selector-pod-port"


def test_every_chart_in_the_declaration_is_in_the_catalogue() -> None:
    declared = read_provided(Path(__file__).parents[2])

    assert set(declared.charts) <= {add_on.chart for add_on in catalogue().values()}


@pytest.mark.parametrize("text", ["always: {apis: nothing}", "alway: {}"])
def test_a_malformed_declaration_closes_the_gate(tmp_path: Path, text: str) -> None:
    assert only(judge(tmp_path, a_deployment(), provided=text)).rule == "provided.shape"
