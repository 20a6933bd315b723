"""Releases step by step: who gets how many requests, what is measured, and what takes a release back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser
import pytest
from tests.support.azure_rendering import RESOURCES, azure, introduced, operator_problems
from tests.support.parts import a_component, a_service
from tests.support.rendering import Json, rendered, the

from groundplan.errors import ConstructError
from groundplan.workloads.progressive import ProgressiveRollout, ReleaseProps

SHOP = f"""
platform: {{azure: {{vault: {{certificates: [tls]}}, edge: {{gateway: {{certificate: tls}}}}}}}}
services: {{web: {{image: "web:1.0", port: 8080, rollout: canary, {RESOURCES}}}}}
rollouts:
  canary: {{weight: 10, observe: 15m, then: [50, 100], max_error_rate: 1}}
  blue_green: {{observe: 30m, max_error_rate: 0.5, max_latency: 10s}}
"""
HOSTS = """
ingress:
  type: application-gateway
expose: {www: {routes: {/: web, /basket: web}}}
hosts: {www: www.shop.example}
"""
BLUE_GREEN = "services: {web: {rollout: blue-green}}"


def web(*overlays: str) -> list[Json]:
    return rendered(azure(SHOP, *overlays), "web")


def strategy(*overlays: str) -> Json:
    found: Json = the(web(*overlays), "Rollout")["spec"]["strategy"]
    return found


def metrics(name: str, *overlays: str) -> dict[str, Json]:
    template = the(web(*overlays), "AnalysisTemplate", f"web-{name}")
    return {metric["name"]: metric for metric in template["spec"]["metrics"]}


def measurements() -> Iterator[Json]:
    for template in ("errors",):
        yield from metrics(template).values()
    yield from metrics("watch", BLUE_GREEN).values()


def test_a_share_comes_first_is_watched_and_grows() -> None:
    assert strategy()["canary"]["steps"] == [
        {"setWeight": 10},
        {"pause": {"duration": "15m"}},
        {"setWeight": 50},
        {"setWeight": 100},
    ]


def test_a_rollout_takes_the_place_of_the_deployment() -> None:
    kinds = {item["kind"] for item in web()}

    assert "Rollout" in kinds
    assert "Deployment" not in kinds


def test_the_new_version_has_a_service_of_its_own() -> None:
    canary = strategy()["canary"]

    assert the(web(), "Service", canary["canaryService"])["spec"]["selector"] == {"app": "web"}
    assert canary["stableService"] == "web"


def test_shares_are_kept_by_the_route_the_rollout_names() -> None:
    documents = web(HOSTS)

    route = the(documents, "VirtualService")
    routing = the(documents, "Rollout")["spec"]["strategy"]["canary"]["trafficRouting"]["istio"]["virtualService"]

    assert routing["name"] == route["metadata"]["name"]
    assert routing["routes"] == [route["spec"]["http"][0]["name"]]
    assert [item["weight"] for item in route["spec"]["http"][0]["route"]] == [100, 0]


def test_longer_paths_are_matched_first() -> None:
    route = the(web(HOSTS), "VirtualService")["spec"]["http"][0]

    assert [match["uri"]["prefix"] for match in route["match"]] == ["/basket", "/"]


def test_without_a_public_host_shares_are_shares_of_the_pods() -> None:
    assert "trafficRouting" not in strategy()["canary"]
    assert "VirtualService" not in {item["kind"] for item in web()}


def test_a_canary_is_measured_for_as_long_as_its_share_is_watched() -> None:
    assert metrics("errors")["error-rate"]["count"] == 15


def test_a_canary_is_measured_by_the_requests_it_gets_itself() -> None:
    query = metrics("errors")["error-rate"]["provider"]["prometheus"]["query"]

    assert 'destination_service_name="web-canary"' in query


def test_a_full_copy_is_switched_to_by_a_person() -> None:
    blue_green = strategy(BLUE_GREEN)["blueGreen"]

    assert blue_green["autoPromotionEnabled"] is False
    assert (blue_green["activeService"], blue_green["previewService"]) == ("web", "web-preview")


def test_before_production_it_switches_by_itself_for_nobody_waits_there() -> None:
    assert strategy(BLUE_GREEN, "stage: staging")["blueGreen"]["autoPromotionEnabled"] is True


def test_the_old_copy_runs_for_longer_than_the_new_one_is_watched() -> None:
    assert strategy(BLUE_GREEN)["blueGreen"]["scaleDownDelaySeconds"] > 30 * 60


def test_the_preview_is_asked_for_its_health_before_the_switch() -> None:
    health = metrics("health", BLUE_GREEN)["health"]

    assert health["provider"]["web"]["url"] == "http://web-preview.web.svc:8080/ready"
    assert (health["count"], health["failureLimit"]) == (3, 0)


def test_after_the_switch_errors_and_latency_are_watched() -> None:
    watched = metrics("watch", BLUE_GREEN)

    assert {name: metric["count"] for name, metric in watched.items()} == {
        "error-rate": 30,
        "latency": 30,
        "requests": 1,
    }
    assert watched["latency"]["successCondition"].endswith("<= 10")


def test_analyses_a_rollout_names_are_there() -> None:
    for overlay in ("", BLUE_GREEN):
        documents = web(overlay)
        names = {item["metadata"]["name"] for item in documents if item["kind"] == "AnalysisTemplate"}

        used = set(re.findall(r"'templateName': '([^']+)'", str(the(documents, "Rollout")["spec"]["strategy"])))

        assert used == names


def test_every_query_parses() -> None:
    queries = [metric["provider"]["prometheus"]["query"] for metric in measurements()]

    assert len(queries) == 5
    for query in queries:
        promql_parser.parse(query)


@pytest.mark.parametrize(
    ("result", "passes", "fails"),
    [([], True, False), ([float("nan")], True, False), ([0.0], True, False), ([99.0], False, True)],
    ids=["no series", "no request", "good", "bad"],
)
def test_no_request_is_no_failure_and_too_many_errors_are(result: list[float], *, passes: bool, fails: bool) -> None:
    for metric in (one for one in measurements() if one["name"] != "requests"):
        assert judged(metric["successCondition"], result) is passes
        assert judged(metric["failureCondition"], result) is fails


@pytest.mark.parametrize("result", [[], [float("nan")], [0.0], [99.0]])
def test_too_few_requests_decide_nothing(result: list[float]) -> None:
    for counted in (metrics("errors")["requests"], metrics("watch", BLUE_GREEN)["requests"]):
        assert not judged(counted["successCondition"], result)
        assert counted["failureCondition"] == "false"


def test_enough_requests_let_the_other_figures_decide() -> None:
    few = "rollouts: {canary: {min_requests: 7}}"

    assert judged(metrics("errors", few)["requests"]["successCondition"], [7.0])


def test_requests_are_counted_before_the_next_share_is_given() -> None:
    counted = metrics("errors")["requests"]

    assert counted["initialDelay"] == "840s"  # of fifteen minutes
    assert "[840s]" in counted["provider"]["prometheus"]["query"]


def test_before_production_nobody_would_decide_so_nothing_waits_for_requests() -> None:
    assert "requests" not in metrics("errors", "stage: staging")


def judged(condition: str, result: list[float]) -> bool:
    """The condition's value, its operators written as Python's."""
    python = condition.replace("||", "or").replace("&&", "and")
    return bool(eval(python, {"len": len, "isNaN": lambda value: value != value, "result": result}))


def test_limits_are_shares_not_percents() -> None:
    assert metrics("errors")["error-rate"]["failureCondition"].endswith("> 0.01")
    assert metrics("watch", BLUE_GREEN)["error-rate"]["failureCondition"].endswith("> 0.005")


def test_a_standby_runs_none_of_it() -> None:
    south = "environment: spare\nplatform: {azure: {region: koreasouth, network: {cidr: 10.1.0.0/16, subnets: null}}}"
    subnets = (
        "platform: {azure: {network: {subnets: {application: {cidr: 10.1.1.0/24}, gateway: {cidr: 10.1.4.0/24}}}}}"
    )
    primary = azure(SHOP, "recovery: {role: primary, peer: spare, rto: 1h, rpo: 15m}")
    waiting = azure(SHOP, south, subnets, "recovery: {role: standby, peer: live, rto: 1h, rpo: 15m}")

    _, spare = introduced(primary, waiting)

    assert the(rendered(spare, "web"), "Rollout")["spec"]["replicas"] == 0


def test_a_scaled_service_leaves_its_replicas_to_the_autoscaler() -> None:
    documents = web("services: {web: {scaling: {min: 3, max: 9}}}")

    assert "replicas" not in the(documents, "Rollout")["spec"]
    target = the(documents, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    assert (target["apiVersion"], target["kind"]) == ("argoproj.io/v1alpha1", "Rollout")


def test_a_service_that_nobody_can_ask_is_refused() -> None:
    release = ReleaseProps(prometheus="http://prometheus:9090")

    with pytest.raises(
        ConstructError, match=r"releases `web` by canary, but it serves no port; write rollout: rolling"
    ):
        ProgressiveRollout(
            a_component(),
            "rollout",
            "web",
            a_service(rollout="canary"),
            labels={},
            template={},
            replicas=1,
            release=release,
        )


def test_what_is_rendered_fits_the_schemas() -> None:
    documents = [*web(HOSTS), *web(HOSTS, BLUE_GREEN)]

    assert operator_problems(documents, of="argoproj.io") == []
    assert operator_problems(documents, of="istio.io") == []
