"""After a leak the right people are told: every workload that reads a secret is known."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.facts.secret_placement import secret_placement
from groundplan.facts.secret_readers import readers_of, secret_readers

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}"
SHOP = f"""
services:
  web:
    image: shop/web:v1.0.0
    port: 8080
    {RESOURCES}
    prepare: [migrate]
    secrets: {{KEY: keys/one, OTHER: keys/two}}
  worker: {{image: shop/worker:v1.0.0, {RESOURCES}, secrets_from: [keys]}}
observability: {{receivers: {{chat: {{type: slack, to: '#shop', secret: told/url}}}}, grafana_admin: admin}}
secrets:
  entries:
    keys: {{keys: {{one: shop/one, two: shop/two}}}}
    told: {{keys: {{url: shop/url}}}}
    admin: {{keys: {{admin-user: shop/user, admin-password: shop/password}}}}
    spare: {{keys: {{one: shop/spare}}}}
"""


def test_a_service_and_what_prepares_its_versions_read_its_secrets() -> None:
    assert readers_of(an_environment(SHOP), "keys") == ["web", "web-prepare", "worker"]


def test_the_monitoring_stack_reads_what_its_receivers_and_dashboards_need() -> None:
    environment = an_environment(SHOP)

    assert (readers_of(environment, "told"), readers_of(environment, "admin")) == (["alertmanager"], ["grafana"])


def test_what_nobody_reads_has_no_reader() -> None:
    assert readers_of(an_environment(SHOP), "spare") == []


def test_a_secret_is_rendered_in_every_namespace_where_it_is_read() -> None:
    environment = an_environment(SHOP)
    placement = secret_placement(environment)

    assert [reader for reader in secret_readers(environment) if reader.secret not in placement[reader.namespace]] == []
