"""Values of the controllers' charts: bounded memory, metrics, stable certificates, and the sizes of the catalogue.

The gate `charts` knows what each key does. What a chart has by itself is not said again, sizes and counts apart.
Certificates come from cert-manager wherever a chart would otherwise make a new one at each render.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from groundplan.addons.catalogue import sizes
from groundplan.addons.notifications import rollout_notifications
from groundplan.kubernetes.namespaces import CERT_MANAGER, GATEKEEPER, KUBE_SYSTEM, LOGGING
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.ingress import ACME_SOLVER_REGISTRY
from groundplan.platforms.registry import platform_of, platforms
from groundplan.stores.registry import stores_of

CRITICAL = "system-cluster-critical"
"""Kubernetes' own priority class for what the cluster cannot do without."""


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
    size = sizes(environment, "cert-manager")
    solver = environment.upstream_image(f"{ACME_SOLVER_REGISTRY}cert-manager-acmesolver")
    return {
        "crds": {"enabled": True},
        "global": {"leaderElection": {"namespace": CERT_MANAGER}, "priorityClassName": CRITICAL},
        "replicaCount": size["controller"].replicas,
        "podDisruptionBudget": size["controller"].budget(),
        "resources": size["controller"].resources,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "controller"}),
        "webhook": {
            "replicaCount": size["webhook"].replicas,
            "networkPolicy": {"enabled": True},
            "podDisruptionBudget": size["webhook"].budget(),
            "resources": size["webhook"].resources,
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "webhook"}),
        },
        "cainjector": {
            "replicaCount": size["cainjector"].replicas,
            "podDisruptionBudget": size["cainjector"].budget(),
            "resources": size["cainjector"].resources,
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "cainjector"}),
        },
        "startupapicheck": {"enabled": False},
        # it runs in the namespaces of services, where admission lets in images of the own registry only
        **({"acmesolver": {"image": {"repository": solver}}} if not solver.startswith(ACME_SOLVER_REGISTRY) else {}),
        "prometheus": {"servicemonitor": {"enabled": environment.parts.monitoring}},
    }


def _postgres_operator(environment: Environment) -> Json:
    size = sizes(environment, "cloudnative-pg")["controller"]
    return {
        "replicaCount": size.replicas,
        "monitoring": {"podMonitorEnabled": environment.parts.monitoring},
        "priorityClassName": CRITICAL,
        "resources": size.resources,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "cloudnative-pg"}),
    }


def _postgres_archiver(environment: Environment) -> Json:
    size = sizes(environment, "plugin-barman-cloud")["controller"]
    return {
        "replicaCount": size.replicas,
        "priorityClassName": CRITICAL,
        "resources": size.resources,
    }


def _external_secrets(environment: Environment) -> Json:
    size = sizes(environment, "external-secrets")

    def part(part: str, name: str) -> Json:
        return {
            "replicaCount": size[part].replicas,
            "podDisruptionBudget": size[part].budget(minAvailable=1),
            "priorityClassName": CRITICAL,
            "resources": size[part].resources,
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": name}),
        }

    return {
        "leaderElect": True,
        "concurrent": 5,
        "processClusterExternalSecret": False,
        "processClusterPushSecret": False,
        "serviceAccount": {"name": "external-secrets"},
        "serviceMonitor": {"enabled": environment.parts.monitoring},
        **part("controller", "external-secrets"),
        "webhook": part("webhook", "external-secrets-webhook"),
        "certController": part("cert-controller", "external-secrets-cert-controller"),
    }


def _admission_policy(environment: Environment) -> Json:
    """Fails open: a broken policy engine must not stop a failover. The audit finds what slipped through."""
    size = sizes(environment, "gatekeeper")
    return {
        "replicas": size["webhook"].replicas,
        "constraintViolationsLimit": 100,
        "logDenies": True,
        "disableMutation": True,
        "controllerManager": {
            "exemptNamespaces": [KUBE_SYSTEM, GATEKEEPER, environment.delivery.namespace],
            "resources": size["webhook"].resources,
        },
        "audit": {"resources": size["audit"].resources},
        "pdb": {"controllerManager": {"minAvailable": size["webhook"].kept(1)}},
        # Argo CD applies the chart's definitions itself; the hook jobs would run again at each sync.
        "upgradeCRDs": {"enabled": False},
        "postInstall": {"labelNamespace": {"enabled": False}, "probeWebhook": {"enabled": False}},
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


HTTP_NODE_PORT, HTTPS_NODE_PORT = 30080, 30443
"""Where requests come in on a cluster without load balancers."""


def _nginx(environment: Environment) -> Json:
    """Each request has an id, its caller's or a new one, in the log and in what the service is sent."""
    users = (environment, *environment.tenants)
    ingress = next(user.ingress for user in users if user.ingress is not None and user.ingress.type == "nginx")
    return {
        "controller": {
            "minAvailable": max(1, ingress.replicas - 1),
            "autoscaling": {"enabled": True, "minReplicas": ingress.replicas, "maxReplicas": ingress.replicas_max},
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "controller"}),
            "config": {
                "annotations-risk-level": "High",
                "generate-request-id": "true",
                "hide-headers": "Server,X-Powered-By",
                "log-format-escape-json": "true",
                "log-format-upstream": json.dumps(ACCESS_LOG, separators=(",", ":")),
                "ssl-protocols": "TLSv1.2 TLSv1.3",
            },
            "metrics": {"enabled": True, "serviceMonitor": {"enabled": environment.parts.monitoring}},
            "admissionWebhooks": {"certManager": {"enabled": True}},
            "priorityClassName": CRITICAL,
            "service": {**_way_in(environment), "externalTrafficPolicy": "Local"},
            "networkPolicy": {"enabled": True},
            "resources": sizes(environment, "ingress-nginx")["controller"].resources,
        }
    }


def _way_in(environment: Environment) -> Json:
    """What the platform's load balancer is told; where none would ever come, ports of the nodes, fixed so that a laptop can
    map its own to them."""
    platform = platform_of(environment)
    if platform.load_balancers:
        annotations = dict(platform.public_balancer)
        return {"annotations": annotations} if annotations else {}
    return {"type": "NodePort", "nodePorts": {"http": HTTP_NODE_PORT, "https": HTTPS_NODE_PORT}}


def _queue_scaler(environment: Environment) -> Json:
    """It scales Deployments, and Rollouts where there are any; of Secrets it reads its own certificate alone."""
    size = sizes(environment, "keda")
    monitored = {"enabled": True, "serviceMonitor": {"enabled": True}} if environment.parts.monitoring else {}
    releases = any(
        service.is_progressive for user in (environment, *environment.tenants) for service in user.services.values()
    )
    kinds = {"scaledRefKinds": [{"apiGroup": "argoproj.io", "kind": "rollouts"}]}
    return {
        "operator": {"replicaCount": size["operator"].replicas},
        "metricsServer": {"replicaCount": size["metrics-server"].replicas},
        "webhooks": {"replicaCount": size["webhooks"].replicas},
        "podDisruptionBudget": {
            part: {"maxUnavailable": 1}
            for part, of in (("operator", "operator"), ("metricServer", "metrics-server"), ("webhooks", "webhooks"))
            if size[of].replicas > 1
        },
        "resources": {
            "operator": size["operator"].resources,
            "metricServer": size["metrics-server"].resources,
            "webhooks": size["webhooks"].resources,
        },
        "topologySpreadConstraints": {
            "operator": spread_over_zones({"app": "keda-operator"}),
            "metricsServer": spread_over_zones({"app": "keda-operator-metrics-apiserver"}),
            "webhooks": spread_over_zones({"app": "keda-admission-webhooks"}),
        },
        "priorityClassName": CRITICAL,
        "certificates": {"certManager": {"enabled": True}},
        "permissions": {"operator": {"restrict": {"secret": True}}, "metricServer": {"restrict": {"secret": True}}},
        "rbac": kinds if releases else {"enabledCustomScaledRefKinds": False},
        **({"prometheus": {"operator": monitored}} if monitored else {}),
    }


def _resource_metrics(environment: Environment) -> Json:
    size = sizes(environment, "metrics-server")["server"]
    return {
        "replicas": size.replicas,
        "podDisruptionBudget": size.budget(minAvailable=1),
        "apiService": {"insecureSkipTLSVerify": False},
        "tls": {"type": "cert-manager"},
        "metrics": {"enabled": True},
        "serviceMonitor": {"enabled": environment.parts.monitoring},
        "resources": size.resources,
        # kubelets that kubeadm sets up sign their certificates themselves
        **({"args": ["--kubelet-insecure-tls"]} if environment.cluster.cluster_api is not None else {}),
    }


def _sealed_secrets(environment: Environment) -> Json:
    """One replica by design. `kubeseal` looks for this name in kube-system; the sealing keys must be backed up."""
    return {
        "fullnameOverride": "sealed-secrets-controller",
        "keyrenewperiod": "720h",
        "priorityClassName": CRITICAL,
        "metrics": {"serviceMonitor": {"enabled": environment.parts.monitoring}},
        "networkPolicy": {"enabled": True},
        "resources": sizes(environment, "sealed-secrets")["controller"].resources,
    }


def _rollouts(environment: Environment) -> Json:
    """The controller; rollbacks are told to the receivers the rollouts chapter names."""
    size = sizes(environment, "argo-rollouts")["controller"]
    values: Json = {
        "controller": {
            "replicas": size.replicas,
            "pdb": size.budget(maxUnavailable=1),
            "metrics": {"enabled": True, "serviceMonitor": {"enabled": environment.parts.monitoring}},
            "resources": size.resources,
            "priorityClassName": CRITICAL,
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/component": "rollouts-controller"}),
        }
    }
    receivers = environment.observability.receivers
    notified = {name: receivers[name] for name in environment.rollouts.notify if name in receivers}
    if notified:
        values["notifications"] = rollout_notifications(environment, notified)
    return values


def _mesh(environment: Environment) -> Json:
    size = sizes(environment, "istiod")["controller"]
    return {
        "autoscaleEnabled": True,
        "autoscaleMin": size.replicas,
        "global": {"defaultPodDisruptionBudget": size.budget(), "priorityClassName": CRITICAL},
        "resources": size.resources,
        "topologySpreadConstraints": spread_over_zones({"app": "istiod"}),
    }


def _mesh_gateway(environment: Environment) -> Json:
    """Reached by the load balancer's own connections to pods, so it needs no address outside the cluster."""
    size = sizes(environment, "istio-gateway")["gateway"]
    return {
        "autoscaling": {"minReplicas": size.replicas, "maxReplicas": 6},
        "podDisruptionBudget": {"minAvailable": size.kept(1)},
        "priorityClassName": CRITICAL,
        "service": {"type": "ClusterIP"},
        "resources": size.resources,
        "topologySpreadConstraints": spread_over_zones({"app": "istio-gateway"}),
    }


def _pod_network(environment: Environment) -> Json:
    """Packets between pods travel inside packets between machines, so no cloud must know the addresses of pods.

    What the chart has beside the network is left out: an API of its own, and an observer of flows.
    """
    settings = environment.cluster.cluster_api
    size = sizes(environment, "tigera-operator")

    def one(container: str, part: str) -> Json:
        containers = [{"name": container, "resources": size[part].resources}]
        return {"spec": {"template": {"spec": {"containers": containers}}}}

    pool = {
        "name": "default-ipv4-ippool",
        "cidr": settings.pods if settings is not None else "",
        "encapsulation": "VXLAN",
        "natOutgoing": "Enabled",
    }
    newer = {"goldmane": {"enabled": False}, "whisker": {"enabled": False}}
    knows_flows = int(environment.cluster.kubernetes.partition(".")[2]) >= OBSERVED_FROM
    return {
        "installation": {
            "calicoNetwork": {"bgp": "Disabled", "ipPools": [pool]},
            "calicoNodeDaemonSet": one("calico-node", "node"),
            "typhaDeployment": one("calico-typha", "typha"),
            "calicoKubeControllersDeployment": one("calico-kube-controllers", "controllers"),
        },
        "apiServer": {"enabled": False},
        "resources": size["operator"].resources,
        "priorityClassName": CRITICAL,
        **(newer if knows_flows else {}),
    }


OBSERVED_FROM = 32
"""Minor of Kubernetes from which on the release of Calico in the catalogue has an observer of flows."""


def _search_operator(environment: Environment) -> Json:
    """It looks after one namespace and has no right outside it; zones of nodes are read by a role of our own.

    So it has no webhook, which would be the whole cluster's: what it refuses, the gates refuse before.
    """
    size = sizes(environment, "eck-operator")["operator"]
    monitored = environment.parts.monitoring
    return {
        "replicaCount": size.replicas,
        "managedNamespaces": [LOGGING],
        "createClusterScopedResources": False,
        "webhook": {"enabled": False},
        "telemetry": {"disabled": True},
        "config": {
            "validateStorageClass": False,
            "setDefaultSecurityContext": "true",
            **({"metrics": {"port": "8081"}} if monitored else {}),
        },
        "podMonitor": {"enabled": monitored},
        "podDisruptionBudget": size.budget(minAvailable=1),
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "resources": size.resources,
        "priorityClassName": CRITICAL,
    }


def _clusters_of_machines(environment: Environment) -> Json:
    """The operator alone: the providers it installs are objects of their own."""
    size = sizes(environment, "cluster-api-operator")["manager"]
    return {
        "replicaCount": size.replicas,
        "resources": {"manager": size.resources},
        "containerSecurityContext": {
            "manager": {
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "runAsNonRoot": True,
                "runAsUser": 65532,
                "seccompProfile": {"type": "RuntimeDefault"},
            }
        },
    }


def _snapshots(environment: Environment) -> Json:
    size = sizes(environment, "snapshot-controller")["controller"]
    return {
        "controller": {
            "replicaCount": size.replicas,
            "fullnameOverride": "snapshot-controller",
            **({"pdb": {"maxUnavailable": 1}} if size.replicas > 1 else {}),
            "priorityClassName": CRITICAL,
            "resources": size.resources,
            "securityContext": {"allowPrivilegeEscalation": False, "seccompProfile": {"type": "RuntimeDefault"}},
            "serviceMonitor": {"create": environment.parts.monitoring},
            "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "snapshot-controller"}),
        }
    }


def _recommended_sizes(environment: Environment) -> Json:
    """The recommender alone: what would replace pods to resize them stays away, and so does its webhook."""
    size = sizes(environment, "vertical-pod-autoscaler")["recommender"]
    return {
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "admissionController": {"enabled": False},
        "updater": {"enabled": False},
        "recommender": {
            "replicas": size.replicas,
            **({} if size.replicas > 1 else {"podDisruptionBudget": size.budget()}),
            "priorityClassName": CRITICAL,
            "resources": size.resources,
        },
    }


VALUES: dict[str, Callable[[Environment], Json]] = {
    "argo-rollouts": _rollouts,
    "cert-manager": _cert_manager,
    "cloudnative-pg": _postgres_operator,
    "cluster-api-operator": _clusters_of_machines,
    "eck-operator": _search_operator,
    "external-secrets": _external_secrets,
    "gatekeeper": _admission_policy,
    "ingress-nginx": _nginx,
    "istio-base": _no_values,
    "istio-gateway": _mesh_gateway,
    "istiod": _mesh,
    "keda": _queue_scaler,
    "metrics-server": _resource_metrics,
    "plugin-barman-cloud": _postgres_archiver,
    "prometheus-operator-crds": _no_values,
    "sealed-secrets": _sealed_secrets,
    "snapshot-controller": _snapshots,
    "tigera-operator": _pod_network,
    "vertical-pod-autoscaler": _recommended_sizes,
}
"""Add-on to its values; the monitoring stack and Argo CD have theirs with their own constructs, a platform and a store bring their own."""


def add_on_values(environment: Environment) -> dict[str, Callable[[Environment], Json]]:
    """Every add-on to its values on the environment's cluster, those that one platform or one store alone knows included."""
    known = dict(VALUES)
    for platform in (*platforms(), type(platform_of(environment))):
        known |= platform.add_on_values()
    for user in (environment, *environment.tenants):
        for store in stores_of(user).values():
            known |= store.add_on_values()
    return known
