from typing import Any

from trees import an_object

from groundplan.checks.inventory import Identity
from groundplan.checks.links import links
from groundplan.checks.urls import Address, addresses, one_address, paired_addresses


def found(document: dict[str, Any]) -> set[tuple[str, str, str, str, str]]:
    return {(*link.target, link.part) for link in links(document)}


def a_deployment(**container: Any) -> dict[str, Any]:
    template = {"spec": {"serviceAccountName": "web", "containers": [{"name": "web", **container}]}}
    return an_object("Deployment", "web", "apps/v1", spec={"template": template})


def test_a_key_of_a_secret_in_a_variable_is_a_link() -> None:
    document = a_deployment(env=[{"name": "A", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "api"}}}])

    assert ("", "Secret", "shop", "keys", "api") in found(document)


def test_the_service_account_of_a_pod_is_a_link() -> None:
    assert ("", "ServiceAccount", "shop", "web", "") in found(a_deployment())


def test_a_url_in_a_variable_is_a_link_to_a_service_and_port() -> None:
    document = a_deployment(env=[{"name": "URL", "value": "http://orders:8080/v1"}])

    assert ("", "Service", "shop", "orders", "8080") in found(document)


def test_an_optional_reference_says_so() -> None:
    document = a_deployment(envFrom=[{"configMapRef": {"name": "extra", "optional": True}}])

    assert [link.optional for link in links(document) if link.target.name == "extra"] == [True]


def test_every_key_a_volume_projects_is_a_link() -> None:
    document = a_deployment()
    volume = {"name": "v", "secret": {"secretName": "tls", "items": [{"key": "a", "path": "a"}]}}
    document["spec"]["template"]["spec"]["volumes"] = [volume]

    assert ("", "Secret", "shop", "tls", "a") in found(document)


def test_a_cluster_scoped_target_has_no_namespace() -> None:
    document = an_object(
        "Certificate", "c", "cert-manager.io/v1", spec={"issuerRef": {"name": "le", "kind": "ClusterIssuer"}}
    )

    assert ("cert-manager.io", "ClusterIssuer", "", "le", "") in found(document)


def test_a_cloud_reference_names_its_kind_by_the_field() -> None:
    document = an_object("Subnet", "a", "ec2.services.k8s.aws/v1alpha1", spec={"vpcRef": {"from": {"name": "main"}}})

    assert ("*.services.k8s.aws", "vpc", "shop", "main", "") in found(document)


def test_what_a_cloud_operator_writes_is_no_reference() -> None:
    spec = {"owner": {"name": "group"}, "operatorSpec": {"secrets": {"password": {"name": "made", "key": "p"}}}}
    document = an_object("FlexibleServer", "db", "dbforpostgresql.azure.com/v1api20221201", spec=spec)

    assert found(document) == {("*.azure.com", "*", "shop", "group", "")}


def test_a_chart_only_refers_by_well_known_fields() -> None:
    values = {"serviceAccountName": "own", "storage": {"storageClassName": "gp3"}}
    spec = {
        "project": "store",
        "destination": {"namespace": "monitoring"},
        "source": {"chart": "c", "helm": {"valuesObject": values}},
    }
    document = an_object("Application", "c", "argoproj.io/v1alpha1", namespace="argocd", spec=spec)

    assert found(document) == {
        ("storage.k8s.io", "StorageClass", "", "gp3", ""),
        ("argoproj.io", "AppProject", "argocd", "store", ""),
    }


def test_a_constraint_needs_the_template_of_its_kind() -> None:
    document = an_object("PinnedImages", "p", "constraints.gatekeeper.sh/v1beta1", namespace=None, spec={})

    assert [link.target for link in links(document)] == [
        Identity("templates.gatekeeper.sh", "ConstraintTemplate", "", "pinnedimages")
    ]


def test_hosts_outside_the_cluster_are_no_services() -> None:
    text = "https://api.example.com and http://localhost:80 and arn://x and http://$HOST:80"

    assert [(address.host, address.service) for address in addresses(text)] == [
        ("api.example.com", None),
        ("localhost", None),
    ]


def test_a_qualified_host_names_its_namespace() -> None:
    assert list(addresses("redis://cache.data.svc.cluster.local")) == [Address("cache.data.svc.cluster.local", 6379)]
    assert Address("cache.data.svc.cluster.local", None).service == ("cache", "data")


def test_credentials_before_the_host_are_skipped() -> None:
    assert list(addresses("postgresql://user@db:5433/app")) == [Address("db", 5433)]
    assert list(addresses("amqps://user:$(PASSWORD)@queue/orders")) == [Address("queue", 5671)]


def test_the_driver_in_a_scheme_changes_no_port() -> None:
    text = "jdbc:postgresql://a/app postgresql+asyncpg://b/app git+https://c/repo rediss://d"

    assert list(addresses(text)) == [Address("a", 5432), Address("b", 5432), Address("c", 443), Address("d", 6379)]


def test_a_target_may_leave_out_the_scheme() -> None:
    assert one_address("Web.shop.svc:8080/healthz") == Address("web.shop.svc", 8080)
    assert one_address("http://web/healthz") == Address("web", 80)
    assert one_address("/healthz") is None


def test_host_and_port_in_two_settings_belong_together() -> None:
    settings = {"DB_HOST": "postgres", "DB_PORT": "5432", "OTHER_HOST": "db.example.com"}

    assert list(paired_addresses(settings)) == [
        ("DB_HOST", Address("postgres", 5432)),
        ("OTHER_HOST", Address("db.example.com", 5432)),
    ]
