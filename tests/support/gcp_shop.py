"""A shop on Google Cloud in a repository of its own: services, a database with its archive and dumps, a cache, a vault, an edge."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CHARTS = REPOSITORY / "tests" / "platforms" / "gcp" / "charts"

SYSTEM = """
system: shop
title: Shop
owner: {team: shop, oncall: shop, email: shop@example.com}
cluster:
  kubernetes: "1.32"
  node_pools:
    app: {instance: e2-standard-8, cpu: 8, memory: 32Gi, min: 4, max: 9, disk: 200Gi}
platform:
  gcp:
    region: asia-northeast3
    zones: [asia-northeast3-a, asia-northeast3-b, asia-northeast3-c]
    project: {id: shop-production, number: "123456789012"}
    gke: {channel: REGULAR, maintenance: {begin: "2026-11-21T17:00:00Z", hours: 4}}
    access: {platform: {member: "group:platform@example.com", level: admin}}
    dns: {zone: shop.example, records: {shop.example: {type: CAA, values: ['0 issue "letsencrypt.org"', '0 issue "pki.goog"']}}}
    cdn: {host: assets.shop.example, bucket: shop-example-assets}
    buckets:
      shop-example-assets: {}
      shop-example-backups: {beside: asia-northeast1, expire: {dumps/: 35d}}
      shop-example-audit: {versioned: false, retain: 365d}
    grants: {publish: {bucket: shop-example-assets, actions: read-write}}
namespace: shop
namespaces: {shop: {}, monitoring: {pod_security: privileged}}
policy:
  registries:
    shop: asia-northeast3-docker.pkg.dev/shop-production/shop/
    google: gcr.io/google.com/cloudsdktool/
    jetstack: quay.io/jetstack/
services:
  web:
    image: web:v1.0.0
    port: 8080
    scaling: {min: 3, max: 6, cpu: 70}
    resources: {requests: {cpu: 200m, memory: 256Mi}, limits: {cpu: 1, memory: 512Mi}}
    calls: [orders, cache]
    urls: {CACHE_URL: cache/0, ORDERS_URL: orders}
    secrets: {PGUSER: orders/username, PGPASSWORD: orders/password, PAYMENT: payment/api-key}
    cloud_access: [publish]
data:
  orders:
    type: postgres
    version: 17
    owner: orders
    credentials: orders
    engine:
      cloudnative-pg:
        instances: 3
        storage: 20Gi
        resources: {requests: {cpu: 500m, memory: 2Gi}, limits: {cpu: 2, memory: 2Gi}}
        archive: {bucket: shop-example-backups, prefix: orders/, keep: 35d}
    dump: {bucket: shop-example-backups, prefix: dumps/orders/, schedule: "0 18 * * *", restore_test: "0 20 * * 0"}
  cache:
    type: redis
    engine: {statefulset: {storage: 5Gi, resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {cpu: 500m, memory: 512Mi}}}}
secrets:
  store: {name: secret-manager}
  entries:
    orders: {type: kubernetes.io/basic-auth, keys: {username: shop-orders-username, password: shop-orders-password}}
    payment: {keys: {api-key: shop-payment}}
    argo-cd-reports: {keys: {private-key: shop-argo-cd-github-key}}
    on-call: {keys: {pagerduty: shop-pagerduty, heartbeat: shop-heartbeat}}
observability:
  receivers:
    on-call: {type: pagerduty, secret: on-call/pagerduty, severities: [critical, warning]}
    outside: {type: webhook, secret: on-call/heartbeat, severities: [], heartbeat: true}
ingress: {type: nginx, acme_email: shop@example.com}
expose: {www: {routes: {/: web}}}
hosts: {www: www.shop.example}
backups:
  bucket: shop-example-backups
  schedules:
    daily: {at: "0 18 * * *", keep: 30d}
    weekly: {at: "0 19 * * 6", keep: 90d}
    monthly: {at: "0 20 1 * *", keep: 365d}
  restore_test: "0 3 * * 0"
pipelines:
  repository: example/shop
  branches: [main]
  services: {web: {language: python}}
exemptions:
  kubernetes-until-the-upgrade:
    rule: support-kubernetes
    kind: ContainerCluster
    name: cluster
    owner: shop
    reason: As old as the other systems here, and upgraded with them.
    expires: "2027-02-28"
  restore-test-asks-the-api:
    rule: CKV_K8S_38
    kind: CronJob
    name: restore-test
    owner: shop
    reason: It asks Velero for a restore and looks at what came back, with a role in three namespaces alone.
    expires: "2027-06-30"
delivery:
  sign_in: {issuer: "https://sign-in.example.com", client: argocd}
  reports: {app: 100001, installation: 20000001, secret: argo-cd-reports/private-key}
"""
"""One system; a region of it is described by `NETWORK`."""

LIVE = """
cluster: {name: shop-live}
stage: production
platform:
  gcp:
    network:
      cidr: 10.60.0.0/16
      subnets: {nodes: {cidr: 10.60.0.0/20, tier: app}, edge: {cidr: 10.60.16.0/24, tier: public}}
      pods: 10.64.0.0/14
      services: 10.61.0.0/20
"""


def beside_the_others(root: Path, environments: Mapping[str, str] | None = None, *, system: str = SYSTEM) -> Path:
    """A copy of this repository's trees with the shop as one more system, each environment's file by name.

    Default one environment that is live. Facts of charts that only the shop has such values of lie beside the tests.
    """
    for name in ("argocd", "changes", "charts", "dist", "docs", "environments", "schemas", ".github"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("Makefile", "README.md", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, root)
    (root / "constructs").symlink_to(REPOSITORY / "constructs")
    shutil.copytree(CHARTS, root / "charts" / "shop")
    folder = root / "environments" / "shop"
    folder.mkdir()
    (folder / "system.yaml").write_text(system, "utf-8")
    for name, text in (environments or {"live": LIVE}).items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return root


def record() -> None:
    """Record the shop's charts anew, after a change of versions or values: `python tests/support/gcp_shop.py`.

    Takes helm and charts as `groundplan charts record` does, from `HELM` and `GROUNDPLAN_CHARTS`.
    """
    tool = [sys.executable, "-m", "groundplan.cli.main"]
    with tempfile.TemporaryDirectory() as scratch:
        root = beside_the_others(Path(scratch) / "repository")
        for verb in (["synth", "shop"], ["charts", "record"]):
            subprocess.run([*tool, "--root", str(root), *verb], check=True)
        shutil.rmtree(CHARTS)
        shutil.copytree(root / "charts" / "shop", CHARTS)


if __name__ == "__main__":
    record()
