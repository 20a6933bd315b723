"""What is kept of a chart's objects: enough to judge pods, doors and rights, and no word of prose."""

from __future__ import annotations

from typing import Any

from groundplan.chart_facts.facts import Alerts, Brought, Certificate, ChartFacts, DefinedVersion, Definition
from groundplan.chart_facts.helm import parse
from groundplan.chart_facts.pods import Claim, Container, ContainerPort, Pod, Probe, Volume
from groundplan.chart_facts.reading import facts_of
from groundplan.chart_facts.rights import Account, Binding, Role, Rule, Subject
from groundplan.chart_facts.traffic import Autoscaler, Budget, Monitor, Service, ServicePort, Webhook


def read(text: str) -> ChartFacts:
    return facts_of(parse(text), "shop")


DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web, helm.sh/chart: web-1.2.3}}
spec:
  replicas: 2
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}
  template:
    metadata:
      labels: {app: web}
      annotations: {checksum/config: abc, sidecar: "no"}
    spec:
      serviceAccountName: web
      automountServiceAccountToken: true
      hostNetwork: true
      priorityClassName: high
      securityContext: {runAsNonRoot: true}
      tolerations: [{key: gpu}]
      initContainers:
        - {name: wait, image: busybox:1}
        - {name: proxy, image: "envoy:1", restartPolicy: Always}
      containers:
        - name: web
          image: web:1
          command: [/web]
          args: [--port=80, "line\\nline"]
          env:
            - {name: LEVEL, value: info}
            - {name: EMPTY, value: ""}
            - {name: KEY, valueFrom: {secretKeyRef: {name: keys, key: a}}}
            - {name: MAYBE, valueFrom: {configMapKeyRef: {name: extra, key: a, optional: true}}}
          ports: [{containerPort: 80, name: http}, {containerPort: 53, protocol: UDP, hostPort: 53}]
          resources: {requests: {cpu: 100m}, limits: {memory: 1Gi}}
          securityContext: {readOnlyRootFilesystem: true}
          readinessProbe: {httpGet: {path: /ready, port: http}}
          livenessProbe: {tcpSocket: {port: 80}}
      volumes:
        - {name: cert, secret: {secretName: cert, optional: true}}
        - {name: disk, hostPath: {path: /var}}
        - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
"""


def test_a_workload_is_kept_as_its_pods() -> None:
    (pod,) = read(DEPLOYMENT).pods

    assert pod == Pod(
        "apps/v1",
        "Deployment",
        "shop",
        "web",
        (
            Container("wait", "busybox:1", initial=True),
            Container("proxy", "envoy:1", initial=True, sidecar=True),
            Container(
                "web",
                "web:1",
                ports=(ContainerPort(80, "http"), ContainerPort(53, "", "UDP", 53)),
                requests={"cpu": "100m"},
                limits={"memory": "1Gi"},
                security={"readOnlyRootFilesystem": True},
                probes=(Probe("liveness", "tcpSocket", "80"), Probe("readiness", "httpGet", "http", "/ready")),
                secrets=("keys",),
                config_maps=("extra?",),
                arguments=("/web", "--port=80"),
                literals=("LEVEL",),
            ),
        ),
        labels={"app": "web"},
        annotations={"sidecar": "no"},
        own_labels={"app": "web"},
        replicas=2,
        strategy={"type": "RollingUpdate", "maxSurge": 1},
        account="web",
        token=True,
        host_network=True,
        security={"runAsNonRoot": True},
        priority="high",
        tolerations=({"key": "gpu"},),
        volumes=(
            Volume("cert", "secret", "cert", optional=True),
            Volume("disk", "hostPath", "/var"),
            Volume("tmp", "emptyDir", size="1Gi"),
        ),
    )
    assert pod.host_paths == ("/var",)


def test_images_are_listed_once_and_sorted() -> None:
    assert read(DEPLOYMENT).images == ("busybox:1", "envoy:1", "web:1")


def test_a_daemon_set_has_a_pod_on_each_node_and_a_stateful_set_claims_storage() -> None:
    facts = read("""
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec: {template: {spec: {containers: [{name: a, image: a:1}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store, namespace: other}
spec:
  template: {spec: {containers: [{name: a, image: a:1}]}}
  volumeClaimTemplates:
    - {metadata: {name: data}, spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 5Gi}}}}
""")

    assert [(pod.namespace, pod.replicas, facts.replicas(pod)) for pod in facts.pods] == [
        ("shop", None, None),
        ("other", 1, (1, 1)),
    ]
    assert facts.pods[1].claims == (Claim("data", "5Gi", "fast", ("ReadWriteOnce",)),)


def test_an_autoscaler_says_how_many_pods_there_are() -> None:
    facts = read(
        DEPLOYMENT
        + """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 6}
"""
    )

    assert facts.autoscalers == (Autoscaler("shop", "web", "Deployment/web", 2, 6),)
    assert facts.replicas(facts.pods[0]) == (2, 6)


def test_pods_that_the_operator_makes_are_known_by_its_labels_and_sizes() -> None:
    facts = read("""
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator}
spec:
  template:
    spec:
      containers:
        - name: operator
          image: operator:1
          args: ["--prometheus-config-reloader=reloader:1", "--config-reloader-cpu-request=10m", "--config-reloader-cpu-limit=0"]
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: stack}
spec:
  image: prometheus:1
  replicas: 2
  portName: http-web
  serviceAccountName: prometheus
  resources: {requests: {memory: 1Gi}}
  storage: {volumeClaimTemplate: {spec: {storageClassName: fast, resources: {requests: {storage: 50Gi}}}}}
""")
    (pod,) = (pod for pod in facts.pods if pod.operated)

    assert (pod.kind, pod.replicas, pod.account) == ("Prometheus", 2, "prometheus")
    assert pod.labels["app.kubernetes.io/name"] == "prometheus"
    assert pod.labels["operator.prometheus.io/name"] == "stack"
    assert pod.claims == (Claim("prometheus-stack-db", "50Gi", "fast"),)
    main, reloader = pod.containers[1:]
    assert (main.image, main.ports, main.requests) == (
        "prometheus:1",
        (ContainerPort(9090, "http-web"),),
        {"memory": "1Gi"},
    )
    assert (reloader.image, reloader.requests, reloader.limits) == ("reloader:1", {"cpu": "10m"}, {})


def test_services_and_monitors_keep_what_finds_them() -> None:
    facts = read("""
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80, targetPort: http, name: http}, {port: 53, protocol: UDP}]}
---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: {name: web, labels: {release: x}}
spec: {jobLabel: app, namespaceSelector: {any: true}, selector: {matchLabels: {app: web}}, endpoints: [{port: http, path: /m, relabelings: []}]}
""")

    assert facts.services == (
        Service(
            "shop",
            "web",
            {"app": "web"},
            (ServicePort(80, "http", "http"), ServicePort(53, "53", protocol="UDP")),
            headless=True,
            labels={"app": "web"},
        ),
    )
    assert facts.monitors == (
        Monitor(
            "ServiceMonitor",
            "shop",
            "web",
            {"matchLabels": {"app": "web"}},
            ({"port": "http", "path": "/m"},),
            ("*",),
            {"release": "x"},
            "app",
        ),
    )


def test_every_call_of_the_api_server_is_kept() -> None:
    facts = read("""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: guard, annotations: {cert-manager.io/inject-ca-from: shop/guard}}
webhooks:
  - name: guard.example.com
    failurePolicy: Ignore
    timeoutSeconds: 3
    namespaceSelector: {matchLabels: {guarded: "yes"}}
    rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]
    clientConfig: {service: {name: guard, namespace: shop, path: /check, port: 8443}}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.metrics}
spec: {group: metrics, version: v1, caBundle: YQ==, service: {name: metrics, namespace: shop}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  conversion: {strategy: Webhook, webhook: {clientConfig: {service: {name: guard, namespace: shop, path: /convert}}}}
  versions: [{name: v1, served: true, storage: true, schema: {}}, {name: v0, served: false}]
""")

    assert facts.webhooks == (
        Webhook(
            "validating",
            "guard",
            "guard.example.com",
            "shop",
            "guard",
            8443,
            "/check",
            failure_policy="Ignore",
            timeout=3,
            namespace_selector={"matchLabels": {"guarded": "yes"}},
            rules=({"operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"]},),
            bundle_from="shop/guard",
        ),
        Webhook("conversion", "things.example.com", "things.example.com", "shop", "guard", path="/convert"),
        Webhook("api", "v1.metrics", "v1.metrics", "shop", "metrics", fixed_bundle=True),
    )
    assert facts.definitions == (
        Definition(
            "example.com", "Thing", "things", True, (DefinedVersion("v1", True, True), DefinedVersion("v0", False))
        ),
    )
    assert facts.crds == (("example.com", "Thing"),)


def test_rights_are_kept_with_who_holds_them() -> None:
    facts = read("""
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, annotations: {role: r}}
automountServiceAccountToken: false
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: web, labels: {heritage: Helm}}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [a], verbs: [get]}, {nonResourceURLs: [/m], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web}
roleRef: {kind: ClusterRole, name: web}
subjects: [{kind: ServiceAccount, name: web}, {kind: Group, name: people}]
""")

    assert facts.accounts == (Account("shop", "web", False, {"role": "r"}),)
    assert facts.roles == (
        Role(
            "ClusterRole",
            "web",
            (Rule(("get",), ("",), ("secrets",), ("a",)), Rule(("get",), urls=("/m",))),
            labels={"heritage": "Helm"},
        ),
    )
    assert facts.bindings == (
        Binding(
            "RoleBinding",
            "web",
            "ClusterRole",
            "web",
            (Subject("ServiceAccount", "web", "shop"), Subject("Group", "people")),
            "shop",
        ),
    )


def test_budgets_certificates_and_rules_are_kept_by_what_others_ask_of_them() -> None:
    facts = read("""
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec: {secretName: web-tls, issuerRef: {name: own}, dnsNames: [web.shop.svc]}
---
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: web}
spec: {groups: [{rules: [{alert: Down, expr: up == 0}, {record: r, expr: up}]}]}
""")

    assert facts.budgets == (Budget("shop", "web", {"matchLabels": {"app": "web"}}, 1),)
    assert facts.certificates == (Certificate("shop", "web", "web-tls", "Issuer/own", ("web.shop.svc",)),)
    assert facts.rules == (Alerts("shop", "web", ("Down",), ("r",)),)


def test_of_configuration_only_the_keys_are_kept() -> None:
    facts = read("{apiVersion: v1, kind: Secret, metadata: {name: a, labels: {x: y}}, stringData: {key: value}}")

    assert facts.objects == (Brought("v1", "Secret", "a", "shop", labels={"x": "y"}, keys=("key",)),)


def test_helms_own_tests_are_left_out_and_hooks_are_marked() -> None:
    facts = read("""
{apiVersion: v1, kind: ConfigMap, metadata: {name: try, annotations: {helm.sh/hook: test}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: first, annotations: {helm.sh/hook: pre-install}}}
""")

    assert [(item.name, item.hook) for item in facts.objects] == [("first", "pre-install")]


def test_the_order_of_templates_makes_no_difference() -> None:
    one, other = (f"{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}\n" for name in "ab")

    assert read(f"{one}---\n{other}") == read(f"{other}---\n{one}")


def test_texts_that_only_yaml_takes_for_something_else_stay_texts() -> None:
    (document,) = parse("{kind: ConfigMap, data: {sign: =, day: 2026-01-02}}")

    assert document["data"] == {"sign": "=", "day": "2026-01-02"}


def test_a_list_is_its_items() -> None:
    item: dict[str, Any] = {"kind": "ConfigMap", "metadata": {"name": "a"}}

    assert list(parse(f"{{kind: List, items: [{item}]}}")) == [item]
