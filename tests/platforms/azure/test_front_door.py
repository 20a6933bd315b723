"""Front Door: the first hop, HTTPS to the gateway, a cache for what does not change."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import RESOURCES, azure, everything, named, operator_problems, references
from tests.support.rendering import Json, rendered, the

from groundplan.platforms.azure.front_door import cache_duration

EDGE = f"""
platform:
  azure:
    vault: {{certificates: [tls]}}
    edge: {{gateway: {{certificate: tls}}, front_door: {{cache_static: 24h, static_paths: [/static/*]}}}}
services: {{web: {{image: "web:1.0", port: 80, {RESOURCES}}}}}
ingress: {{type: application-gateway}}
expose: {{www: {{routes: {{/: web}}}}}}
hosts: {{www: shop.example.com}}
"""


def edge(*overlays: str) -> list[Json]:
    return rendered(azure(EDGE, *overlays), "edge")


def route(name: str) -> Json:
    found: Json = the(edge(), "Route", f"afd-shop-live-route-{name}")["spec"]
    return found


@pytest.mark.parametrize(
    ("text", "written"), [("24h", "1.00:00:00"), ("90m", "0.01:30:00"), ("30d", "30.00:00:00"), ("45s", "0.00:00:45")]
)
def test_durations_are_days_and_a_clock(text: str, written: str) -> None:
    assert cache_duration(text) == written


def test_requests_go_on_by_https_alone() -> None:
    assert (route("default")["httpsRedirect"], route("default")["forwardingProtocol"]) == ("Enabled", "HttpsOnly")


def test_static_paths_are_cached_and_nothing_else_is() -> None:
    assert route("static")["patternsToMatch"] == ["/static/*"]
    assert "cacheConfiguration" in route("static")
    assert "cacheConfiguration" not in route("default")


def test_what_is_static_stays_as_long_as_the_environment_says() -> None:
    rule = the(edge(), "Rule")["spec"]["actions"][0]["routeConfigurationOverride"]["parameters"]

    assert rule["cacheConfiguration"]["cacheDuration"] == "1.00:00:00"


def test_every_host_is_a_domain_behind_the_firewall() -> None:
    documents = edge("expose: {more: {routes: {/: web}}}\nhosts: {more: www.example.com}")
    domains = set(named(documents, "AfdCustomDomain"))

    guarded = the(documents, "SecurityPolicy")["spec"]["parameters"]["webApplicationFirewall"]["associations"][0]

    assert {item["reference"]["name"] for item in guarded["domains"]} == domains
    assert len(domains) == 2


def test_the_name_of_the_origins_certificate_is_checked() -> None:
    assert the(edge(), "AfdOrigin")["spec"]["enforceCertificateNameCheck"] is True


def test_without_hosts_there_is_nothing_to_stand_in_front_of() -> None:
    assert named(edge("ingress: null\nhosts: null"), "Profile") == {}


def test_every_reference_and_owner_leads_to_an_object() -> None:
    documents = everything(azure(EDGE))
    there = {(item["apiVersion"].partition("/")[0], item["kind"], item["metadata"]["name"]) for item in documents}
    names = {item["metadata"]["name"] for item in documents}

    assert [found for item in edge() for found in references(item["spec"]) if found not in there] == []
    assert {item["spec"]["owner"]["name"] for item in edge() if "owner" in item["spec"]} <= names


def test_what_is_rendered_fits_the_operators_contracts() -> None:
    assert operator_problems(edge()) == []
