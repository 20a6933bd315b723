"""A store is a folder: a kind that nobody knew is added to a copy of the sources, and an environment has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from grown import grown, judged, run, touched

pytestmark = pytest.mark.slow

FOLDER = {
    "__init__.py": '"""A store of the tests."""\n',
    "model.py": '''"""What is written of it."""

from typing import Literal

from groundplan.model.containers import Resources
from groundplan.model.values import Model
from groundplan.stores.engines import Engines


class Pod(Model):
    """One pod in the cluster."""

    resources: Resources
    """CPU and memory."""


class ParrotEngines(Engines):
    """Who runs it."""

    pod: Pod | None = None
    """One pod."""


class Parrot(Model):
    """A store that repeats."""

    type: Literal["parrot"]
    """Kind of store."""

    engine: ParrotEngines
    """Who runs it."""
''',
    "pod.py": '''"""What it answers."""

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import PRIVATE_BLOCKS, ports
from groundplan.stores.pages import StorePages
from groundplan.stores.parrot.model import Parrot, Pod
from groundplan.stores.answers import Demand
from groundplan.stores.store import Store


class ParrotStore(Store[Parrot, Pod]):
    """A ConfigMap that stands for something outside."""

    engine = "pod"

    def url(self, database=""):
        """Where callers find it."""
        return f"parrot://{self.name}.example.com:7777"

    def egress(self):
        """To its address."""
        return {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE_BLOCKS)}}], "ports": ports(7777)}

    def demand(self):
        """One pod."""
        return Demand(count=1, resources=self.settings.resources, node_pool=None)

    def build(self, component):
        """Its only object."""
        metadata = {"name": self.name, "labels": selector_labels(self.name)}
        component.emit(component, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}, path=self.name)

    def pages(self):
        """Nothing of its own to say."""
        return StorePages(self)
''',
}
"""The folder of the new kind: all that is added."""

CHANGES = {
    "stores/registry.py": [
        ("ENGINES = {\n", 'ENGINES = {\n    ("parrot", "pod"): "groundplan.stores.parrot.pod:ParrotStore",\n')
    ],
    "model/data.py": [
        (
            "from groundplan.stores.postgres.model",
            "from groundplan.stores.parrot.model import Parrot\nfrom groundplan.stores.postgres.model",
        ),
        ("Files | Broker", "Files | Broker | Parrot"),
    ],
}
"""The existing files that are touched, and how."""

SYSTEM = """
system: hello
title: Hello
owner: {team: platform, oncall: hello}
cluster: {name: hello, kubernetes: "1.32"}
platform: {existing: {}}
delivery: {management_cluster: null}
policy: {registries: {hello: docker.io/hello/}}
namespace: hello
namespaces: {hello: {}}
services:
  web:
    image: docker.io/hello/web:v1.0.0
    port: 8080
    replicas: 2
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
    calls: [polly]
    urls: {POLLY: polly}
data:
  polly:
    type: parrot
    engine: {pod: {resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}}
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose sources know one kind of store more."""
    return grown(tmp_path_factory.mktemp("repository"), "stores/parrot", FOLDER, CHANGES, SYSTEM)


def test_an_environment_has_one(repository: Path) -> None:
    done = run(repository, "synth")

    assert done.returncode == 0, done.stderr
    rendered = repository / "dist" / "hello" / "live"
    assert (rendered / "polly/hello/ConfigMap-polly.yaml").exists()
    assert "port: 7777" in (rendered / "web/hello/NetworkPolicy-web.yaml").read_text()
    assert "value: parrot://polly.example.com:7777" in (rendered / "web/hello/Deployment-web.yaml").read_text()
    assert "| polly | parrot | pod |" in (repository / "docs" / "systems" / "hello" / "README.md").read_text()


def test_it_is_judged(repository: Path) -> None:
    run(repository, "report")

    done = judged(repository)

    assert done.returncode == 0, done.stderr


def test_a_setting_of_another_kind_is_refused_at_its_line(repository: Path) -> None:
    overlay = repository / "environments" / "hello" / "live.yaml"
    overlay.write_text("data: {polly: {engine: {pod: {instances: 2}}}}\n")

    done = run(repository, "synth")

    overlay.write_text("{}\n")
    assert done.returncode == 1
    assert "live.yaml:1:31: data.polly.engine.pod.instances: is not a key here" in done.stderr


def test_only_the_registry_and_the_union_are_touched(repository: Path) -> None:
    assert touched(repository) == set(CHANGES)
