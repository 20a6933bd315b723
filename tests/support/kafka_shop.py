"""A shop with a Kafka on a cluster that somebody else made: who writes, who reads, a schema, a connector."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CHARTS = REPOSITORY / "tests" / "stores" / "kafka" / "charts"

SYSTEM = """
system: stream
title: Stream
owner: {team: stream, oncall: stream, email: stream@example.com}
cluster: {name: stream-live, kubernetes: "1.35"}
stage: production
platform:
  existing:
    region: here
    zones: [a, b, c]
    nodes:
      app: {count: 6, cpu: "8", memory: 32Gi, disk: 200Gi}
namespace: stream
namespaces: {stream: {}, monitoring: {pod_security: privileged}}
delivery: {management_cluster: null, repository: {url: "https://example.com/stream"}}
policy: {registries: {stream: docker.io/stream/}}
services:
  web:
    image: docker.io/stream/web:v1.0.0
    port: 8080
    scaling: {min: 2, max: 4, cpu: 70}
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
    calls: [events]
  worker:
    image: docker.io/stream/worker:v1.0.0
    port: 8080
    replicas: 3
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
    calls: [events]
data:
  events:
    type: kafka
    version: 4.3.1
    topics:
      orders:
        writers: [web]
        readers: [worker]
        max_size: 2Gi
        schema: '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
      prices: {name: shop.prices, cleanup: compact, retention: forever, writers: [worker], readers: [web]}
    engine:
      strimzi:
        storage: 50Gi
        resources: {requests: {cpu: 500m, memory: 4Gi}, limits: {cpu: 2, memory: 4Gi}}
        maintenance: {day: Sunday, start: "02:00", hours: 2, time_zone: Asia/Seoul}
        registry: {compatibility: FULL}
        connect:
          connectors:
            copy:
              class: org.apache.kafka.connect.mirror.MirrorHeartbeatConnector
              direction: source
              topics: [orders]
              config: {emit.heartbeats.interval.seconds: 10}
"""


def beside_the_others(root: Path, *, system: str = SYSTEM, live: str = "{}\n") -> Path:
    """A copy of this repository's trees with the shop as one more system; facts of its charts lie beside the tests."""
    for name in ("argocd", "changes", "charts", "dist", "docs", "environments", "schemas", ".github"):
        shutil.copytree(REPOSITORY / name, root / name)
    for name in ("Makefile", "README.md", "pyproject.toml"):
        shutil.copy(REPOSITORY / name, root)
    (root / "constructs").symlink_to(REPOSITORY / "constructs")
    if CHARTS.is_dir():
        shutil.copytree(CHARTS, root / "charts" / "stream")
    folder = root / "environments" / "stream"
    folder.mkdir()
    (folder / "system.yaml").write_text(system, "utf-8")
    (folder / "live.yaml").write_text(live, "utf-8")
    return root


def record() -> None:
    """Record the shop's charts anew, after a change of versions or values: `python tests/support/kafka_shop.py`.

    Takes helm and charts as `groundplan charts record` does, from `HELM` and `GROUNDPLAN_CHARTS`.
    """
    tool = [sys.executable, "-m", "groundplan.cli.main"]
    with tempfile.TemporaryDirectory() as scratch:
        root = beside_the_others(Path(scratch) / "repository")
        for verb in (["synth", "stream"], ["charts", "record"]):
            subprocess.run([*tool, "--root", str(root), *verb], check=True)
        shutil.rmtree(CHARTS, ignore_errors=True)
        shutil.copytree(root / "charts" / "stream", CHARTS)


if __name__ == "__main__":
    record()
