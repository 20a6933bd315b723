"""The way in from outside by ingress-nginx: certificates, and paths that are handled in ways of their own."""

from __future__ import annotations

from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SHOP = f"""
services:
  web: {{image: 'web:1.0', port: 8080, {RESOURCES}}}
  api: {{image: 'api:1.0', port: 9090, {RESOURCES}}}
policy: {{registries: {{jetstack: quay.io/jetstack/}}}}
ingress:
  type: nginx
  acme_email: web@shop.example
expose:
  www:
    routes:
      /: web
      /api: api
      /api/events: {{service: api, stream: 30m}}
      /api/uploads: {{service: api, body: 1Gi}}
hosts: {{www: www.shop.example}}
"""
OWN = "ingress: {certificate: shop-tls, acme_email: ''}"
NGINX = "nginx.ingress.kubernetes.io"


def documents(*overlays: str) -> list[Json]:
    return rendered(an_environment(SHOP, *overlays), "ingress")


def annotations(name: str, *overlays: str) -> dict[str, str]:
    found: dict[str, str] = the(documents(*overlays), "Ingress", name)["metadata"]["annotations"]
    return found


def test_plain_paths_stand_together_the_longest_first() -> None:
    rule = the(documents(), "Ingress", "www-shop-example")["spec"]["rules"][0]

    backends = [(path["path"], path["backend"]["service"]) for path in rule["http"]["paths"]]
    assert backends == [
        ("/api", {"name": "api", "port": {"number": 9090}}),
        ("/", {"name": "web", "port": {"number": 8080}}),
    ]


def test_plain_http_is_sent_to_https_and_never_served() -> None:
    for name in ("www-shop-example", "www-shop-example-api-events", "www-shop-example-api-uploads"):
        assert annotations(name)[f"{NGINX}/force-ssl-redirect"] == "true"
        assert the(documents(), "Ingress", name)["spec"]["tls"] == [
            {"hosts": ["www.shop.example"], "secretName": "www-shop-example-tls"}
        ]


def test_a_stream_is_neither_buffered_nor_cut() -> None:
    found = annotations("www-shop-example-api-events")

    assert found[f"{NGINX}/proxy-buffering"] == "off"
    assert found[f"{NGINX}/proxy-read-timeout"] == "1800"
    assert f"{NGINX}/proxy-buffering" not in annotations("www-shop-example")


def test_an_upload_may_be_large_on_its_own_path_and_is_passed_on_as_it_arrives() -> None:
    found = annotations("www-shop-example-api-uploads")

    assert found[f"{NGINX}/proxy-body-size"] == "1024m"
    assert found[f"{NGINX}/proxy-request-buffering"] == "off"
    assert f"{NGINX}/proxy-body-size" not in annotations("www-shop-example")


def test_each_host_has_one_certificate_from_the_authority() -> None:
    certificate = the(documents(), "Certificate")

    assert certificate["spec"]["dnsNames"] == ["www.shop.example"]
    assert certificate["spec"]["secretName"] == "www-shop-example-tls"
    assert certificate["spec"]["issuerRef"]["name"] == "shop-acme"
    assert schema_problems(certificate) == []


def test_the_authority_knows_whom_to_warn() -> None:
    issuer = the(documents(), "Issuer")

    assert issuer["spec"]["acme"]["email"] == "web@shop.example"
    assert schema_problems(issuer) == []


def test_the_pod_that_answers_the_authority_has_an_account_without_rights() -> None:
    solver = the(documents(), "Issuer")["spec"]["acme"]["solvers"][0]["http01"]["ingress"]

    assert solver["podTemplate"]["spec"]["serviceAccountName"] == "acme-solver"
    assert solver["serviceType"] == "ClusterIP"  # a port on the nodes is refused, and nobody needs one
    assert the(documents(), "ServiceAccount", "acme-solver")["automountServiceAccountToken"] is False


def test_the_question_of_the_authority_reaches_that_pod() -> None:
    policy = the(documents(), "NetworkPolicy", "acme-solver")

    assert policy["spec"]["ingress"][0]["ports"] == [{"protocol": "TCP", "port": 8089}]


def test_only_the_named_networks_are_admitted() -> None:
    found = annotations("www-shop-example", "ingress: {sources: [192.0.2.0/24]}")

    assert found[f"{NGINX}/whitelist-source-range"] == "192.0.2.0/24"


def test_a_certificate_of_ones_own_needs_no_authority() -> None:
    found = documents(OWN)

    assert {document["kind"] for document in found} == {"Ingress"}
    assert {document["spec"]["tls"][0]["secretName"] for document in found} == {"shop-tls"}
