"""Ways to break an object that a relation went through, by the part it plays there: each must end the relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Object
from groundplan.requirements.relations.evidence import Break, Breaks, all_ways

Document = dict[str, Any]

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
    for word, change in all_ways(kind, WAYS):
        document = _copied(item.document)
        change(document, told)
        if document != item.document:
            yield word, replace(item, document=document)


def _copied(value: Any) -> Any:
    """A copy that may be changed; a document holds nothing but mappings, lists and scalars, each in one place."""
    if isinstance(value, dict):
        return {key: _copied(below) for key, below in value.items()}
    return [_copied(below) for below in value] if isinstance(value, list) else value


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


def _of_another_account(document: Document, told: str) -> None:
    for provider in document["spec"]["provider"].values():
        if "serviceAccountRef" in provider:
            provider["serviceAccountRef"]["name"] = WRONG


def _for_somebody_else(document: Document, told: str) -> None:
    spec = document["spec"]
    if "serviceAccount" in spec:
        spec["serviceAccount"] = WRONG
    if "subject" in spec:
        spec["subject"] = f"system:serviceaccount:{WRONG}:{WRONG}"


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


def _other_script(document: Document, told: str) -> None:
    pod = template_of(document)["spec"]
    for container in [*pod.get("containers", []), *pod.get("initContainers", [])]:
        command = container.get("command", [])
        if len(command) > 2:
            command[2] = f"exit 0\n{command[2]}"


def _keeps_seconds(document: Document, told: str) -> None:
    for container in template_of(document)["spec"]["containers"]:
        for entry in container.get("env", []):
            if entry["name"] == "KEEP_SECONDS":
                entry["value"] = "60"


def _all_together(document: Document, told: str) -> None:
    pod = document["spec"].get("template", {}).get("spec", {})
    pod.pop("topologySpreadConstraints", None)
    pod.pop("affinity", None)


def _keeps_all(document: Document, told: str) -> None:
    document["spec"].pop("maxUnavailable", None)
    document["spec"]["minAvailable"] = 1000


def _keeps_none(document: Document, told: str) -> None:
    document["spec"].pop("maxUnavailable", None)
    document["spec"]["minAvailable"] = 0


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


def _without_tls(document: Document, told: str) -> None:
    document["spec"].pop("tls", None)
    notes = document["metadata"].get("annotations", {})
    for name in [name for name in notes if name.endswith("-ssl-certificate")]:
        del notes[name]


def _plain(document: Document, told: str) -> None:
    notes = document["metadata"].get("annotations", {})
    for name in [name for name in notes if name.endswith("ssl-redirect")]:
        notes[name] = "false"


def _for_others(document: Document, told: str) -> None:
    spec = document["spec"]
    if "dnsNames" in spec:
        spec["dnsNames"] = [f"{WRONG}.example"]


def _writes_other_zones(document: Document, told: str) -> None:
    document["spec"]["source"]["helm"]["valuesObject"]["domainFilters"] = [WRONG]


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


STAYING = frozenset({"admission", "egress", "moot", "opening", "quota", "serving", "setting", "settings"})
"""Parts whose object may be gone without ending the relation: what it forbids is then permitted."""

WAYS: Breaks = {
    "adapter": {"serves other metrics": _serves_others, "computes from another series": _other_series},
    "admission": {"lets nothing in": _nobody("ingress")},
    "alert": {"has a severity that nobody hears": _milder},
    "asking": {"does nothing": _does_nothing},
    "asks": {"asks for more than any node has": _asks_too_much, "wants a node that is not": _wants_another_node},
    "autoscaler": {
        "counts others": _counts_others,
        "follows nothing": _follows_nothing,
        "has no room": _no_room,
    },
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
    "guarded": {"is measured by nobody": _unmeasured},
    "ingress": {"leads elsewhere": _other_backends, "has another host": _other_hosts},
    "key": {"makes other keys": _other_keys},
    "lender": {"is for somebody else": _for_somebody_else},
    "made": {"draws from another store": _draws_elsewhere},
    "measuring": {"forgives": _forgives, "measures others": _measures_others},
    "monitor": {"selects others": _selects_others, "asks another port": _other_endpoint},
    "moot": {"says nothing": _unsaid},
    "opening": {"lets everybody through": _lets_all_through},
    "pool": {"has no nodes": _no_nodes},
    "project": {"permits no repository": _no_sources, "permits nowhere": _no_destinations},
    "quota": {"lets nothing in": _lets_nothing_in},
    "reader": {"reads another key": _reads_another_key},
    "receiver": {"has no routes": _without_routes, "tells nobody": _silent},
    "rehearsal": {"ends at once": _other_script, "is suspended": _no_pods},
    "role": {"permits nothing": _no_rules},
    "route": {"has another host": _other_hosts, "leads elsewhere": _other_destinations},
    "service": {"selects others": _selects_others, "leads to another port": _other_port},
    "serving": {"has no TLS": _without_tls, "takes what is not encrypted": _plain},
    "setting": {"says nothing": _unsaid, "says otherwise": _said_otherwise},
    "settings": {"names other addresses": _other_addresses},
    "snapping": {"forgets soon": _keeps_seconds, "is suspended": _no_pods},
    "spread": {"keeps them together": _all_together},
    "stack": {"uses another configuration": _another_configuration},
    "standing": {"stands anywhere": _stands_anywhere},
    "store": {
        "has another account": _of_another_account,
        "is of another vault": _of_another_vault,
    },
    "target": {"wears other labels": _other_labels},
    "trying": {"is suspended": _no_pods, "looks for another row": _other_addresses},
    "twin": {"takes its image from the lost region": _takes_lost_image},
    "worker": {"has no pods": _no_pods, "selects others": _others_pods},
    "writer": {"writes other zones": _writes_other_zones},
}
"""Part to the ways of breaking it, of kinds of Kubernetes and of what every cluster has; folders of clouds and engines add theirs."""
