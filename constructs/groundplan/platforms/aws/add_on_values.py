"""Values of the charts that only AWS knows: controllers of its resources, load balancers, nodes and records.

`groundplan.addons.values` says what holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from groundplan.addons.catalogue import catalogue, sizes
from groundplan.addons.values import CRITICAL
from groundplan.facts.grace import patience
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.aws.identity import TOKEN_AUDIENCE
from groundplan.platforms.aws.pod_roles import pod_roles
from groundplan.platforms.aws.words import CONTROLLERS


def _load_balancers(environment: Environment) -> Json:
    """The network is found by its name, because its id exists only once it has been made."""
    size = sizes(environment, "aws-load-balancer-controller")["controller"]
    cluster = environment.cluster
    return {
        "clusterName": cluster.name,
        "region": environment.region,
        "vpcTags": {"Name": cluster.name},
        "replicaCount": size.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "serviceAccount": {"name": "aws-load-balancer-controller"},
        "enableCertManager": True,
        "enableServiceMutatorWebhook": False,
        "defaultTargetType": "ip",
        "enableShield": False,
        "enableWaf": False,
        "enableWafv2": False,
        "serviceMonitor": {"enabled": environment.parts.monitoring},
        "resources": size.resources,
    }


def _node_autoscaler(environment: Environment) -> Json:
    cluster, waits = environment.cluster, patience(environment)
    size = sizes(environment, "cluster-autoscaler")["controller"]
    return {
        "awsRegion": environment.region,
        "autoDiscovery": {"clusterName": cluster.name},
        "fullnameOverride": "cluster-autoscaler",
        "image": {"tag": catalogue()["cluster-autoscaler"].image_tag_for(cluster.kubernetes)},
        "replicaCount": size.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "rbac": {"serviceAccount": {"name": "cluster-autoscaler"}},
        "extraArgs": {
            "balance-similar-node-groups": True,
            "expander": "least-waste",
            **({"max-graceful-termination-sec": waits} if waits is not None else {}),
            "skip-nodes-with-system-pods": False,
        },
        "serviceMonitor": {"enabled": environment.parts.monitoring, "namespace": KUBE_SYSTEM},
        "resources": size.resources,
    }


def _cloud_facts(environment: Environment) -> Json:
    """What the cloud knows of nodes; it makes neither routes nor load balancers.

    It runs on control-plane machines, on their own network, because no node is ready and no pod network works before it.
    """
    size = sizes(environment, "aws-cloud-controller-manager")["controller"]
    tag = catalogue()["aws-cloud-controller-manager"].image_tag_for(environment.cluster.kubernetes)
    return {
        "args": [
            "--v=2",
            "--cloud-provider=aws",
            f"--cluster-name={environment.cluster.name}",
            "--configure-cloud-routes=false",
            "--controllers=cloud-node,cloud-node-lifecycle",
        ],
        "image": {"tag": tag},
        "hostNetworking": True,
        "clusterRoleRules": [dict(rule) for rule in KNOWS_NODES],
        "resources": size.resources,
    }


KNOWS_NODES: tuple[Json, ...] = (
    {"apiGroups": [""], "resources": ["events"], "verbs": ["create", "patch", "update"]},
    {"apiGroups": [""], "resources": ["nodes"], "verbs": ["delete", "get", "list", "patch", "update", "watch"]},
    {"apiGroups": [""], "resources": ["nodes/status"], "verbs": ["patch"]},
    {
        "apiGroups": ["coordination.k8s.io"],
        "resources": ["leases"],
        "verbs": ["create", "get", "list", "update", "watch"],
    },
    {"apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"], "verbs": ["create"]},
    {"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]},
)
"""What it does in the cluster; the chart's own rules are for routes, load balancers and tokens of others too."""


def _disks(environment: Environment) -> Json:
    size = sizes(environment, "aws-ebs-csi-driver")
    sidecar = {"resources": size["sidecar"].resources}
    copies = environment.backups is not None and environment.backups.volumes
    sidecars = ("attacher", "livenessProbe", "nodeDriverRegistrar", "provisioner", "resizer")
    return {
        "controller": {
            "replicaCount": size["controller"].replicas,
            "region": environment.region,
            "k8sTagClusterId": environment.cluster.name,
            "enableMetrics": environment.parts.monitoring,
            "resources": size["controller"].resources,
        },
        "node": {"enableWindows": False, "resources": size["node"].resources},
        "sidecars": {
            **dict.fromkeys(sidecars, sidecar),
            **({"snapshotter": sidecar} if copies else {}),  # the chart adds it where snapshots are known
        },
        "helmTester": {"enabled": False},
    }


def _pod_roles(environment: Environment) -> Json:
    """Which ServiceAccount has which role, so that no object of a cluster names one; tokens are for AWS alone."""
    size = sizes(environment, "amazon-eks-pod-identity-webhook")["webhook"]
    roles = {
        account: {"RoleARN": role, "Audience": TOKEN_AUDIENCE}
        for account, role in sorted(pod_roles(environment).items())
    }
    return {
        "fullnameOverride": "pod-identity-webhook",
        "replicaCount": size.replicas,
        "podDisruptionBudget": size.budget(maxUnavailable=1),
        "priorityClassName": CRITICAL,
        "config": {"defaultAwsRegion": environment.region, "podIdentityWebhookMap": {"enabled": True, "data": roles}},
        "metrics": {"serviceMonitor": {"enabled": environment.parts.monitoring}},
        "securityContext": {"runAsNonRoot": True},
        "resources": size.resources,
    }


def _dns_records(environment: Environment) -> Json:
    """The chart's `upsert-only` lets a record outlive a mistake. Each cluster owns its records under its own name."""
    dns = environment.platform.aws.dns if environment.platform.aws is not None else None
    return {
        "env": [{"name": "AWS_DEFAULT_REGION", "value": environment.region}],
        "txtOwnerId": environment.cluster.name,
        "txtPrefix": f"{environment.cluster.name}.",
        "domainFilters": [dns.zone] if dns is not None else [],
        "sources": ["ingress", "service"],
        "serviceAccount": {"name": "external-dns"},
        "serviceMonitor": {"enabled": environment.parts.monitoring},
        "priorityClassName": CRITICAL,
        "resources": sizes(environment, "external-dns")["controller"].resources,
    }


WITHOUT_NAMESPACE_SWITCH = frozenset({"ack-acm"})
"""AWS' controllers whose chart has no switch for references across namespaces yet."""


def _aws_controller(name: str) -> Callable[[Environment], Json]:
    """Values of one of AWS' controllers, which all have the same chart.

    What is rented outlives its object unless the object says `delete`: losing the cluster must not lose the cloud.
    """
    add_on = catalogue()[name]

    def values(environment: Environment) -> Json:
        size = sizes(environment, name)["controller"]
        return {
            "nameOverride": add_on.service_account,
            "fullnameOverride": add_on.service_account,
            "aws": {"region": environment.region},
            "deletionPolicy": "retain",
            **({} if name in WITHOUT_NAMESPACE_SWITCH else {"enableCrossNamespace": False}),
            "deployment": {"replicas": size.replicas, "priorityClassName": CRITICAL},
            "leaderElection": {"enabled": True, "namespace": add_on.namespace},
            "metrics": {"service": {"create": True}},
            "resources": size.resources,
        }

    return values


VALUES: dict[str, Callable[[Environment], Json]] = {
    **{name: _aws_controller(name) for name in sorted(CONTROLLERS)},
    "amazon-eks-pod-identity-webhook": _pod_roles,
    "aws-cloud-controller-manager": _cloud_facts,
    "aws-ebs-csi-driver": _disks,
    "aws-load-balancer-controller": _load_balancers,
    "cluster-autoscaler": _node_autoscaler,
    "external-dns": _dns_records,
}
"""Add-on to its values."""
