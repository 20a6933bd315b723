"""A platform is a folder: a cloud that does nothing is added to a copy of the sources, and an environment stands on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from grown import grown, judged, run, touched

pytestmark = pytest.mark.slow

FOLDER = {
    "__init__.py": '"""A cloud of the tests."""\n',
    "chapter.py": '''"""What the environment file says of it."""

from groundplan.platforms.chapter import PlatformSettings


class Nimbus(PlatformSettings):
    """Nothing beside what every platform has."""
''',
    "platform.py": '''"""What it answers otherwise."""

from groundplan.platforms.platform import Platform


class Nimbus(Platform):
    """One answer of its own, so that a test sees who is asked."""

    @property
    def block_storage(self) -> str:
        """Name of the class that its clusters bring."""
        return "nimbus-disk"
''',
    "effect/__init__.py": '"""What its kinds do."""\n',
    "effect/kept.yaml": "nimbus.example/Disk: data\n",
}
"""The folder of the new platform: all that is added."""

FIRST = "PLATFORMS: dict[str, str] = {\n"
FIELD = "    existing: Existing | None = None\n"
IMPORT = "from groundplan.platforms.existing.chapter import Existing\n"

CHANGES = {
    "platforms/registry.py": [(FIRST, FIRST + '    "nimbus": "groundplan.platforms.nimbus.platform:Nimbus",\n')],
    "model/platform.py": [
        (FIELD, FIELD + "    nimbus: Nimbus | None = None\n"),
        (IMPORT, IMPORT + "from groundplan.platforms.nimbus.chapter import Nimbus\n"),
    ],
}
"""The existing files that are touched, and how."""

SYSTEM = """
system: hello
title: Hello
owner: {team: platform, oncall: hello}
cluster: {name: hello, kubernetes: "1.32"}
platform: {nimbus: {region: sky-1, zones: [sky-1a]}}
namespace: hello
namespaces: {hello: {}}
delivery: {management_cluster: null}
policy: {registries: {hello: docker.io/hello/, jetstack: quay.io/jetstack/}}
services:
  web:
    image: docker.io/hello/web:v1.0.0
    port: 8080
    replicas: 2
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
    calls: [cache]
ingress: {type: nginx, acme_email: hello@example.com}
expose: {www: {routes: {/: web}}}
hosts: {www: hello.example.com}
data:
  cache:
    type: redis
    engine: {statefulset: {resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}}
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose sources know one platform more."""
    return grown(tmp_path_factory.mktemp("repository"), "platforms/nimbus", FOLDER, CHANGES, SYSTEM)


def test_an_environment_stands_on_it(repository: Path) -> None:
    done = run(repository, "synth")

    assert done.returncode == 0, done.stderr
    rendered = repository / "dist" / "hello" / "live"
    assert "storageClassName: nimbus-disk" in (rendered / "cache/hello/StatefulSet-cache.yaml").read_text()
    assert (rendered / "ingress/hello/Ingress-hello-example-com.yaml").exists()
    assert not [path for path in rendered.rglob("*") if "aws" in path.name or "azure" in path.name]


def test_it_is_judged(repository: Path) -> None:
    run(repository, "report")

    done = judged(repository)

    assert done.returncode == 0, done.stderr


def test_its_own_kinds_are_judged_without_a_line_in_the_gates(repository: Path) -> None:
    disk = repository / "environments" / "hello" / "manifests" / "disk.yaml"
    disk.parent.mkdir()
    disk.write_text("apiVersion: nimbus.example/v1\nkind: Disk\nmetadata: {name: d}\n")
    run(repository, "synth")

    done = run(repository, "check", "--gate", "delivery")

    disk.unlink()
    run(repository, "synth")
    assert "Disk d: metadata.annotations: holds data and goes without a question" in done.stderr


def test_a_setting_of_another_cloud_is_refused_at_its_line(repository: Path) -> None:
    overlay = repository / "environments" / "hello" / "live.yaml"
    overlay.write_text("platform: {nimbus: {dns: {zone: example.com}}}\n")

    done = run(repository, "synth")

    overlay.write_text("{}\n")
    assert done.returncode == 1
    assert "live.yaml:1:21: platform.nimbus.dns: is not a key here" in done.stderr


def test_only_the_registry_and_the_union_are_touched(repository: Path) -> None:
    assert touched(repository) == set(CHANGES)
