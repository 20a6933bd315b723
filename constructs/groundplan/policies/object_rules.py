"""Rules about everything that is not a pod: how requests come in, who may do what, what survives a drain."""

from __future__ import annotations

from groundplan.kubernetes.rbac import RBAC
from groundplan.platforms.resources import data_of_platforms
from groundplan.policies.rule import LONG_RUNNING, POD_VARIABLES, WORKLOADS, Rule

_SERVICE = (("", "Service"),)
_INGRESS = (("networking.k8s.io", "Ingress"),)
_ROLES = ((RBAC, "ClusterRole"), (RBAC, "Role"))
_BINDINGS = ((RBAC, "ClusterRoleBinding"), (RBAC, "RoleBinding"))
_BOOTSTRAP = "has(object.metadata.labels) && 'kubernetes.io/bootstrapping' in object.metadata.labels"
"""Kubernetes' own roles carry this label; they are as they are."""

_REDIRECTS = tuple(sorted(str(row["redirect"]) for row in data_of_platforms("ingress.yaml")))
"""Annotations by which a platform's ingress controller redirects to HTTPS."""

_NETWORK = (
    Rule(
        name="no-node-port",
        title="no Service opens a port on the nodes",
        why="It is open on every node, around the load balancer, its certificate and its logs.",
        kinds=_SERVICE,
        offenders="has(object.spec.type) && object.spec.type == 'NodePort' ? ['type NodePort'] : []",
        advice="use type ClusterIP behind an Ingress",
    ),
    Rule(
        name="no-external-ip",
        title="no Service claims an external address",
        why="It would catch the traffic of whoever that address belongs to (CVE-2020-8554).",
        kinds=_SERVICE,
        offenders="has(object.spec.externalIPs) ? object.spec.externalIPs : []",
        advice="remove externalIPs",
    ),
    Rule(
        name="listed-load-balancer",
        title="only listed Services are load balancers",
        why="Each is rented by the hour and reachable from outside without the ingress' protection.",
        kinds=_SERVICE,
        parameters={
            "load_balancers": {
                "type": "array",
                "description": "namespace/name of Services that may be of type LoadBalancer",
                "items": {"type": "string"},
            }
        },
        offenders=(
            "has(object.spec.type) && object.spec.type == 'LoadBalancer' && !(object.metadata.namespace + '/'"
            " + object.metadata.name in variables.params.load_balancers) ? ['type LoadBalancer'] : []"
        ),
        advice="use an Ingress, or add the Service to policy.load_balancers",
    ),
    Rule(
        name="ingress-host",
        title="every Ingress rule names its host",
        why="A rule for every host also answers for names of others that point here.",
        kinds=_INGRESS,
        offenders=(
            "(has(object.spec.rules) ? object.spec.rules : [])"
            ".filter(r, !has(r.host) || r.host == '' || r.host.contains('*'))"
            ".map(r, has(r.host) ? 'host ' + r.host : 'a rule without host')"
        ),
        advice="write the full host name",
    ),
    Rule(
        name="ingress-tls",
        title="every Ingress serves TLS",
        why="Over plain HTTP everybody on the way reads and changes what is sent.",
        kinds=_INGRESS,
        offenders=(
            "(has(object.spec.tls) && size(object.spec.tls) > 0) || (has(object.metadata.annotations)"
            f" && [{', '.join(repr(name) for name in _REDIRECTS)}]"
            ".exists(a, a in object.metadata.annotations)) ? [] : ['no tls']"
        ),
        advice="write spec.tls, or the annotation by which the controller redirects to HTTPS",
    ),
)

_ACCESS = (
    Rule(
        name="no-wildcard-role",
        title="no role grants every verb or every resource",
        why="What a wildcard grants grows with every operator that is installed.",
        kinds=_ROLES,
        offenders=(
            f"{_BOOTSTRAP} ? [] : ((has(object.rules) && object.rules != null) ? object.rules : [])"
            ".filter(r, '*' in r.verbs || (has(r.resources) && '*' in r.resources))"
            ".map(r, has(r.resources) ? r.resources.join(' ') : 'a rule')"
        ),
        advice="list the verbs and resources",
    ),
    Rule(
        name="no-cluster-admin",
        title="nothing is bound to cluster-admin",
        why="Its holder can read every Secret and change every rule, this one included.",
        kinds=_BINDINGS,
        offenders=f"!({_BOOTSTRAP}) && object.roleRef.name == 'cluster-admin' ? ['roleRef cluster-admin'] : []",
        advice="bind a role with the rights that are needed",
    ),
    Rule(
        name="no-secret-value",
        title="no Secret is written by hand",
        why="Git keeps it forever, and everybody who can read the repository can read it.",
        kinds=(("", "Secret"),),
        offenders=(
            "(has(object.data) && size(object.data) > 0 ? ['data'] : [])"
            " + (has(object.stringData) && size(object.stringData) > 0 ? ['stringData'] : [])"
        ),
        advice="use an ExternalSecret or a SealedSecret",
        admission=False,  # operators write Secrets all day; in Git there is no reason to
    ),
)

_REQUIRED = ("component", "instance", "managed-by", "part-of")

_AVAILABILITY = (
    Rule(
        name="common-labels",
        title="everything people write says what it is part of",
        why="Cost, alerts and owners are found by these labels.",
        kinds=(*WORKLOADS, *_SERVICE, *_INGRESS),
        offenders=(
            "has(object.metadata.ownerReferences) ? [] : "
            f"{[f'app.kubernetes.io/{name}' for name in _REQUIRED]}"
            ".filter(l, !has(object.metadata.labels) || !(l in object.metadata.labels))"
        ),
        advice="add the labels",
    ),
    Rule(
        name="budget-allows-drain",
        title="every disruption budget lets a node be drained",
        why="A budget that allows nothing stops every upgrade of the nodes.",
        kinds=(("policy", "PodDisruptionBudget"),),
        offenders=(
            "(has(object.spec.maxUnavailable) && (object.spec.maxUnavailable == 0 || object.spec.maxUnavailable == '0%')"
            " ? ['maxUnavailable 0'] : [])"
            " + (has(object.spec.minAvailable) && object.spec.minAvailable == '100%' ? ['minAvailable 100%'] : [])"
        ),
        advice="write maxUnavailable: 1",
    ),
    Rule(
        name="autoscaler-has-room",
        title="every autoscaler can scale",
        why="With equal bounds it looks like scaling and is not.",
        kinds=(("autoscaling", "HorizontalPodAutoscaler"),),
        offenders=(
            "(has(object.spec.minReplicas) ? object.spec.minReplicas : 1) < object.spec.maxReplicas"
            " ? [] : ['maxReplicas']"
        ),
        advice="write maxReplicas above minReplicas, or fix the replicas instead",
    ),
    Rule(
        name="spread",
        title="replicas do not share one node or zone",
        why="Several copies on one node fall together with it.",
        kinds=tuple(kind for kind in LONG_RUNNING if kind[1] != "DaemonSet"),
        variables=POD_VARIABLES,
        offenders=(
            "(has(object.spec.replicas) && object.spec.replicas < 2)"
            " || (has(variables.pod.topologySpreadConstraints) && size(variables.pod.topologySpreadConstraints) > 0)"
            " || (has(variables.pod.affinity) && has(variables.pod.affinity.podAntiAffinity))"
            " ? [] : ['topologySpreadConstraints']"
        ),
        advice="write topologySpreadConstraints over zones and hosts",
    ),
)

OBJECT_RULES: tuple[Rule, ...] = (*_NETWORK, *_ACCESS, *_AVAILABILITY)
"""Every rule that is not about pods."""
