"""Operators on what stands between what is rented: the edge, ways inside, messages, and how releases are measured."""

from __future__ import annotations

from typing import Any

from .edits import Json, gone, operator, pod, values

ANALYSIS = "argoproj.io/AnalysisTemplate"
CDN = "cdn.azure.com"
NETWORK = "network.azure.com"
BUS = "servicebus.azure.com"


# Releases


@operator("delivery", ANALYSIS, "observability")
def release_passes_unseen(document: Json) -> Any:
    kept = [metric for metric in document["spec"]["metrics"] if metric["name"] != "requests"]
    if len(kept) == len(document["spec"]["metrics"]):
        return False
    document["spec"]["metrics"] = kept
    return None


@operator("delivery", ANALYSIS, "observability", "references", "intent")
def release_is_measured_by_the_old_version(document: Json) -> Any:
    told = document["spec"]["metrics"][0]["provider"]["prometheus"]
    if "-canary" not in told["query"]:
        return False
    told["query"] = told["query"].replace("-canary", "")
    return None


@operator("delivery", ANALYSIS, "reachability", "observability")
def release_is_measured_by_nobody(document: Json) -> Any:
    document["spec"]["metrics"][0]["provider"]["prometheus"]["address"] = "http://nobody.monitoring.svc:9090"


@operator("delivery", ANALYSIS, "intent", "observability")
def release_is_measured_once(document: Json) -> Any:
    metric = document["spec"]["metrics"][0]
    if metric["count"] == 1:
        return False
    metric["count"] = 1
    return None


# The edge


@operator("cloud", f"{CDN}/Route", "exposure", "intent")
def default_domain_goes_past_the_firewall(document: Json) -> Any:
    if document["spec"]["linkToDefaultDomain"] == "Enabled":
        return False
    document["spec"]["linkToDefaultDomain"] = "Enabled"
    return None


@operator("cloud", f"{CDN}/SecurityPolicy", "exposure", "intent")
def firewall_of_another_path(document: Json) -> Any:
    parameters = document["spec"]["parameters"]["webApplicationFirewall"]
    parameters["associations"][0]["patternsToMatch"] = ["/nothing"]


gone("cloud", "edge-has-no-firewall", f"{CDN}/SecurityPolicy", "exposure", "references")


@operator("cloud", "network.frontdoor.azure.com/WebApplicationFirewallPolicy", "exposure", "intent")
def rule_of_the_edge_is_off(document: Json) -> Any:
    document["spec"]["customRules"]["rules"][0]["enabledState"] = "Disabled"


@operator("cloud", f"{NETWORK}/WebApplicationFirewallPolicy", "reachability")
def any_front_door_is_let_in(document: Json) -> Any:
    rules = document["spec"]["customRules"]
    kept = [rule for rule in rules if rule["name"] != "OtherFrontDoors"]
    if len(kept) == len(rules):
        return False
    document["spec"]["customRules"] = kept
    return None


# Ways inside


gone("cloud", "endpoint-in-no-zone", f"{NETWORK}/PrivateEndpointsPrivateDnsZoneGroup", "reachability")


@operator("cloud", f"{NETWORK}/VirtualNetworksVirtualNetworkPeering", "reachability", "intent", "exposure")
def peering_lets_nobody_through(document: Json) -> Any:
    document["spec"]["allowVirtualNetworkAccess"] = False


@operator("cloud", f"{NETWORK}/NetworkSecurityGroupsSecurityRule", "reachability")
def security_rule_speaks_another_protocol(document: Json) -> Any:
    if document["spec"]["access"] != "Allow" or document["spec"]["protocol"] != "Tcp":
        return False
    document["spec"]["protocol"] = "Udp"
    return None


# Messages


@operator("cloud", f"{BUS}/NamespacesQueue {BUS}/NamespacesTopicsSubscription", "observability")
def messages_are_kept_for_ever(document: Json) -> Any:
    del document["spec"]["defaultMessageTimeToLive"]


@operator("cloud", f"{BUS}/NamespacesTopicsSubscription", "observability")
def expired_messages_fill_the_topic(document: Json) -> Any:
    document["spec"]["deadLetteringOnMessageExpiration"] = True


# Pods


@operator("workload", "argoproj.io/Rollout apps/Deployment", "intent")
def agent_that_nobody_brings(document: Json) -> Any:
    container = pod(document)["containers"][0]
    container["env"] = [
        *container.get("env", []), {"name": "JAVA_TOOL_OPTIONS", "value": "-javaagent:/opt/mutated.jar"},
    ]  # fmt: skip


@operator("backup", "batch/CronJob", "intent", "identity", "policy")
def dump_is_thrown_away(document: Json) -> Any:
    last = pod(document)["containers"][-1]
    if "upload" not in last["name"]:
        return False
    last["command"], last["args"] = ["echo", "done"], []
    return None


@operator("observability", "argoproj.io/Application", "observability", "references")
def alertmanager_of_another_configuration(document: Json) -> Any:
    values(document)["alertmanager"]["alertmanagerSpec"]["alertmanagerConfiguration"]["name"] = "mutated"


@operator("observability", "insights.azure.com/ScheduledQueryRule", "observability")
def query_of_a_column_that_is_not(document: Json) -> Any:
    one = document["spec"]["criteria"]["allOf"][0]
    one["query"] = one["query"].replace("summarize value =", "where Mutated > 1 | summarize value =")


@operator("observability", "insights.azure.com/ScheduledQueryRule", "observability")
def query_of_another_table(document: Json) -> Any:
    one = document["spec"]["criteria"]["allOf"][0]
    one["query"] = "Perf" + one["query"][one["query"].index(" ") :]


@operator("storage", "storage.azure.com/StorageAccountsManagementPolicy", "observability")
def replaced_versions_pile_up(document: Json) -> Any:
    if "delete" not in document["spec"]["policy"]["rules"][0]["definition"]["actions"]["version"]:
        return False
    del document["spec"]["policy"]["rules"][0]["definition"]["actions"]["version"]
    return None
