"""Operators on settings: a value that is as well formed as the right one, and lets a system run worse until the day it matters."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .edits import APP, MON, NP, WORKLOADS, WRONG, Change, Json, gone, named, operator, pod

HPA = "autoscaling/HorizontalPodAutoscaler"
PDB = "policy/PodDisruptionBudget"
ESO = "external-secrets.io/ExternalSecret"
FLEXIBLE = "dbforpostgresql.azure.com/FlexibleServer"
AKS = "containerservice.azure.com/ManagedCluster"


def is_service(document: Json) -> bool:
    """Whether a workload is a service of the system, whose settings people state; its component is called like it."""
    name: str = document["metadata"]["name"]
    return bool(document["metadata"]["labels"]["app.kubernetes.io/component"] == name)


# Probes and pods


@operator("workload", WORKLOADS, "intent", "policy")
def readiness_asks_another_page(document: Json) -> Any:
    if not is_service(document):
        return False
    pod(document)["containers"][0]["readinessProbe"]["httpGet"]["path"] = "/mutated"
    return None


@operator("workload", WORKLOADS, "intent", "policy")
def liveness_asks_another_page(document: Json) -> Any:
    if not is_service(document):
        return False
    pod(document)["containers"][0]["livenessProbe"]["httpGet"]["path"] = "/mutated"
    return None


@operator("workload", WORKLOADS, "policy", "intent")
def probe_gives_no_second_chance(document: Json) -> Any:
    if not is_service(document):
        return False
    probe = pod(document)["containers"][0]["livenessProbe"]
    probe["failureThreshold"], probe["timeoutSeconds"], probe["periodSeconds"] = 1, 1, 1
    return None


@operator("workload", WORKLOADS, "policy", "intent")
def container_without_readiness(document: Json) -> Any:
    del pod(document)["containers"][0]["readinessProbe"]


@operator("workload", WORKLOADS, "intent")
def another_image_of_the_same_registry(document: Json) -> Any:
    if not is_service(document):
        return False
    container = pod(document)["containers"][0]
    container["image"] = container["image"].rpartition("/")[0] + "/mutated:v1.0.0"
    return None


@operator("workload", WORKLOADS, "intent")
def another_version_of_the_image(document: Json) -> Any:
    if not is_service(document):
        return False
    container = pod(document)["containers"][0]
    container["image"] = container["image"].rpartition(":")[0] + ":v0.0.1"
    return None


@operator("workload", WORKLOADS, "intent")
def less_memory_than_stated(document: Json) -> Any:
    if not is_service(document):
        return False
    resources = pod(document)["containers"][0]["resources"]
    resources["limits"]["memory"] = resources["requests"]["memory"] = "16Mi"
    return None


@operator("workload", "apps/Deployment", "policy", "intent")
def every_pod_goes_before_a_new_one_comes(document: Json) -> Any:
    if not is_service(document):
        return False
    document["spec"]["strategy"] = {"type": "Recreate"}
    return None


@operator("workload", WORKLOADS, "policy", "intent")
def pods_are_killed_at_once(document: Json) -> Any:
    if not is_service(document):
        return False
    pod(document)["terminationGracePeriodSeconds"] = 0
    return None


@operator("workload", WORKLOADS, "policy")
def syscalls_are_unconfined(document: Json) -> Any:
    pod(document)["securityContext"]["seccompProfile"] = {"type": "Unconfined"}


@operator("workload", WORKLOADS, "intent")
def variable_says_another_thing(document: Json) -> Any:
    for entry in pod(document)["containers"][0]["env"]:
        if entry.get("value", "").isdigit():
            entry["value"] = "99999"
            return True
    return False


@operator("workload", "ConfigMap", "intent")
def setting_says_another_thing(document: Json) -> Any:
    for key, text in document["data"].items():
        if text.isdigit():
            document["data"][key] = "99999"
            return True
    return False


# Scheduling


@operator("scheduling", WORKLOADS, "policy")
def pods_are_not_spread(document: Json) -> Any:
    if document["spec"].get("replicas") == 1:
        return False
    del pod(document)["topologySpreadConstraints"]
    return None


@operator("scheduling", WORKLOADS, "names", "policy")
def other_pods_are_spread(document: Json) -> Any:
    if document["spec"].get("replicas") == 1:
        return False
    for one in pod(document)["topologySpreadConstraints"]:
        one["labelSelector"]["matchLabels"] = {"app": WRONG}
    return None


@operator("scheduling", WORKLOADS, "intent", "policy")
def pod_of_a_lesser_priority(document: Json) -> Any:
    if not is_service(document):
        return False
    name = pod(document)["priorityClassName"]
    pod(document)["priorityClassName"] = re.sub(r"(critical|high|normal|medium)$", "low", name)
    return None


@operator("scheduling", "scheduling.k8s.io/PriorityClass", "intent", "policy")
def priority_of_nothing(document: Json) -> Any:
    if document["value"] < 1000:
        return False
    document["value"] = -10
    return None


@operator("scheduling", PDB, "intent", "policy")
def budget_keeps_nobody(document: Json) -> Any:
    if "minAvailable" not in document["spec"]:  # of one pod, none has to be kept
        return False
    document["spec"]["minAvailable"] = 0
    return None


gone("scheduling", "autoscaler-is-gone", HPA, "intent", "observability")
gone("scheduling", "quota-is-gone", "ResourceQuota", "policy", "intent")


@operator("scheduling", HPA, "intent")
def autoscaler_with_half_the_room(document: Json) -> Any:
    spec = document["spec"]
    if spec["maxReplicas"] // 2 <= spec["minReplicas"]:
        return False
    spec["maxReplicas"] //= 2
    return None


@operator("scheduling", HPA, "intent")
def autoscaler_waits_too_long(document: Json) -> Any:
    for metric in document["spec"]["metrics"]:
        if metric["type"] == "Resource":
            metric["resource"]["target"]["averageUtilization"] = 99
            return True
    return False


@operator("scheduling", HPA, "intent", "observability")
def autoscaler_wants_another_amount(document: Json) -> Any:
    for metric in document["spec"]["metrics"]:
        if metric["type"] == "Pods":
            metric["pods"]["target"]["averageValue"] = "99k"
            return True
    return False


@operator("scheduling", "keda.sh/ScaledObject", "intent")
def queue_scaler_with_less_room(document: Json) -> Any:
    document["spec"]["maxReplicaCount"] = document["spec"]["minReplicaCount"] + 1


@operator("scheduling", "ResourceQuota", "intent")
def quota_that_bounds_nothing(document: Json) -> Any:
    for key in document["spec"]["hard"]:
        if key.endswith("memory"):
            document["spec"]["hard"][key] = "100Ti"


# Networking and names


@operator("networking", NP, "reachability")
def policy_opens_every_port(document: Json) -> Any:
    del document["spec"]["ingress"][0]["ports"]


@operator("networking", NP, "reachability", "intent")
def policy_reaches_metadata(document: Json) -> Any:
    if document["spec"]["podSelector"] == {} or "egress" not in document["spec"]:
        return False
    document["spec"]["egress"].append({"to": [{"ipBlock": {"cidr": "169.254.169.254/32"}}]})
    return None


@operator("networking", "networking.istio.io/VirtualService", "reachability", "references")
def weights_that_lead_half_away(document: Json) -> Any:
    routes = document["spec"]["http"][0]["route"]
    if len(routes) < 2:
        return False
    routes[0]["weight"], routes[1]["weight"] = 50, 50
    return None


@operator("networking", "networking.istio.io/VirtualService", "reachability", "intent")
def route_of_another_path(document: Json) -> Any:
    document["spec"]["http"][0]["match"][0]["uri"] = {"prefix": "/mutated"}


@operator("networking", "networking.k8s.io/Ingress", "intent", "reachability")
def ingress_of_another_path(document: Json) -> Any:
    document["spec"]["rules"][0]["http"]["paths"][0]["path"] = "/mutated"


@operator("networking", "route53.services.k8s.aws/HealthCheck", "intent", "observability")
def health_is_asked_of_another_host(document: Json) -> Any:
    document["spec"]["healthCheckConfig"]["fullyQualifiedDomainName"] = "mutated.example.com"


@operator("networking", "network.azure.com/PrivateDnsZone", "references", "reachability")
def zone_of_another_name(document: Json) -> Any:
    document["spec"]["azureName"] = "privatelink.mutated.example.com"


@operator("ingress", "cdn.azure.com/AfdCustomDomain", "intent", "exposure")
def front_door_of_another_host(document: Json) -> Any:
    document["spec"]["hostName"] = "mutated.example.com"


@operator("ingress", "cdn.azure.com/AfdOrigin", "intent", "reachability")
def origin_is_switched_off(document: Json) -> Any:
    if document["spec"].get("enabledState") == "Disabled":
        return False
    document["spec"]["enabledState"] = "Disabled"
    return None


@operator("ingress", "acm.services.k8s.aws/Certificate", "intent", "credentials")
def certificate_for_another_host(document: Json) -> Any:
    document["spec"]["domainName"] = "mutated.example.com"


# Rights and identities


@operator("identity", "managedidentity.azure.com/FederatedIdentityCredential", "identity")
def identity_lent_by_another_issuer(document: Json) -> Any:
    document["spec"]["audiences"] = ["mutated"]


@operator("identity", "iam.services.k8s.aws/Role", "identity")
def role_without_its_policies(document: Json) -> Any:
    if not document["spec"].get("policyRefs"):
        return False
    document["spec"]["policyRefs"] = []
    return None


gone("identity", "account-is-gone", "ServiceAccount", "references")


@operator("identity", AKS, "identity", "exposure")
def nobody_administers(document: Json) -> Any:
    document["spec"]["aadProfile"]["adminGroupObjectIDs"] = []


@operator("rbac", "rbac.authorization.k8s.io/RoleBinding", "identity", "references")
def binding_of_everybody(document: Json) -> Any:
    document["subjects"] = [{"kind": "Group", "name": "system:authenticated", "apiGroup": "rbac.authorization.k8s.io"}]


# Secrets


@operator("secrets", ESO, "credentials", "intent")
def secret_is_never_read_again(document: Json) -> Any:
    if document["spec"]["refreshInterval"].startswith("0"):  # what is generated is made once
        return False
    document["spec"]["refreshInterval"] = "0s"
    return None


@operator("secrets", ESO, "credentials", "references")
def secret_of_another_kind_of_store(document: Json) -> Any:
    document["spec"]["secretStoreRef"]["kind"] = "ClusterSecretStore"


@operator("secrets", "external-secrets.io/PushSecret", "credentials", "references")
def pushed_under_another_name(document: Json) -> Any:
    document["spec"]["data"][0]["match"]["remoteRef"]["remoteKey"] = WRONG


# Storage and backup


@operator("backup", "barmancloud.cnpg.io/ObjectStore", "intent")
def archive_is_kept_for_a_day(document: Json) -> Any:
    document["spec"]["retentionPolicy"] = "1d"


@operator("backup", "postgresql.cnpg.io/ScheduledBackup batch/CronJob", "intent")
def backup_once_a_year(document: Json) -> Any:
    six = len(document["spec"]["schedule"].split()) == 6
    document["spec"]["schedule"] = "0 0 0 1 1 *" if six else "0 0 1 1 *"


gone("backup", "backup-is-gone", "postgresql.cnpg.io/ScheduledBackup batch/CronJob", "intent", "observability")


@operator("backup", FLEXIBLE, "intent")
def database_keeps_a_day(document: Json) -> Any:
    document["spec"]["backup"]["backupRetentionDays"] = (
        7 if document["spec"]["backup"]["backupRetentionDays"] != 7 else 8
    )


@operator("backup", "storage.azure.com/StorageAccountsManagementPolicy", "intent")
def blobs_go_after_a_day(document: Json) -> Any:
    document["spec"]["policy"]["rules"][0]["definition"]["actions"]["baseBlob"]["delete"][
        "daysAfterModificationGreaterThan"
    ] = 1


@operator("backup", "s3.services.k8s.aws/Bucket", "intent", "exposure")
def bucket_forgets_versions(document: Json) -> Any:
    document["spec"]["versioning"] = {"status": "Suspended"}


@operator("storage", "storage.k8s.io/StorageClass", "policy", "intent")
def volumes_bind_before_their_pods(document: Json) -> Any:
    document["volumeBindingMode"] = "Immediate"


@operator("storage", "storage.k8s.io/StorageClass", "references", "schema")
def class_of_another_driver(document: Json) -> Any:
    document["provisioner"] = "mutated.example.com"


@operator("storage", "PersistentVolumeClaim", "intent")
def claim_of_a_gibibyte(document: Json) -> Any:
    document["spec"]["resources"]["requests"]["storage"] = "1Gi"


@operator("storage", "postgresql.cnpg.io/Cluster", "intent")
def database_without_a_standby(document: Json) -> Any:
    document["spec"]["instances"] = 1


@operator("storage", "postgresql.cnpg.io/Cluster", "intent", "support")
def database_of_another_version(document: Json) -> Any:
    document["spec"]["imageName"] = document["spec"]["imageName"].partition("@")[0].rpartition(":")[0] + ":15.1"


# Delivery


@operator("delivery", APP, "delivery")
def application_is_not_kept(document: Json) -> Any:
    document["spec"]["syncPolicy"].pop("automated")


@operator("delivery", APP, "delivery", "placement")
def application_of_another_branch(document: Json) -> Any:
    if "path" not in document["spec"]["source"]:
        return False
    document["spec"]["source"]["targetRevision"] = WRONG
    return None


# Observability


@operator("observability", f"{MON}/AlertmanagerConfig", "observability")
def routes_end_too_early(document: Json) -> Any:
    for route in document["spec"]["route"]["routes"]:
        route["continue"] = False


@operator("observability", f"{MON}/AlertmanagerConfig", "observability", "intent")
def people_hear_of_other_severities(document: Json) -> Any:
    for route in document["spec"]["route"]["routes"]:
        for matcher in route["matchers"]:
            if matcher["name"] == "severity":
                matcher["value"] = "info"
                return True
    return False


@operator("observability", f"{MON}/PrometheusRule", "observability")
def alert_leads_to_no_page(document: Json) -> Any:
    rule = document["spec"]["groups"][0]["rules"][0]
    rule["annotations"]["runbook_url"] = re.sub(r"#.*", "#mutated", rule["annotations"]["runbook_url"])


@operator("observability", f"{MON}/PrometheusRule", "intent", "alerts")
def alert_waits_for_a_day(document: Json) -> Any:
    document["spec"]["groups"][0]["rules"][0]["for"] = "24h"


@operator("observability", "ConfigMap", "observability")
def dashboard_of_another_source(document: Json) -> Any:
    for key, text in document["data"].items():
        if "grafana_dashboard" in document["metadata"]["labels"]:
            document["data"][key] = text.replace('"uid": "prometheus"', '"uid": "mutated"')
            return True
    return False


@operator("observability", f"{MON}/Probe", "observability", "intent")
def another_host_is_probed(document: Json) -> Any:
    static = document["spec"]["targets"]["staticConfig"]
    static["static"] = [re.sub(r"//[^/]+", "//mutated.example.com", one) for one in static["static"]]


@operator("observability", f"{MON}/ServiceMonitor", "observability", "reachability")
def monitor_asks_another_page(document: Json) -> Any:
    document["spec"]["endpoints"][0]["path"] = "/mutated"


@operator("observability", "insights.azure.com/MetricAlert", "observability")
def cloud_alert_looks_the_other_way(document: Json) -> Any:
    one = next(iter(document["spec"]["criteria"].values()))["allOf"][0]
    one["operator"] = "LessThan" if one["operator"] == "GreaterThan" else "GreaterThan"


@operator("observability", "insights.azure.com/MetricAlert", "observability")
def cloud_alert_beyond_every_value(document: Json) -> Any:
    one = next(iter(document["spec"]["criteria"].values()))["allOf"][0]
    if one["operator"] == "GreaterThan" and "percent" not in one["metricName"].lower():
        return False  # a count has no greatest value
    one["threshold"] = 1000 if one["operator"] == "GreaterThan" else -1
    return True


# Resources of a cloud


@operator("cloud", AKS, "intent", "capacity")
def pool_that_cannot_grow(document: Json) -> Any:
    pool = document["spec"]["agentPoolProfiles"][0]
    if pool["maxCount"] == pool["minCount"]:
        return False
    pool["maxCount"] = pool["minCount"]
    return None


@operator("cloud", "eks.services.k8s.aws/Nodegroup", "intent", "capacity")
def nodes_that_may_be_taken_away(document: Json) -> Any:
    document["spec"]["capacityType"] = "SPOT"


@operator("cloud", "cache.azure.com/Redis", "intent")
def cache_without_its_copies(document: Json) -> Any:
    document["spec"]["replicasPerPrimary"] = 0


@operator("cloud", FLEXIBLE, "intent", "policy")
def database_without_a_second_zone(document: Json) -> Any:
    document["spec"]["highAvailability"]["mode"] = "Disabled"


@operator("cloud", "network.frontdoor.azure.com/WebApplicationFirewallPolicy", "exposure", "intent")
def firewall_before_the_door_only_watches(document: Json) -> Any:
    document["spec"]["policySettings"]["mode"] = "Detection"


@operator("cloud", "keyvault.azure.com/Vault", "exposure", "intent")
def vault_may_be_purged(document: Json) -> Any:
    document["spec"]["properties"]["enablePurgeProtection"] = False


# Policy


@operator("policy", "Namespace", "intent")
def namespace_says_nothing_of_security(document: Json) -> Any:
    labels = document["metadata"]["labels"]
    if labels.pop("pod-security.kubernetes.io/enforce", "privileged") == "privileged":
        return False
    return None


# Work that services start


def job(change: Callable[[str], str]) -> Change:
    """A change of the text of a Job's template."""

    def changed(document: Json) -> Any:
        document["data"]["job.yaml"] = change(document["data"]["job.yaml"])

    return changed


def replaced(old: str, new: str) -> Change:
    """Words of a Job's template put for others."""
    return job(lambda text: re.sub(old, new, text))


for _name, _old, _new, _gate in (
    ("job-sees-the-files-of-all", r"\n *subPathExpr: .*", "", "admission"),
    ("job-runs-as-anybody", r"serviceAccountName: .*", "serviceAccountName: default", "admission"),
    ("job-runs-another-image", r"image: .*", "image: docker.io/library/anything:1", "admission"),
    ("job-writes-where-it-likes", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "admission"),
    ("job-asks-for-a-little", r"(requests:\n *)cpu: .*", r"\1cpu: 10m", "capacity"),
    ("job-asks-for-no-memory", r"(requests:\n *cpu: .*\n *)memory: .*", r"\1memory: 16Mi", "capacity"),
    ("job-does-not-find-its-script", "mountPath: /gradle/init.d", "mountPath: /opt/init.d", "intent"),
):
    operator("workload", "ConfigMap", _gate)(named(_name, replaced(_old, _new)))

SCALED = "keda.sh/ScaledObject"


@operator("scheduling", SCALED, "observability")
def scaler_forgets_what_is_worked_on(document: Json) -> Any:
    triggers = document["spec"]["triggers"]
    document["spec"]["triggers"] = [one for one in triggers if one["type"] != "prometheus"]


@operator("scheduling", SCALED, "intent")
def scaler_follows_another_list(document: Json) -> Any:
    document["spec"]["triggers"][0]["metadata"]["listName"] += "s"


@operator("scheduling", SCALED, "intent")
def scaler_looks_into_another_database(document: Json) -> Any:
    told = document["spec"]["triggers"][0]["metadata"]
    if "listName" not in told:
        return False
    told["databaseIndex"] = "1"
    return True


@operator("scheduling", SCALED, "observability", "intent")
def scaler_asks_for_what_nobody_measures(document: Json) -> Any:
    for trigger in document["spec"]["triggers"]:
        if "query" in trigger["metadata"]:
            trigger["metadata"]["query"] = f"sum({WRONG})"
            return True
    return False


@operator("scheduling", "ResourceQuota", "intent")
def quota_lets_more_jobs_in(document: Json) -> Any:
    if "count/jobs.batch" not in document["spec"]["hard"]:
        return False
    document["spec"]["hard"]["count/jobs.batch"] = "50"
    return True


# What is noticed late


@operator("secrets", ESO, "credentials")
def database_does_not_notice_a_new_password(document: Json) -> Any:
    del document["spec"]["target"]["template"]["metadata"]["labels"]["cnpg.io/reload"]


@operator("identity", "iam.services.k8s.aws/Role", "exposure")
def role_may_be_given_every_right(document: Json) -> Any:
    del document["spec"]["permissionsBoundary"]


@operator("observability", f"{MON}/PrometheusRule", "observability")
def nobody_hears_of_secrets_that_are_not_read(document: Json) -> Any:
    for group in document["spec"]["groups"]:
        kept = [rule for rule in group["rules"] if rule.get("alert") != "SecretNotSynced"]
        if len(kept) < len(group["rules"]):
            group["rules"] = kept
            return True
    return False
