"""Azure's own monitoring: one workspace, bounded in days and bytes, and alerts on what is in it."""

from __future__ import annotations

from tests.support.azure_rendering import azure, named, operator_problems
from tests.support.rendering import Json, rendered, the

MONITOR = """
platform:
  azure:
    monitor:
      retention_days: 60
      daily_cap_gb: 2
      sampling: 10
      alerts: {errors: {query: "AppExceptions | summarize value=count()", threshold: 5, window: 15m, severity: 1, summary: too many errors}}
"""


def cloud(*overlays: str) -> list[Json]:
    return rendered(azure(MONITOR, *overlays), "cloud")


def test_logs_are_kept_for_days_and_taken_in_up_to_a_cap() -> None:
    spec = the(cloud(), "Workspace")["spec"]

    assert spec["retentionInDays"] == 60
    assert spec["workspaceCapping"] == {"dailyQuotaGb": 2}


def test_without_a_cap_none_is_written() -> None:
    assert (
        "workspaceCapping" not in the(rendered(azure("platform: {azure: {monitor: {}}}"), "cloud"), "Workspace")["spec"]
    )


def test_requests_are_traced_by_identities_into_the_workspace() -> None:
    spec = the(cloud(), "Component")["spec"]

    assert spec["SamplingPercentage"] == 10
    assert spec["DisableLocalAuth"] is True
    assert spec["workspaceResourceReference"]["name"] == "law-shop-live"


def test_names_of_the_environment_go_before_the_convention() -> None:
    documents = cloud("platform: {azure: {monitor: {workspace: shop-logs, insights: shop-traces}}}")

    assert "shop-logs" in named(documents, "Workspace")
    assert "shop-traces" in named(documents, "Component")


def test_an_alert_asks_the_workspace_and_tells_the_action_group() -> None:
    documents = cloud()

    rule = the(documents, "ScheduledQueryRule")["spec"]

    assert rule["windowSize"] == "PT15M"
    assert rule["criteria"]["allOf"][0]["threshold"] == 5
    assert rule["scopesReferences"][0]["name"] == "law-shop-live"
    assert rule["actions"]["actionGroupsReferences"][0]["name"] in named(documents, "ActionGroup")


def test_the_owner_is_told_by_mail() -> None:
    group = the(cloud(), "ActionGroup")["spec"]

    assert [receiver["emailAddress"] for receiver in group["emailReceivers"]] == ["platform@shop.example"]


def test_an_owner_without_an_address_is_not_told() -> None:
    assert "emailReceivers" not in the(cloud("owner: {email: ''}"), "ActionGroup")["spec"]


def test_a_long_systems_short_name_fits_the_group() -> None:
    group = the(cloud("system: a-rather-long-name\nplatform: {azure: {vault: null}}"), "ActionGroup")["spec"]

    assert len(group["groupShortName"]) <= 12


def test_what_is_rendered_fits_the_operators_schemas() -> None:
    assert operator_problems(cloud()) == []
