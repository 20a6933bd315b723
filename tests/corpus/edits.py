"""Operators that break a rendered object the way a regression of the generator would, one edit at a time.

Each operator is one kind of fault: it takes a copy of an object and changes it, or says that it has nothing to break.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Inventory, Object

Json = dict[str, Any]
Change = Callable[[Json], Any]
"""Changes a document in place; False where there is nothing to change, None is as good as True."""

WRONG = "mutated"
KEPT_BY_PRUNE = "argocd.argoproj.io/sync-options"


@dataclass(frozen=True, slots=True)
class Operator:
    """One kind of fault."""

    name: str
    area: str
    kinds: tuple[str, ...]
    """`group/Kind`, a kind of the core group without slash; `*` for every kind."""

    change: Change | None
    """How an object is changed; None: it is gone."""

    seen_by: tuple[str, ...]
    """Gates that are asked first."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One operator at one object."""

    operator: Operator
    item: Object
    changed: Object | None

    def __str__(self) -> str:
        return f"{self.operator.name}: {self.item.path}"


OPERATORS: list[Operator] = []


def operator(area: str, kinds: str, *seen_by: str) -> Callable[[Change], Change]:
    """Register a function as an operator, called like the function."""

    def register(change: Change) -> Change:
        name = change.__name__.replace("_", "-")
        OPERATORS.append(Operator(name, area, tuple(kinds.split()), change, seen_by))
        return change

    return register


def named(name: str, change: Change) -> Change:
    """`change` under a name of its own, for operators that differ in a word."""
    change.__name__ = name
    return change


def gone(area: str, name: str, kinds: str, *seen_by: str) -> None:
    """Register the removal of objects of some kinds."""
    OPERATORS.append(Operator(name, area, tuple(kinds.split()), None, seen_by))


def edits(inventory: Inventory, each: int) -> Iterator[Edit]:
    """Every operator at up to `each` objects, spread evenly over those that it can break."""
    for one in OPERATORS:
        found = [edit for item in inventory if _is(item, one) for edit in _edit(one, item)]
        step = max(1, len(found) // each)
        yield from found[::step][:each]


OF_THE_OTHER_SIDE = "-of-the-peer"
"""End of the names of what is for the other side of a recovery, which is not among the parts that are broken."""


def _is(item: Object, one: Operator) -> bool:
    if item.name.endswith(OF_THE_OTHER_SIDE):
        return False
    return any(kind in ("*", f"{item.group}/{item.kind}".lstrip("/")) for kind in one.kinds)


def _edit(one: Operator, item: Object) -> Iterator[Edit]:
    if one.change is None:
        yield Edit(one, item, None)
        return
    document = copy.deepcopy(dict(item.document))
    try:
        done = one.change(document)
    except (KeyError, IndexError, TypeError, AttributeError):
        return
    if done is not False and document != item.document:
        yield Edit(one, item, replace(item, document=document))


def pod(document: Json) -> Json:
    """The pod's spec of a workload."""
    place: Any = document
    for step in POD_TEMPLATES[str(document["apiVersion"]).rpartition("/")[0], document["kind"]]:
        place = place[step]
    found: Json = place["spec"]
    return found


def template(document: Json) -> Json:
    """The pod template of a workload."""
    place: Any = document
    for step in POD_TEMPLATES[str(document["apiVersion"]).rpartition("/")[0], document["kind"]]:
        place = place[step]
    found: Json = place
    return found


def values(document: Json) -> Json:
    """Values of the chart that an Application installs."""
    found: Json = document["spec"]["source"]["helm"]["valuesObject"]
    return found


WORKLOADS = "apps/Deployment apps/StatefulSet argoproj.io/Rollout"
NP = "networking.k8s.io/NetworkPolicy"
MON = "monitoring.coreos.com"


# Networking


@operator("networking", "Service", "references", "reachability")
def service_selects_others(document: Json) -> Any:
    selector = document["spec"]["selector"]
    selector[next(iter(selector))] = WRONG


@operator("networking", "Service", "references", "reachability")
def service_leads_to_a_port_nobody_has(document: Json) -> Any:
    document["spec"]["ports"][0]["targetPort"] = "nothing"


gone("networking", "service-is-gone", "Service", "references", "reachability")


@operator("networking", NP, "reachability")
def policy_lets_nothing_in(document: Json) -> Any:
    if not document["spec"]["ingress"]:
        return False
    document["spec"]["ingress"] = []
    return None


@operator("networking", NP, "reachability")
def policy_lets_nothing_out(document: Json) -> Any:
    if not document["spec"]["egress"]:
        return False
    document["spec"]["egress"] = []
    return None


@operator("networking", NP, "reachability")
def policy_admits_every_namespace(document: Json) -> Any:
    document["spec"]["ingress"][0]["from"] = [{"namespaceSelector": {}}]


@operator("networking", NP, "reachability")
def policy_admits_everybody(document: Json) -> Any:
    del document["spec"]["ingress"][0]["from"]


@operator("networking", NP, "reachability")
def policy_opens_another_port(document: Json) -> Any:
    document["spec"]["ingress"][0]["ports"][0]["port"] = 1


@operator("networking", NP, "reachability", "references")
def policy_names_another_peer(document: Json) -> Any:
    labels = document["spec"]["ingress"][0]["from"][0]["podSelector"]["matchLabels"]
    labels[next(iter(labels))] = WRONG


@operator("networking", NP, "reachability")
def policy_sends_anywhere(document: Json) -> Any:
    if document["spec"]["podSelector"] == {} or "egress" not in document["spec"]:
        return False
    document["spec"]["egress"].append({"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]})
    return None


@operator("networking", NP, "reachability", "references")
def policy_speaks_of_other_pods(document: Json) -> Any:
    labels = document["spec"]["podSelector"]["matchLabels"]
    labels[next(iter(labels))] = WRONG


@operator("networking", NP, "intent")
def default_deny_lets_everything_in(document: Json) -> Any:
    if document["spec"]["podSelector"] != {}:
        return False
    document["spec"]["policyTypes"] = ["Egress"]
    return None


# Ingress and TLS


@operator("ingress", "networking.k8s.io/Ingress", "references", "reachability")
def ingress_leads_elsewhere(document: Json) -> Any:
    document["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["name"] = WRONG


@operator("ingress", "networking.k8s.io/Ingress", "references", "reachability")
def ingress_asks_another_port(document: Json) -> Any:
    document["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]["port"] = {"number": 1}


@operator("ingress", "networking.k8s.io/Ingress", "policy")
def ingress_without_tls(document: Json) -> Any:
    del document["spec"]["tls"]


@operator("ingress", "networking.k8s.io/Ingress", "references", "policy")
def ingress_of_an_unknown_class(document: Json) -> Any:
    document["spec"]["ingressClassName"] = WRONG


@operator("ingress", "networking.k8s.io/Ingress", "intent")
def ingress_has_another_host(document: Json) -> Any:
    document["spec"]["rules"][0]["host"] = "mutated.example.com"


@operator("ingress", "networking.istio.io/VirtualService", "references", "reachability")
def route_leads_elsewhere(document: Json) -> Any:
    document["spec"]["http"][0]["route"][0]["destination"]["host"] = WRONG


@operator("ingress", "networking.istio.io/VirtualService", "references")
def route_hangs_on_no_gateway(document: Json) -> Any:
    document["spec"]["gateways"] = ["istio-ingress/mutated"]


@operator("ingress", "cert-manager.io/Issuer", "admission", "references")
def solver_on_a_port_of_the_nodes(document: Json) -> Any:
    document["spec"]["acme"]["solvers"][0]["http01"]["ingress"]["serviceType"] = "NodePort"


# Workloads


gone("workload", "workload-is-gone", WORKLOADS, "references", "reachability")


@operator("workload", WORKLOADS, "references", "schema", "reachability")
def pods_wear_other_labels(document: Json) -> Any:
    labels = template(document)["metadata"]["labels"]
    labels["app"] = WRONG


@operator("workload", WORKLOADS, "references", "reachability")
def container_names_its_port_otherwise(document: Json) -> Any:
    pod(document)["containers"][0]["ports"][0] = {"name": "other", "containerPort": 1}


@operator("workload", WORKLOADS, "policy")
def image_of_nobody_known(document: Json) -> Any:
    pod(document)["containers"][0]["image"] = "docker.io/mutated/tool:1.0"


@operator("workload", WORKLOADS, "policy")
def image_without_a_fixed_version(document: Json) -> Any:
    container = pod(document)["containers"][0]
    container["image"] = container["image"].rpartition(":")[0] + ":latest"


@operator("workload", WORKLOADS, "policy")
def container_is_privileged(document: Json) -> Any:
    pod(document)["containers"][0]["securityContext"]["privileged"] = True


@operator("workload", WORKLOADS, "policy")
def container_runs_as_root(document: Json) -> Any:
    pod(document)["securityContext"] |= {"runAsNonRoot": False, "runAsUser": 0}
    pod(document)["containers"][0]["securityContext"].pop("runAsNonRoot", None)


@operator("workload", WORKLOADS, "policy")
def container_writes_its_root(document: Json) -> Any:
    pod(document)["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False


@operator("workload", WORKLOADS, "policy")
def pod_mounts_its_node(document: Json) -> Any:
    pod(document).setdefault("volumes", []).append({"name": "node", "hostPath": {"path": "/"}})


@operator("workload", WORKLOADS, "policy")
def pod_on_the_node_s_network(document: Json) -> Any:
    pod(document)["hostNetwork"] = True


@operator("workload", WORKLOADS, "policy")
def container_without_limits(document: Json) -> Any:
    del pod(document)["containers"][0]["resources"]["limits"]


@operator("workload", WORKLOADS, "policy", "names")
def container_without_probes(document: Json) -> Any:
    container = pod(document)["containers"][0]
    del container["readinessProbe"], container["livenessProbe"]


@operator("workload", WORKLOADS, "names")
def probe_asks_a_port_nobody_has(document: Json) -> Any:
    pod(document)["containers"][0]["readinessProbe"]["httpGet"]["port"] = 1


@operator("workload", WORKLOADS, "references")
def pod_runs_as_an_unknown_account(document: Json) -> Any:
    pod(document)["serviceAccountName"] = WRONG


@operator("workload", WORKLOADS, "references")
def pod_of_an_unknown_priority(document: Json) -> Any:
    pod(document)["priorityClassName"] = WRONG


@operator("workload", WORKLOADS, "references", "reachability")
def variable_names_another_host(document: Json) -> Any:
    for entry in pod(document)["containers"][0]["env"]:
        if "://" in entry.get("value", ""):
            scheme, _, rest = entry["value"].partition("://")
            entry["value"] = f"{scheme}://mutated:{rest.rpartition(':')[2]}"
            return True
    return False


@operator("workload", "ConfigMap", "references", "reachability")
def setting_names_another_host(document: Json) -> Any:
    for key, _text in document["data"].items():
        if key.endswith("HOST"):
            document["data"][key] = WRONG
            return True
    return False


@operator("workload", WORKLOADS, "capacity")
def request_that_no_node_has(document: Json) -> Any:
    resources = pod(document)["containers"][0]["resources"]
    resources["requests"]["cpu"] = "64"
    resources["limits"]["cpu"] = "64"


@operator("workload", WORKLOADS, "intent")
def no_replica_runs(document: Json) -> Any:
    if not document["spec"].get("replicas"):
        return False
    document["spec"]["replicas"] = 0
    return None


@operator("workload", WORKLOADS, "policy")
def container_keeps_every_capability(document: Json) -> Any:
    del pod(document)["containers"][0]["securityContext"]["capabilities"]


@operator("workload", "Service", "policy")
def service_on_a_port_of_the_nodes(document: Json) -> Any:
    if document["spec"].get("clusterIP") == "None":
        return False
    document["spec"]["type"] = "NodePort"
    return None


# Scheduling


@operator("scheduling", WORKLOADS, "capacity", "placement")
def pod_wants_a_node_that_is_not(document: Json) -> Any:
    pod(document)["nodeSelector"] = {"mutated": "true"}


@operator("scheduling", WORKLOADS, "capacity")
def pod_stands_no_taint(document: Json) -> Any:
    if not pod(document).get("tolerations"):
        return False
    del pod(document)["tolerations"]
    return None


@operator("scheduling", "policy/PodDisruptionBudget", "policy", "capacity")
def budget_blocks_every_drain(document: Json) -> Any:
    document["spec"].pop("minAvailable", None)
    document["spec"]["maxUnavailable"] = 0


@operator("scheduling", "policy/PodDisruptionBudget", "references")
def budget_speaks_of_other_pods(document: Json) -> Any:
    document["spec"]["selector"]["matchLabels"] = {"app": WRONG}


@operator("scheduling", "ResourceQuota", "capacity", "policy")
def quota_smaller_than_what_runs(document: Json) -> Any:
    for key in document["spec"]["hard"]:
        if key.startswith("requests.") or key in ("cpu", "memory", "pods"):
            document["spec"]["hard"][key] = "1"


@operator("scheduling", "autoscaling/HorizontalPodAutoscaler", "references")
def autoscaler_of_another_workload(document: Json) -> Any:
    document["spec"]["scaleTargetRef"]["name"] = WRONG


@operator("scheduling", "autoscaling/HorizontalPodAutoscaler", "policy", "schema")
def autoscaler_without_room(document: Json) -> Any:
    document["spec"]["maxReplicas"] = document["spec"]["minReplicas"]


@operator("scheduling", "autoscaling/HorizontalPodAutoscaler", "observability")
def autoscaler_on_a_metric_of_nobody(document: Json) -> Any:
    for metric in document["spec"]["metrics"]:
        if metric["type"] == "Pods":
            metric["pods"]["metric"]["name"] = WRONG
            return True
    return False


@operator("scheduling", "keda.sh/ScaledObject", "references", "observability")
def queue_scaler_of_another_workload(document: Json) -> Any:
    document["spec"]["scaleTargetRef"]["name"] = WRONG


@operator("scheduling", "keda.sh/ScaledObject", "observability", "reachability")
def queue_scaler_asks_a_queue_of_nobody(document: Json) -> Any:
    told = document["spec"]["triggers"][0]["metadata"]
    told["queueName" if "queueName" in told else "address"] = "mutated:6379" if "address" in told else WRONG


# Rights


@operator("rbac", "rbac.authorization.k8s.io/Role rbac.authorization.k8s.io/ClusterRole", "policy", "identity")
def role_permits_everything(document: Json) -> Any:
    document["rules"].append({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]})


@operator("rbac", "rbac.authorization.k8s.io/Role", "policy", "identity")
def role_reads_secrets(document: Json) -> Any:
    document["rules"].append({"apiGroups": [""], "resources": ["secrets", "pods/exec"], "verbs": ["get", "create"]})


@operator("rbac", "rbac.authorization.k8s.io/RoleBinding rbac.authorization.k8s.io/ClusterRoleBinding", "references")
def binding_of_somebody_else(document: Json) -> Any:
    if document["subjects"][0]["kind"] != "ServiceAccount":
        return False
    document["subjects"][0]["name"] = WRONG
    return None


@operator("rbac", "rbac.authorization.k8s.io/RoleBinding", "policy", "identity")
def binding_to_cluster_admin(document: Json) -> Any:
    document["roleRef"] = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}


@operator("rbac", WORKLOADS, "policy", "reachability")
def token_where_none_is_needed(document: Json) -> Any:
    if pod(document).get("automountServiceAccountToken") is not False:
        return False
    pod(document)["automountServiceAccountToken"] = True
    return None


# Identities of a cloud


@operator("identity", "managedidentity.azure.com/FederatedIdentityCredential", "identity")
def identity_lent_to_another_account(document: Json) -> Any:
    document["spec"]["subject"] = "system:serviceaccount:mutated:mutated"


gone("identity", "identity-is-lent-to-nobody", "managedidentity.azure.com/FederatedIdentityCredential", "identity")
gone("identity", "right-is-gone", "authorization.azure.com/RoleAssignment", "identity")


@operator("identity", "authorization.azure.com/RoleAssignment", "identity")
def right_of_an_owner(document: Json) -> Any:
    reference = document["spec"]["roleDefinitionReference"]
    reference["armId"] = reference["armId"].rpartition("/")[0] + "/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


@operator("identity", "eks.services.k8s.aws/PodIdentityAssociation", "identity")
def identity_of_pods_lent_to_another_account(document: Json) -> Any:
    document["spec"]["serviceAccount"] = WRONG


gone("identity", "identity-of-pods-is-gone", "eks.services.k8s.aws/PodIdentityAssociation", "identity")


@operator("identity", "iam.services.k8s.aws/Policy", "identity")
def rights_in_a_cloud_without_bounds(document: Json) -> Any:
    told = json.loads(document["spec"]["policyDocument"])
    told["Statement"].append({"Effect": "Allow", "Action": "*", "Resource": "*"})
    document["spec"]["policyDocument"] = json.dumps(told)


@operator("identity", "iam.services.k8s.aws/Policy", "identity")
def rights_in_a_cloud_are_denied(document: Json) -> Any:
    told = json.loads(document["spec"]["policyDocument"])
    for statement in told["Statement"]:
        statement["Effect"] = "Deny"
    document["spec"]["policyDocument"] = json.dumps(told)


@operator("identity", "iam.services.k8s.aws/Role", "identity")
def role_trusts_somebody_else(document: Json) -> Any:
    told = json.loads(document["spec"]["assumeRolePolicyDocument"])
    told["Statement"][0]["Principal"] = {"Service": "lambda.amazonaws.com"}
    document["spec"]["assumeRolePolicyDocument"] = json.dumps(told)


@operator("identity", "eks.services.k8s.aws/AccessEntry", "identity")
def people_become_administrators(document: Json) -> Any:
    policy = document["spec"]["accessPolicies"][0]
    if "ClusterAdmin" in policy["policyARN"]:
        return False
    policy["policyARN"] = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
    return None


# Secrets


@operator("secrets", "external-secrets.io/ExternalSecret", "references")
def secret_of_an_unknown_store(document: Json) -> Any:
    document["spec"]["secretStoreRef"]["name"] = WRONG


@operator("secrets", "external-secrets.io/ExternalSecret", "references")
def secret_is_called_otherwise(document: Json) -> Any:
    document["spec"]["target"]["name"] = WRONG


@operator("secrets", "external-secrets.io/ExternalSecret", "references")
def secret_has_another_key(document: Json) -> Any:
    document["spec"]["data"][0]["secretKey"] = WRONG


@operator("secrets", "external-secrets.io/ExternalSecret", "identity", "documents", "references")
def secret_reads_another_value(document: Json) -> Any:
    document["spec"]["data"][0]["remoteRef"]["key"] = "mutated/key"


gone("secrets", "secret-is-not-made", "external-secrets.io/ExternalSecret", "references")


@operator("secrets", "external-secrets.io/SecretStore", "references", "identity")
def store_signs_in_as_somebody_else(document: Json) -> Any:
    provider = next(iter(document["spec"]["provider"].values()))
    place = provider if "serviceAccountRef" in provider else provider["auth"]["jwt"]
    place["serviceAccountRef"]["name"] = WRONG


@operator("secrets", WORKLOADS, "references")
def variable_of_a_key_that_is_not(document: Json) -> Any:
    for entry in pod(document)["containers"][0]["env"]:
        if "secretKeyRef" in entry.get("valueFrom", {}):
            entry["valueFrom"]["secretKeyRef"]["key"] = WRONG
            return True
    return False


# Storage and backup


@operator("storage", "PersistentVolumeClaim", "references")
def claim_of_an_unknown_class(document: Json) -> Any:
    document["spec"]["storageClassName"] = WRONG


@operator("storage", "apps/StatefulSet", "references")
def volume_of_an_unknown_class(document: Json) -> Any:
    document["spec"]["volumeClaimTemplates"][0]["spec"]["storageClassName"] = WRONG


@operator("storage", "postgresql.cnpg.io/Cluster", "references")
def database_on_an_unknown_class(document: Json) -> Any:
    document["spec"]["storage"]["storageClass"] = WRONG


@operator("storage", "postgresql.cnpg.io/Cluster", "references", "policy")
def database_reads_another_secret(document: Json) -> Any:
    document["spec"]["bootstrap"]["initdb"]["secret"]["name"] = WRONG


@operator("backup", "batch/CronJob postgresql.cnpg.io/ScheduledBackup", "intent")
def backup_is_suspended(document: Json) -> Any:
    document["spec"]["suspend"] = True


@operator("backup", "postgresql.cnpg.io/ScheduledBackup", "references")
def backup_of_another_database(document: Json) -> Any:
    document["spec"]["cluster"]["name"] = WRONG


@operator("backup", "barmancloud.cnpg.io/ObjectStore", "identity", "references")
def archive_in_another_bucket(document: Json) -> Any:
    document["spec"]["configuration"]["destinationPath"] = "s3://mutated/wal/"


@operator("backup", "s3.services.k8s.aws/Bucket", "delivery")
def bucket_goes_with_its_object(document: Json) -> Any:
    annotations = document["metadata"]["annotations"]
    for key in list(annotations):
        if "deletion-policy" in key or key == KEPT_BY_PRUNE:
            del annotations[key]


@operator("backup", "dbforpostgresql.azure.com/FlexibleServer storage.azure.com/StorageAccount", "delivery")
def data_goes_with_its_object(document: Json) -> Any:
    annotations = document["metadata"]["annotations"]
    for key in list(annotations):
        if "reconcile-policy" in key or key == KEPT_BY_PRUNE:
            del annotations[key]


@operator("backup", "storage.k8s.io/StorageClass", "intent")
def volumes_go_with_their_claims(document: Json) -> Any:
    if document.get("reclaimPolicy") != "Retain":
        return False
    document["reclaimPolicy"] = "Delete"
    return None


# Delivery


APP = "argoproj.io/Application"


@operator("delivery", APP, "references", "placement")
def application_of_another_folder(document: Json) -> Any:
    document["spec"]["source"]["path"] += "-mutated"


@operator("delivery", APP, "placement", "references")
def application_of_another_project(document: Json) -> Any:
    document["spec"]["project"] = WRONG


@operator("delivery", APP, "placement", "references")
def application_into_another_namespace(document: Json) -> Any:
    document["spec"]["destination"]["namespace"] = WRONG


@operator("delivery", APP, "order")
def application_comes_too_late(document: Json) -> Any:
    if document["spec"]["source"].get("chart") not in ("cert-manager", "cloudnative-pg", "external-secrets"):
        return False
    document["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"] = "90"
    return None


@operator("delivery", APP, "delivery")
def application_gives_up(document: Json) -> Any:
    document["spec"]["syncPolicy"]["retry"]["limit"] = 1


@operator("delivery", APP, "charts")
def chart_of_a_version_that_is_not(document: Json) -> Any:
    if "chart" not in document["spec"]["source"]:
        return False
    document["spec"]["source"]["targetRevision"] = "99.99.99"
    return None


@operator("delivery", APP, "charts")
def chart_with_a_misspelt_value(document: Json) -> Any:
    values(document)["mutated"] = {"replicas": 0}


gone("delivery", "application-is-gone", APP, "placement", "references")


@operator("delivery", "argoproj.io/AppProject", "placement")
def project_without_destinations(document: Json) -> Any:
    if not document["spec"]["destinations"]:
        return False
    document["spec"]["destinations"] = []
    return None


@operator("delivery", "argoproj.io/AppProject", "placement", "delivery", "policy")
def project_takes_every_repository(document: Json) -> Any:
    document["spec"]["sourceRepos"] = ["*"]


@operator("delivery", "argoproj.io/AppProject", "delivery")
def window_that_never_opens(document: Json) -> Any:
    document["spec"]["syncWindows"] = [
        {"kind": "deny", "schedule": "* * * * *", "duration": "24h", "applications": ["*"]}
    ]


# Observability


@operator("observability", f"{MON}/PrometheusRule", "observability")
def alert_reads_a_series_of_nobody(document: Json) -> Any:
    rule = document["spec"]["groups"][0]["rules"][0]
    rule["expr"] = re.sub(r"\b(kube|up|redis|cnpg|http|probe)(\w*)\{", r"mutated_\1\2{", rule["expr"], count=0)


@operator("observability", f"{MON}/PrometheusRule", "observability")
def alert_about_a_thing_that_is_not(document: Json) -> Any:
    rule = document["spec"]["groups"][0]["rules"][0]
    rule["expr"] = re.sub(r'(namespace|exported_namespace)="[^"]+"', r'\1="mutated"', rule["expr"])


@operator("observability", f"{MON}/PrometheusRule", "observability")
def alert_that_nobody_hears(document: Json) -> Any:
    document["spec"]["groups"][0]["rules"][0]["labels"]["severity"] = WRONG


@operator("observability", f"{MON}/PrometheusRule", "queries")
def alert_that_does_not_parse(document: Json) -> Any:
    document["spec"]["groups"][0]["rules"][0]["expr"] += " ) or"


@operator("observability", f"{MON}/ServiceMonitor", "references", "observability")
def monitor_asks_another_port(document: Json) -> Any:
    document["spec"]["endpoints"][0]["port"] = WRONG


@operator("observability", f"{MON}/ServiceMonitor {MON}/PodMonitor", "references", "observability")
def monitor_selects_others(document: Json) -> Any:
    document["spec"]["selector"] = {"matchLabels": {"app": WRONG}}


gone("observability", "monitor-is-gone", f"{MON}/ServiceMonitor {MON}/PodMonitor", "observability")


@operator("observability", f"{MON}/AlertmanagerConfig", "observability")
def nobody_is_routed_to(document: Json) -> Any:
    document["spec"]["route"]["routes"] = []


@operator("observability", f"{MON}/AlertmanagerConfig", "references")
def receiver_reads_another_key(document: Json) -> Any:
    for receiver in document["spec"]["receivers"]:
        for config in receiver.get("slackConfigs", []) + receiver.get("pagerdutyConfigs", []):
            next(value for value in config.values() if isinstance(value, dict))["key"] = WRONG
            return True
    return False


@operator("observability", f"{MON}/AlertmanagerConfig", "observability")
def heartbeat_stops(document: Json) -> Any:
    route = document["spec"]["route"]
    route["routes"] = [one for one in route["routes"] if one["matchers"][0]["value"] != "Watchdog"]


@operator("observability", APP, "observability", "charts")
def adapter_serves_another_metric(document: Json) -> Any:
    values(document)["rules"]["custom"][0]["name"]["as"] = WRONG


@operator("observability", "argoproj.io/AnalysisTemplate", "observability")
def measurement_of_nothing(document: Json) -> Any:
    told = document["spec"]["metrics"][0]["provider"]["prometheus"]
    told["query"] = told["query"].replace("istio_requests_total", "mutated_requests_total")


@operator("observability", "ConfigMap", "observability")
def dashboard_that_no_grafana_looks_for(document: Json) -> Any:
    if "grafana_dashboard" not in document["metadata"]["labels"]:
        return False
    document["metadata"]["labels"]["grafana_dashboard"] = "no"
    return None


@operator("observability", "insights.azure.com/MetricAlert", "observability")
def cloud_alert_on_what_is_not_measured(document: Json) -> Any:
    criteria = next(iter(document["spec"]["criteria"].values()))
    criteria["allOf"][0]["metricName"] = WRONG


@operator("observability", "insights.azure.com/MetricAlert", "observability")
def cloud_alert_is_switched_off(document: Json) -> Any:
    document["spec"]["enabled"] = False


@operator("observability", "insights.azure.com/ActionGroup", "observability")
def cloud_alert_tells_nobody(document: Json) -> Any:
    document["spec"]["enabled"] = False


# Resources of a cloud


@operator("cloud", "dbforpostgresql.azure.com/FlexibleServer", "exposure", "policy")
def database_is_public(document: Json) -> Any:
    document["spec"].setdefault("network", {})["publicNetworkAccess"] = "Enabled"


@operator("cloud", "keyvault.azure.com/Vault", "exposure", "policy")
def vault_is_public(document: Json) -> Any:
    document["spec"]["properties"]["publicNetworkAccess"] = "Enabled"


@operator("cloud", "s3.services.k8s.aws/Bucket", "exposure", "policy")
def bucket_is_public(document: Json) -> Any:
    document["spec"]["publicAccessBlock"]["blockPublicPolicy"] = False


@operator("cloud", "eks.services.k8s.aws/Cluster", "exposure", "policy")
def cluster_api_is_public(document: Json) -> Any:
    document["spec"]["resourcesVPCConfig"]["endpointPublicAccess"] = True


@operator("cloud", "containerservice.azure.com/ManagedCluster", "exposure", "policy")
def cluster_api_of_azure_is_public(document: Json) -> Any:
    document["spec"]["apiServerAccessProfile"]["enablePrivateCluster"] = False


@operator("cloud", "ec2.services.k8s.aws/SecurityGroup", "exposure", "reachability")
def security_group_admits_everybody(document: Json) -> Any:
    document["spec"].setdefault("ingressRules", []).append(
        {"fromPort": 0, "toPort": 65535, "ipProtocol": "tcp", "ipRanges": [{"cidrIP": "0.0.0.0/0"}]}
    )


@operator("cloud", "network.azure.com/NetworkSecurityGroupsSecurityRule", "reachability", "exposure")
def security_rule_denies(document: Json) -> Any:
    if document["spec"]["access"] != "Allow" or document["spec"]["direction"] != "Inbound":
        return False
    document["spec"]["access"] = "Deny"
    return None


gone("cloud", "subnet-is-gone", "ec2.services.k8s.aws/Subnet network.azure.com/VirtualNetworksSubnet", "references")
gone("cloud", "private-endpoint-is-gone", "network.azure.com/PrivateEndpoint", "references", "reachability")
gone("cloud", "zone-is-not-linked", "network.azure.com/PrivateDnsZonesVirtualNetworkLink", "reachability")


@operator("cloud", "network.azure.com/PrivateEndpointsPrivateDnsZoneGroup", "references", "reachability")
def endpoint_answers_in_another_zone(document: Json) -> Any:
    document["spec"]["privateDnsZoneConfigs"][0]["privateDnsZoneReference"]["name"] = WRONG


@operator("cloud", "containerservice.azure.com/ManagedCluster eks.services.k8s.aws/Cluster", "support", "schema")
def cluster_of_a_version_past_its_end(document: Json) -> Any:
    spec = document["spec"]
    spec["kubernetesVersion" if "kubernetesVersion" in spec else "version"] = "1.24"


@operator("cloud", "network.azure.com/WebApplicationFirewallPolicy", "exposure", "policy")
def firewall_only_watches(document: Json) -> Any:
    document["spec"]["policySettings"]["mode"] = "Detection"


@operator("cloud", "storage.azure.com/StorageAccount cache.azure.com/Redis", "exposure", "policy", "schema")
def old_encryption_is_accepted(document: Json) -> Any:
    document["spec"]["minimumTlsVersion"] = "TLS1_0" if "TLS" in document["spec"]["minimumTlsVersion"] else "1.0"


@operator("cloud", "network.azure.com/ApplicationGateway", "references", "documents")
def gateway_in_another_subnet(document: Json) -> Any:
    document["spec"]["gatewayIPConfigurations"][0]["subnet"]["reference"]["name"] = WRONG


# Policy


@operator("policy", "*", "intent")
def rule_only_warns(document: Json) -> Any:
    if not str(document["apiVersion"]).startswith("constraints.gatekeeper.sh/"):
        return False
    document["spec"]["enforcementAction"] = "dryrun"
    return None


@operator("policy", "*", "intent")
def rule_spares_the_system(document: Json) -> Any:
    if not str(document["apiVersion"]).startswith("constraints.gatekeeper.sh/"):
        return False
    document["spec"]["match"].setdefault("excludedNamespaces", []).append("*")
    return None


@operator("policy", "Namespace", "intent")
def namespace_permits_everything(document: Json) -> Any:
    labels = document["metadata"]["labels"]
    if labels.get("pod-security.kubernetes.io/enforce") == "privileged":
        return False
    labels["pod-security.kubernetes.io/enforce"] = "privileged"
    return None
