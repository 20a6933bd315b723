"""Values of the controllers' charts: two replicas where they elect a leader, bounded memory, metrics, stable certificates.

Every key was looked up in the chart's own values. CPU is requested, never limited: a throttled webhook stalls the API
server. Certificates come from cert-manager wherever a chart would otherwise make a new one at each render.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from groundplan.addons.notifications import rollout_notifications
from groundplan.model.environment import Environment
from groundplan.model.ingress import ACME_SOLVER_REGISTRY
from groundplan.parts import Json
from groundplan.platforms.registry import platforms

CRITICAL = "system-cluster-critical"
"""Kubernetes' own priority class for what the cluster cannot do without."""


def bounded(cpu: str, memory: str, limit: str) -> Json:
    """Requests for CPU and memory, and a limit on memory alone."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": limit}}


def spread_over_zones(labels: Mapping[str, str]) -> list[Json]:
    """Pods with `labels` in different zones where there are several."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(labels)},
        }
    ]


def _no_values(_: Environment) -> Json:
    return {}


def _cert_manager(environment: Environment) -> Json:
    solver = environment.upstream_image(f"{ACME_SOLVER_REGISTRY}cert-manager-acmesolver")
    part: Json = {"podDisruptionBudget": {"enabled": True}, "resources": bounded("50m", "64Mi", "256Mi")}
    return {
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": "cert-manager"}, "priorityClassName": CRITICAL},
        "replicaCount": 2,
        **part,
        "webhook": {"replicaCount": 3, "networkPolicy": {"enabled": True}, **part},
        "cainjector": {"replicaCount": 2, **part},
        "startupapicheck": {"enabled": False},
        # it runs in the namespaces of services, where admission lets in images of the own registry only
        **({"acmesolver": {"image": {"repository": solver}}} if not solver.startswith(ACME_SOLVER_REGISTRY) else {}),
        "prometheus": {"servicemonitor": {"enabled": True}},
    }


def _postgres_operator(_: Environment) -> Json:
    return {
        "replicaCount": 2,
        "crds": {"create": True},
        "config": {"clusterWide": True},
        "monitoring": {"podMonitorEnabled": True},
        "priorityClassName": CRITICAL,
        "resources": bounded("100m", "128Mi", "256Mi"),
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "cloudnative-pg"}),
    }


def _postgres_archiver(_: Environment) -> Json:
    return {
        "replicaCount": 1,
        "certificate": {"createClientCertificate": True, "createServerCertificate": True},
        "crds": {"create": True},
        "priorityClassName": CRITICAL,
        "resources": bounded("50m", "64Mi", "256Mi"),
    }


def _external_secrets(_: Environment) -> Json:
    budget: Json = {"podDisruptionBudget": {"enabled": True, "minAvailable": 1}}
    return {
        "installCRDs": True,
        "replicaCount": 2,
        "leaderElect": True,
        **budget,
        "concurrent": 5,
        "processClusterExternalSecret": False,
        "processClusterPushSecret": False,
        "serviceAccount": {"name": "external-secrets"},
        "serviceMonitor": {"enabled": True},
        "priorityClassName": CRITICAL,
        "resources": bounded("50m", "128Mi", "256Mi"),
        "webhook": {"replicaCount": 3, "failurePolicy": "Fail", "resources": bounded("20m", "64Mi", "128Mi"), **budget},
        "certController": {"replicaCount": 2, "resources": bounded("20m", "128Mi", "256Mi"), **budget},
    }


def _admission_policy(environment: Environment) -> Json:
    """Fails open: a broken policy engine must not stop a failover. The audit finds what slipped through."""
    return {
        "replicas": 3,
        "auditInterval": 60,
        "constraintViolationsLimit": 100,
        "logDenies": True,
        "enableK8sNativeValidation": True,
        "disableMutation": True,
        "validatingWebhookFailurePolicy": "Ignore",
        "validatingWebhookTimeoutSeconds": 3,
        "controllerManager": {
            "exemptNamespaces": ["kube-system", "gatekeeper-system", environment.delivery.namespace],
            "resources": bounded("100m", "512Mi", "1Gi"),
        },
        "audit": {"resources": bounded("100m", "512Mi", "1Gi")},
        "pdb": {"controllerManager": {"minAvailable": 1}},
        # Argo CD applies the chart's definitions itself; the hook jobs would run again at each sync.
        "upgradeCRDs": {"enabled": False},
        "postInstall": {"labelNamespace": {"enabled": False}, "probeWebhook": {"enabled": False}},
        "postUpgrade": {"labelNamespace": {"enabled": False}},
        "preUninstall": {"deleteWebhookConfigurations": {"enabled": False}},
    }


ACCESS_LOG = {
    "time": "$time_iso8601",
    "request_id": "$req_id",
    "client": "$remote_addr",
    "method": "$request_method",
    "host": "$host",
    "path": "$uri",
    "status": "$status",
    "bytes": "$bytes_sent",
    "seconds": "$request_time",
    "service": "$proxy_upstream_name",
    "service_seconds": "$upstream_response_time",
    "agent": "$http_user_agent",
}
"""One JSON object a request. The path comes without its query, which may hold what is nobody's business."""


def _nginx(environment: Environment) -> Json:
    """Each request has an id, its caller's or a new one, in the log and in what the service is sent."""
    users = (environment, *environment.tenants)
    ingress = next(user.ingress for user in users if user.ingress is not None and user.ingress.type == "nginx")
    return {
        "controller": {
            "minAvailable": max(1, ingress.replicas - 1),
            "autoscaling": {"enabled": True, "minReplicas": ingress.replicas, "maxReplicas": ingress.replicas_max},
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "controller"}),
            "ingressClassResource": {"default": False},
            "allowSnippetAnnotations": False,
            "enableAnnotationValidations": True,
            "config": {
                "annotations-risk-level": "High",
                "generate-request-id": "true",
                "hide-headers": "Server,X-Powered-By",
                "log-format-escape-json": "true",
                "log-format-upstream": json.dumps(ACCESS_LOG, separators=(",", ":")),
                "ssl-protocols": "TLSv1.2 TLSv1.3",
            },
            "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}},
            "admissionWebhooks": {"certManager": {"enabled": True}},
            "service": {"type": "LoadBalancer", "externalTrafficPolicy": "Local"},
            "networkPolicy": {"enabled": True},
            "resources": bounded("100m", "256Mi", "512Mi"),
        }
    }


def _resource_metrics(_: Environment) -> Json:
    return {
        "replicas": 2,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "apiService": {"insecureSkipTLSVerify": False},
        "tls": {"type": "cert-manager"},
        "priorityClassName": CRITICAL,
        "metrics": {"enabled": True},
        "serviceMonitor": {"enabled": True},
        "resources": bounded("100m", "200Mi", "400Mi"),
    }


def _sealed_secrets(_: Environment) -> Json:
    """One replica by design. `kubeseal` looks for this name in kube-system; the sealing keys must be backed up."""
    return {
        "fullnameOverride": "sealed-secrets-controller",
        "keyrenewperiod": "720h",
        "priorityClassName": CRITICAL,
        "metrics": {"serviceMonitor": {"enabled": True}},
        "networkPolicy": {"enabled": True},
        "resources": bounded("50m", "64Mi", "128Mi"),
    }


def _rollouts(environment: Environment) -> Json:
    """The controller; rollbacks are told to the receivers the rollouts chapter names."""
    values: Json = {
        "controller": {
            "replicas": 2,
            "pdb": {"enabled": True, "maxUnavailable": 1},
            "metrics": {"enabled": True, "serviceMonitor": {"enabled": True}},
            "resources": bounded("100m", "128Mi", "512Mi"),
            "priorityClassName": CRITICAL,
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "rollouts-controller"}),
        },
        "installCRDs": True,
        "keepCRDs": True,
        "dashboard": {"enabled": False},
    }
    receivers = environment.observability.receivers
    notified = {name: receivers[name] for name in environment.rollouts.notify if name in receivers}
    if notified:
        values["notifications"] = rollout_notifications(environment, notified)
    return values


def _mesh_definitions(_: Environment) -> Json:
    return {"defaultRevision": "default"}


def _mesh(_: Environment) -> Json:
    return {
        "autoscaleEnabled": True,
        "autoscaleMin": 2,
        "global": {"defaultPodDisruptionBudget": {"enabled": True}, "priorityClassName": CRITICAL},
        "resources": bounded("200m", "512Mi", "2Gi"),
        "topologySpreadConstraints": spread_over_zones({"app": "istiod"}),
    }


def _mesh_gateway(_: Environment) -> Json:
    """Reached by the load balancer's own connections to pods, so it needs no address outside the cluster."""
    return {
        "autoscaling": {"enabled": True, "minReplicas": 2, "maxReplicas": 6},
        "podDisruptionBudget": {"minAvailable": 1},
        "service": {"type": "ClusterIP"},
        "resources": bounded("100m", "128Mi", "1Gi"),
        "topologySpreadConstraints": spread_over_zones({"app": "istio-gateway"}),
    }


VALUES: dict[str, Callable[[Environment], Json]] = {
    "argo-rollouts": _rollouts,
    "cert-manager": _cert_manager,
    "cloudnative-pg": _postgres_operator,
    "external-secrets": _external_secrets,
    "gatekeeper": _admission_policy,
    "ingress-nginx": _nginx,
    "istio-base": _mesh_definitions,
    "istio-gateway": _mesh_gateway,
    "istiod": _mesh,
    "metrics-server": _resource_metrics,
    "plugin-barman-cloud": _postgres_archiver,
    "prometheus-operator-crds": _no_values,
    "sealed-secrets": _sealed_secrets,
}
"""Add-on to its values; the monitoring stack and Argo CD have theirs with their own constructs, a platform brings its own."""


def add_on_values() -> dict[str, Callable[[Environment], Json]]:
    """Every add-on to its values, those that one platform alone knows included."""
    known = dict(VALUES)
    for platform in platforms():
        known |= platform.add_on_values()
    return known
