"""Facts become objects again that rules can read, with all that the facts hold."""

from __future__ import annotations

import pytest

from groundplan.chart_facts.helm import parse
from groundplan.chart_facts.manifests import manifests
from groundplan.chart_facts.reading import facts_of

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  replicas: 2
  template:
    metadata: {labels: {app: web}, annotations: {}}
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      hostNetwork: true
      securityContext: {runAsNonRoot: true}
      priorityClassName: high
      volumes: [{name: disk, hostPath: {}}]
      initContainers: [{name: wait, image: "busybox:1"}]
      containers:
        - name: web
          image: web:1
          ports: [{containerPort: 80, protocol: TCP, hostPort: 80}]
          resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
          securityContext: {capabilities: {drop: [ALL]}}
          env: [{name: LEVEL, value: (not recorded)}]
          livenessProbe: {exec: {}}
"""

CRON_JOB = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: web, namespace: shop}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {}, annotations: {}}, spec: {containers: [{name: a, image: "a:1"}]}}}}}
"""

OTHERS = """
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: http, protocol: TCP}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web, labels: {heritage: Helm}}
rules: [{verbs: ["*"], apiGroups: [""], resources: [pods], resourceNames: [a]}, {verbs: [get], nonResourceURLs: [/m]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web, labels: {heritage: Helm}}
roleRef: {kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: web}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}
"""


@pytest.mark.parametrize("text", [DEPLOYMENT, CRON_JOB, OTHERS])
def test_an_object_comes_back_as_it_was_read(text: str) -> None:
    documents = list(parse(text))

    assert sorted(manifests(facts_of(documents, "shop")), key=str) == sorted(documents, key=str)


def test_a_daemon_set_is_not_counted() -> None:
    text = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: a}, spec: {template: {spec: {containers: [{name: a}]}}}}"
    (document,) = manifests(facts_of(parse(text), "shop"))

    assert "replicas" not in document["spec"]


def test_what_an_operator_makes_is_left_out() -> None:
    text = "{apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {name: a}, spec: {image: p}}"

    assert list(manifests(facts_of(parse(text), "shop"))) == []
