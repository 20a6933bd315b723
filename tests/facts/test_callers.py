"""Who calls whom is derived once, for all who ask."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.facts.callers import calling_pods, calling_services, service_called

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}"
SHOP = f"""
services:
  web: {{image: shop/web:v1.0.0, port: 8080, calls: [orders, orders], prepare: [migrate], {RESOURCES}}}
  admin: {{image: shop/admin:v1.0.0, port: 8081, calls: [orders], {RESOURCES}}}
  orders: {{image: shop/orders:v1.0.0, port: 8082, aliases: [sales], {RESOURCES}}}
"""


def test_callers_stand_once_and_in_the_order_they_are_written() -> None:
    assert calling_services(an_environment(SHOP), "orders") == ["web", "admin"]


def test_nobody_calls_what_nobody_names() -> None:
    assert calling_services(an_environment(SHOP), "web") == []


def test_what_prepares_a_version_calls_what_its_service_calls() -> None:
    assert calling_pods(an_environment(SHOP), "orders") == ["web", "web-prepare", "admin"]


def test_a_service_answers_to_its_aliases() -> None:
    environment = an_environment(SHOP)

    assert service_called(environment, "sales") is environment.services["orders"]


def test_nobody_answers_to_an_unknown_name() -> None:
    assert service_called(an_environment(SHOP), "purchases") is None
