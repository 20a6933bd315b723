"""Ways to break an object that a relation went through, by the part it plays there: each must end the relation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Object

Document = dict[str, Any]
Break = Callable[[Document, str], None]
"""Changes a document in place; the text is what a part is told behind its name: a variable, a key, a path."""

WRONG = "mutated"


def template_of(document: Document) -> Document:
    """The pod template of a workload."""
    place: Any = document
    for step in POD_TEMPLATES[str(document["apiVersion"]).rpartition("/")[0], document["kind"]]:
        place = place[step]
    template: Document = place
    return template


def broken(item: Object, part: str) -> Iterator[tuple[str, Object | None]]:
    """`item` broken in every way that matters to its part, each with a word for it; None where it is gone."""
    kind, _, told = part.partition(" ")
    if kind not in STAYING:
        yield "is gone", None
    for word, change in WAYS.get(kind, {}).items():
        document = copy.deepcopy(dict(item.document))
        change(document, told)
        if document != item.document:
            yield word, replace(item, document=document)


def _selects_others(document: Document, told: str) -> None:
    spec = document["spec"]
    selector = spec.get("selector") or {}
    if "matchLabels" in selector or "matchExpressions" in selector:
        spec["selector"] = {"matchLabels": {"app": WRONG}}
    elif selector:
        spec["selector"] = dict.fromkeys(selector, WRONG)


def _other_port(document: Document, told: str) -> None:
    for port in document["spec"].get("ports", []):
        port["targetPort"] = WRONG


def _other_labels(document: Document, told: str) -> None:
    template = template_of(document)
    template["metadata"]["labels"] = dict.fromkeys(template["metadata"]["labels"], WRONG)


def _nobody(direction: str) -> Break:
    def change(document: Document, told: str) -> None:
        document["spec"][direction] = []

    return change


def _other_addresses(document: Document, told: str) -> None:
    if "data" in document:
        document["data"] = dict.fromkeys(document["data"], WRONG)
        return
    pod = template_of(document)["spec"]
    for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
        for entry in container.get("env", []):
            if "value" in entry:
                entry["value"] = WRONG


def _other_backends(document: Document, told: str) -> None:
    for rule in document["spec"].get("rules", []):
        for path in rule.get("http", {}).get("paths", []):
            path["backend"]["service"]["name"] = WRONG


def _other_hosts(document: Document, told: str) -> None:
    for rule in document["spec"].get("rules", []):
        rule["host"] = WRONG
    if "hosts" in document["spec"]:
        document["spec"]["hosts"] = [WRONG]


def _other_destinations(document: Document, told: str) -> None:
    for rule in document["spec"].get("http", []):
        for leg in rule.get("route", []):
            leg["destination"]["host"] = WRONG


def _other_endpoint(document: Document, told: str) -> None:
    for field in ("endpoints", "podMetricsEndpoints"):
        for endpoint in document["spec"].get(field, []):
            endpoint["port"] = WRONG


def _milder(document: Document, told: str) -> None:
    for group in document["spec"]["groups"]:
        for rule in group["rules"]:
            rule.get("labels", {})["severity"] = WRONG


def _without_routes(document: Document, told: str) -> None:
    document["spec"]["route"]["routes"] = []


def _silent(document: Document, told: str) -> None:
    document["spec"]["receivers"] = [{"name": item["name"]} for item in document["spec"]["receivers"]]


def _other_keys(document: Document, told: str) -> None:
    for entry in document["spec"].get("data", []):
        entry["secretKey"] = WRONG


def _no_rules(document: Document, told: str) -> None:
    document["rules"] = []


def _other_subjects(document: Document, told: str) -> None:
    for entry in document.get("subjects", []):
        entry["name"] = WRONG


def _reads_another_key(document: Document, told: str) -> None:
    pod = template_of(document)["spec"]
    for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
        for entry in container.get("env", []):
            if entry["name"] == told and "secretKeyRef" in entry.get("valueFrom", {}):
                entry["valueFrom"]["secretKeyRef"]["key"] = WRONG
        for entry in container.get("envFrom", []):
            if "secretRef" in entry and not any(one["name"] == told for one in container.get("env", [])):
                entry["secretRef"]["name"] = WRONG


def _draws_another_key(document: Document, told: str) -> None:
    for entry in document["spec"].get("data", []):
        if entry.get("remoteRef", {}).get("key") == told:
            entry["remoteRef"]["key"] = WRONG


def _draws_elsewhere(document: Document, told: str) -> None:
    if "secretStoreRef" in document["spec"]:
        document["spec"]["secretStoreRef"]["name"] = WRONG


def _of_another_vault(document: Document, told: str) -> None:
    for provider in document["spec"]["provider"].values():
        for key in ("role", "vaultUrl"):
            if key in provider:
                provider[key] = f"https://{WRONG}.example" if key == "vaultUrl" else WRONG


def _without_tags(document: Document, told: str) -> None:
    for provider in document["spec"]["provider"].values():
        provider.pop("sessionTagsPolicy", None)


def _of_another_account(document: Document, told: str) -> None:
    for provider in document["spec"]["provider"].values():
        if "serviceAccountRef" in provider:
            provider["serviceAccountRef"]["name"] = WRONG


def _permits_nothing(document: Document, told: str) -> None:
    spec = document["spec"]
    if "policyDocument" in spec:
        spec["policyDocument"] = '{"Version": "2012-10-17", "Statement": []}'
    if "roleDefinitionReference" in spec:
        spec["roleDefinitionReference"] = {"armId": WRONG}
    if "accessPolicies" in spec.get("properties", {}):
        spec["properties"]["accessPolicies"] = []
    if "policies" in spec:
        spec["policies"] = []


def _for_somebody_else(document: Document, told: str) -> None:
    spec = document["spec"]
    if "serviceAccount" in spec:
        spec["serviceAccount"] = WRONG
    if "subject" in spec:
        spec["subject"] = f"system:serviceaccount:{WRONG}:{WRONG}"
    for entry in spec.get("podIdentityAssociations", []):
        entry["serviceAccount"] = WRONG


def _trusts_nobody(document: Document, told: str) -> None:
    document["spec"]["assumeRolePolicyDocument"] = '{"Version": "2012-10-17", "Statement": []}'


def _does_nothing(document: Document, told: str) -> None:
    if (str(document["apiVersion"]).rpartition("/")[0], document["kind"]) in POD_TEMPLATES:
        pod = template_of(document)["spec"]
        for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
            container["command"], container["args"], container["env"] = ["true"], [], []


def _other_folder(document: Document, told: str) -> None:
    document["spec"]["source"]["path"] = f"dist/{WRONG}"


def _by_hand(document: Document, told: str) -> None:
    document["spec"]["syncPolicy"].pop("automated", None)


def _other_namespace(document: Document, told: str) -> None:
    document["spec"]["destination"]["namespace"] = WRONG


def _no_sources(document: Document, told: str) -> None:
    document["spec"]["sourceRepos"] = []


def _no_destinations(document: Document, told: str) -> None:
    document["spec"]["destinations"] = []


def _no_pods(document: Document, told: str) -> None:
    if document["kind"] == "CronJob":
        document["spec"]["suspend"] = True
    elif document["kind"] != "DaemonSet":
        document["spec"]["replicas"] = 0


def _others_pods(document: Document, told: str) -> None:
    chosen = document["spec"].get("selector", {})
    if "matchLabels" in chosen:
        chosen["matchLabels"] = {"app": WRONG}


def _asks_too_much(document: Document, told: str) -> None:
    if "resources" in document["spec"]:
        document["spec"]["resources"] = {"requests": {"cpu": "9999", "memory": "1Gi"}}
        return
    for container in template_of(document)["spec"]["containers"]:
        container["resources"] = {"requests": {"cpu": "9999", "memory": "1Gi"}}


def _wants_another_node(document: Document, told: str) -> None:
    if (str(document["apiVersion"]).rpartition("/")[0], document["kind"]) in POD_TEMPLATES:
        template_of(document)["spec"]["nodeSelector"] = {WRONG: WRONG}
    else:
        document["spec"].setdefault("affinity", {})["nodeSelector"] = {WRONG: WRONG}


def _lets_nothing_in(document: Document, told: str) -> None:
    document["spec"]["hard"] = dict.fromkeys(document["spec"]["hard"], "0")


def _no_nodes(document: Document, told: str) -> None:
    place: Any = document
    *above, last = told.split()
    for step in above:
        place = place[int(step) if step.isdigit() else step]
    place[last] = 0


def _no_room(document: Document, told: str) -> None:
    spec = document["spec"]
    low, high = ("minReplicas", "maxReplicas") if "maxReplicas" in spec else ("minReplicaCount", "maxReplicaCount")
    spec[high] = spec.get(low, 0)


def _counts_others(document: Document, told: str) -> None:
    document["spec"]["scaleTargetRef"]["name"] = WRONG


def _follows_nothing(document: Document, told: str) -> None:
    document["spec"]["metrics" if "metrics" in document["spec"] else "triggers"] = []


def _adapter_rules(document: Document) -> list[Document]:
    rules: list[Document] = document["spec"]["source"]["helm"]["valuesObject"]["rules"]["custom"]
    return rules


def _serves_others(document: Document, told: str) -> None:
    for rule in _adapter_rules(document):
        if rule.get("name", {}).get("as") == told:
            rule["name"]["as"] = WRONG


def _other_series(document: Document, told: str) -> None:
    for rule in _adapter_rules(document):
        if rule.get("name", {}).get("as") == told:
            rule["seriesQuery"] = WRONG


def _another_name(document: Document, told: str) -> None:
    document["spec"]["azureName"] = WRONG


def _other_script(document: Document, told: str) -> None:
    pod = template_of(document)["spec"]
    for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
        command = container.get("command", [])
        if len(command) > 2:
            command[2] = f"exit 0\n{command[2]}"


def _forgets_soon(document: Document, told: str) -> None:
    spec = document["spec"]
    for rule in spec.get("lifecycle", {}).get("rules", []):
        if "expiration" in rule:
            rule["expiration"]["days"] = 1
    policy = spec.get("policy")
    for rule in policy.get("rules", []) if isinstance(policy, dict) else ():
        rule["definition"]["actions"]["baseBlob"]["delete"] = {"daysAfterModificationGreaterThan": 1}


def _forgets_log(document: Document, told: str) -> None:
    rule = {"id": WRONG, "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 1}}
    document["spec"].setdefault("lifecycle", {}).setdefault("rules", []).append(rule)


def _keeps_a_day(document: Document, told: str) -> None:
    spec = document["spec"]
    if "retentionPolicy" in spec:
        spec["retentionPolicy"] = "1d"
    if "backup" in spec:
        spec["backup"]["backupRetentionDays"] = 1


def _elsewhere(document: Document, told: str) -> None:
    document["spec"]["configuration"]["destinationPath"] = f"s3://{WRONG}/"


def _archives_nothing(document: Document, told: str) -> None:
    document["spec"]["plugins"] = []


def _sleeps(document: Document, told: str) -> None:
    document["spec"]["suspend"] = True


def _of_another_database(document: Document, told: str) -> None:
    document["spec"]["cluster"]["name"] = WRONG


def _keeps_seconds(document: Document, told: str) -> None:
    for container in template_of(document)["spec"]["containers"]:
        for entry in container.get("env", []):
            if entry["name"] == "KEEP_SECONDS":
                entry["value"] = "60"


def _all_together(document: Document, told: str) -> None:
    """Takes away what keeps instances apart, in the words of each kind."""
    spec = document["spec"]
    if "affinity" in spec:
        spec["affinity"] = {**spec["affinity"], "enablePodAntiAffinity": False}
    pod = spec.get("template", {}).get("spec", {})
    pod.pop("topologySpreadConstraints", None)
    pod.pop("affinity", None)
    if "highAvailability" in spec:
        spec["highAvailability"] = {"mode": "Disabled"}
    if "replicasPerPrimary" in spec:
        spec["replicasPerPrimary"] = 0
    if told != "node":
        for field in ("zones", "availabilityZones"):
            if field in spec:
                spec[field] = spec[field][:1]
        if "zoneRedundant" in spec:
            spec["zoneRedundant"] = False
        for pool in spec.get("agentPoolProfiles", []):
            pool["availabilityZones"] = pool.get("availabilityZones", [])[:1]


def _one_zone(document: Document, told: str) -> None:
    spec = document["spec"]
    for pool in [spec, *spec.get("agentPoolProfiles", [])]:
        if told == "node":
            for field in ("minCount", "maxCount", "count"):
                if field in pool:
                    pool[field] = 1
        elif "availabilityZones" in pool:
            pool["availabilityZones"] = pool["availabilityZones"][:1]
        if "subnetRefs" in pool and told != "node":
            pool["subnetRefs"] = pool["subnetRefs"][:1]
        if "scalingConfig" in pool and told == "node":
            pool["scalingConfig"] = {"minSize": 1, "maxSize": 1, "desiredSize": 1}


def _keeps_all(document: Document, told: str) -> None:
    document["spec"].pop("maxUnavailable", None)
    document["spec"]["minAvailable"] = 1000


def _keeps_none(document: Document, told: str) -> None:
    document["spec"].pop("maxUnavailable", None)
    document["spec"]["minAvailable"] = 0


def _leads_itself(document: Document, told: str) -> None:
    spec = document["spec"]
    if "replica" in spec:
        spec["replica"]["primary"] = spec["replica"]["self"]
    if "createMode" in spec:
        spec["createMode"] = "Default"


def _follows_another(document: Document, told: str) -> None:
    spec = document["spec"]
    for entry in spec.get("externalClusters", []):
        if "connectionParameters" in entry:
            entry["connectionParameters"]["host"] = WRONG
    if "sourceServerResourceReference" in spec:
        spec["sourceServerResourceReference"] = {"name": WRONG}


def _has_no_way_in(document: Document, told: str) -> None:
    document["spec"].pop("managed", None)
    if "azureName" in document["spec"]:
        document["spec"]["azureName"] = WRONG


def _admits_nobody(document: Document, told: str) -> None:
    document["spec"]["ingressRules"] = []


def _field(document: Document, told: str, change: Callable[[Document, str], None]) -> None:
    """Every mapping that holds the last step of a path, wherever its `*` leads."""
    places: list[Any] = [document]
    *above, last = told.split(".")
    for step in above:
        places = [
            found
            for place in places
            for found in (
                place if step == "*" and isinstance(place, list) else [place.get(step)] if step != "*" else []
            )
            if isinstance(found, dict | list)
        ]
    for place in places:
        if last in place:
            change(place, last)


def _unsaid(document: Document, told: str) -> None:
    _field(document, told, lambda place, last: place.pop(last))


def _said_otherwise(document: Document, told: str) -> None:
    def otherwise(place: Document, last: str) -> None:
        value = place[last]
        place[last] = not value if isinstance(value, bool) else [] if isinstance(value, list) else ""

    _field(document, told, otherwise)


def _lets_all_through(document: Document, told: str) -> None:
    document["spec"][told] = [{}]


def _takes_lost_image(document: Document, told: str) -> None:
    if "template" in document["spec"]:
        for container in document["spec"]["template"]["spec"]["containers"]:
            container["image"] = f"registry.{told}.example/{WRONG}"


def _enforces_nothing(document: Document, told: str) -> None:
    _field(document, told, lambda place, last: place.update({last: WRONG}))


def _stands_anywhere(document: Document, told: str) -> None:
    """Takes away what binds pods to a pool, and lets them stand every taint."""
    if (str(document["apiVersion"]).rpartition("/")[0], document["kind"]) in POD_TEMPLATES:
        spec = template_of(document)["spec"]
    else:
        spec = document["spec"].setdefault("affinity", {})
    spec.pop("nodeSelector", None)
    spec["tolerations"] = [{"operator": "Exists"}]


def _of_another_template(document: Document, told: str) -> None:
    document["spec"]["launchTemplate"] = {"name": WRONG}


def _in_other_groups(document: Document, told: str) -> None:
    document["spec"]["data"]["securityGroupIDs"] = [WRONG]


def _in_no_groups(document: Document, told: str) -> None:
    document["spec"]["data"].pop("securityGroupIDs", None)


def _by_another_table(document: Document, told: str) -> None:
    document["spec"]["routeTableRefs"] = [{"from": {"name": WRONG}}]


def _no_way_out(document: Document, told: str) -> None:
    document["spec"]["routes"] = []


def _of_another_place(document: Document, told: str) -> None:
    for field in ("subnetRef", "vpcRef"):
        if field in document["spec"]:
            document["spec"][field] = {"from": {"name": WRONG}}


def _without_tls(document: Document, told: str) -> None:
    document["spec"].pop("tls", None)
    notes = document["metadata"].get("annotations", {})
    for name in [name for name in notes if name.endswith("-ssl-certificate")]:
        del notes[name]


def _by_old_tls(document: Document, told: str) -> None:
    notes = document["metadata"].get("annotations", {})
    for name in list(notes):
        if name.endswith("/ssl-policy"):
            notes[name] = "ELBSecurityPolicy-2016-08"
        elif name.endswith("ssl-redirect"):
            notes[name] = "false"


def _for_others(document: Document, told: str) -> None:
    spec = document["spec"]
    if "dnsNames" in spec:
        spec["dnsNames"] = [f"{WRONG}.example"]
    if "domainName" in spec:
        spec["domainName"] = f"{WRONG}.example"
    if "sslCertificates" in spec:
        spec["sslCertificates"] = []


def _with_one_name(document: Document, told: str) -> None:
    notes = document["metadata"]["annotations"]
    for name in list(notes):
        if name.endswith("/aws-failover"):
            notes[name] = WRONG


def _whatever_lives(document: Document, told: str) -> None:
    notes = document["metadata"]["annotations"]
    for name in list(notes):
        if name.endswith("/aws-evaluate-target-health"):
            notes[name] = "false"


def _writes_other_zones(document: Document, told: str) -> None:
    document["spec"]["source"]["helm"]["valuesObject"]["domainFilters"] = [WRONG]


def _unprobed(document: Document, told: str) -> None:
    document["spec"].pop("healthProbeSettings", None)


def _unmeasured(document: Document, told: str) -> None:
    for way in document["spec"]["strategy"].values():
        for field in ("analysis", "prePromotionAnalysis", "postPromotionAnalysis"):
            way.pop(field, None)


def _forgives(document: Document, told: str) -> None:
    for metric in document["spec"]["metrics"]:
        metric["failureLimit"] = 1000


def _measures_others(document: Document, told: str) -> None:
    for metric in document["spec"]["metrics"]:
        for provider in metric["provider"].values():
            if "query" in provider:
                provider["query"] = "vector(0)"
            else:
                provider["url"] = f"http://{WRONG}"


def _another_configuration(document: Document, told: str) -> None:
    values = document["spec"]["source"]["helm"]["valuesObject"]
    values["alertmanager"]["alertmanagerSpec"]["alertmanagerConfiguration"] = {"name": WRONG}


def _owned_by_others(document: Document, told: str) -> None:
    for way in document["spec"]["bootstrap"].values():
        way["owner"] = WRONG


def _of_another_name(document: Document, told: str) -> None:
    for way in document["spec"]["bootstrap"].values():
        way["database"] = WRONG


def _by_another_secret(document: Document, told: str) -> None:
    for way in document["spec"]["bootstrap"].values():
        way["secret"] = {"name": WRONG}


STAYING = frozenset({"admission", "egress", "moot", "opening", "quota", "serving", "setting", "settings"})
"""Parts whose object may be gone without ending the relation: what it forbids is then permitted."""

WAYS: Mapping[str, Mapping[str, Break]] = {
    "adapter": {"serves other metrics": _serves_others, "computes from another series": _other_series},
    "admission": {"lets nothing in": _nobody("ingress")},
    "alert": {"has a severity that nobody hears": _milder},
    "archive": {"keeps backups for a day": _keeps_a_day, "keeps them elsewhere": _elsewhere},
    "archived": {"archives nothing": _archives_nothing},
    "asking": {"does nothing": _does_nothing},
    "asks": {"asks for more than any node has": _asks_too_much, "wants a node that is not": _wants_another_node},
    "autoscaler": {
        "counts others": _counts_others,
        "follows nothing": _follows_nothing,
        "has no room": _no_room,
    },
    "backed-up": {"keeps backups for a day": _keeps_a_day},
    "binding": {"binds somebody else": _other_subjects},
    "budget": {"keeps all": _keeps_all, "keeps none": _keeps_none, "selects others": _others_pods},
    "certificate": {"is for others": _for_others},
    "delivery": {
        "goes to another namespace": _other_namespace,
        "syncs another folder": _other_folder,
        "waits for a person": _by_hand,
    },
    "drawn": {"draws another key": _draws_another_key, "draws from another store": _draws_elsewhere},
    "dumping": {"does nothing": _does_nothing, "is suspended": _no_pods},
    "egress": {"lets nothing out": _nobody("egress")},
    "enforcing": {"enforces nothing": _enforces_nothing},
    "expiring": {"forgets soon": _forgets_soon},
    "follower": {"follows another": _follows_another, "leads itself": _leads_itself},
    "gateway": {"stands elsewhere": _of_another_place},
    "grant": {"permits nothing": _permits_nothing},
    "group": {"admits nobody": _admits_nobody},
    "guarded": {"is measured by nobody": _unmeasured},
    "ingress": {"leads elsewhere": _other_backends, "has another host": _other_hosts},
    "keeping": {"forgets soon": _forgets_soon},
    "keeping-log": {"forgets soon": _forgets_log},
    "key": {"makes other keys": _other_keys},
    "leader": {"has no way in": _has_no_way_in},
    "lender": {"is for somebody else": _for_somebody_else},
    "made": {"draws from another store": _draws_elsewhere},
    "measuring": {"forgives": _forgives, "measures others": _measures_others},
    "monitor": {"selects others": _selects_others, "asks another port": _other_endpoint},
    "moot": {"says nothing": _unsaid},
    "opening": {"lets everybody through": _lets_all_through},
    "origins": {"asks nobody": _unprobed},
    "owned": {
        "belongs to somebody else": _owned_by_others,
        "has another name": _of_another_name,
        "lets in by another secret": _by_another_secret,
    },
    "pool": {"has no nodes": _no_nodes},
    "project": {"permits no repository": _no_sources, "permits nowhere": _no_destinations},
    "queue": {"has another name": _another_name},
    "quota": {"lets nothing in": _lets_nothing_in},
    "reader": {"reads another key": _reads_another_key},
    "receiver": {"has no routes": _without_routes, "tells nobody": _silent},
    "record": {"is like the other": _with_one_name, "stays whatever lives": _whatever_lives},
    "rehearsal": {"ends at once": _other_script, "is suspended": _no_pods},
    "role": {"permits nothing": _no_rules},
    "route": {"has another host": _other_hosts, "leads elsewhere": _other_destinations},
    "routing": {"leads nowhere": _no_way_out},
    "schedule": {"is of another database": _of_another_database, "is suspended": _sleeps},
    "service": {"selects others": _selects_others, "leads to another port": _other_port},
    "serving": {"has no TLS": _without_tls, "speaks old TLS": _by_old_tls},
    "setting": {"says nothing": _unsaid, "says otherwise": _said_otherwise},
    "settings": {"names other addresses": _other_addresses},
    "snapping": {"forgets soon": _keeps_seconds, "is suspended": _no_pods},
    "spread": {"keeps them together": _all_together},
    "stack": {"uses another configuration": _another_configuration},
    "standing": {"stands anywhere": _stands_anywhere},
    "store": {
        "has another account": _of_another_account,
        "is of another vault": _of_another_vault,
        "sends no tags": _without_tags,
    },
    "subnet": {"has another table": _by_another_table},
    "target": {"wears other labels": _other_labels},
    "template": {"gives no groups": _in_no_groups, "gives other groups": _in_other_groups},
    "templated": {"is of another template": _of_another_template},
    "trusting": {"trusts nobody": _trusts_nobody},
    "twin": {"takes its image from the lost region": _takes_lost_image},
    "worker": {"has no pods": _no_pods, "selects others": _others_pods},
    "writer": {"writes other zones": _writes_other_zones},
    "zones": {"has one": _one_zone},
}
"""Part to the ways of breaking it."""
