"""Components in Python beside the environment files: everything below the chart reaches the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hello import hello, refused, rendered

WITH_PLUS = """
import cdk8s
import cdk8s_plus_28 as kplus
from constructs import Construct

def named(name):
    return cdk8s.ApiObjectMetadata(name=name)

class Deep(Construct):
    def __init__(self, scope, id_):
        super().__init__(scope, id_)
        kplus.k8s.KubeConfigMap(self, "deep", metadata=kplus.k8s.ObjectMeta(name="deep"), data={"a": "1"})

WAVE = "platform"

def build(chart, environment):
    deployment = kplus.Deployment(
        chart, "echo", metadata=named("echo"), replicas=2,
        containers=[kplus.ContainerProps(image="docker.io/hello/echo:v1.0.0", port_number=8080)],
    )
    deployment.expose_via_service(name="echo")
    kplus.NetworkPolicy(chart, "policy", metadata=named("echo"), selector=deployment)
    kplus.ClusterRole(chart, "role", metadata=named("echo-reader"))
    cdk8s.ApiObject(chart, "raw", api_version="v1", kind="ConfigMap", metadata=named("raw")).add_json_patch(
        cdk8s.JsonPatch.add("/data", {"environment": environment.environment})
    )
    Deep(Construct(chart, "outer"), "inner")
    cdk8s.Include(chart, "others", url=INCLUDED)
    chart.emit(chart, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ours"}, "data": {}}, path="echo")
"""

INCLUDED = """
apiVersion: v1
kind: ConfigMap
metadata: {name: included, namespace: hello, labels: {team: shop}}
data: {on: "1"}
"""


def own(tmp_path: Path, source: str, name: str = "echo.py") -> Path:
    return hello(tmp_path, {f"components/{name}": source})


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    root = tmp_path_factory.mktemp("own")
    included = root / "included.yaml"
    included.write_text(INCLUDED, "utf-8")
    return rendered(own(root, f"INCLUDED = {str(included)!r}\n{WITH_PLUS}"))


def test_every_kind_of_construct_reaches_the_tree(tree: dict[str, dict[str, object]]) -> None:
    assert {path for path in tree if path.startswith("echo/")} == {
        "echo/ClusterRole-echo-reader.yaml",
        "echo/hello/ConfigMap-deep.yaml",
        "echo/hello/ConfigMap-included.yaml",
        "echo/hello/ConfigMap-ours.yaml",
        "echo/hello/ConfigMap-raw.yaml",
        "echo/hello/Deployment-echo.yaml",
        "echo/hello/NetworkPolicy-echo.yaml",
        "echo/hello/Service-echo.yaml",
    }


def test_objects_of_others_get_namespace_and_labels(tree: dict[str, dict[str, object]]) -> None:
    assert tree["echo/hello/ConfigMap-included.yaml"]["metadata"] == {
        "name": "included",
        "namespace": "hello",
        "labels": {
            "app.kubernetes.io/component": "echo",
            "app.kubernetes.io/instance": "hello-live",
            "app.kubernetes.io/managed-by": "groundplan",
            "app.kubernetes.io/part-of": "hello",
            "team": "shop",
        },
    }
    assert "namespace" not in tree["echo/ClusterRole-echo-reader.yaml"]["metadata"]  # type: ignore[operator]


def test_selectors_match_the_name_of_the_workload_and_no_hash(tree: dict[str, dict[str, object]]) -> None:
    deployment, service = tree["echo/hello/Deployment-echo.yaml"]["spec"], tree["echo/hello/Service-echo.yaml"]["spec"]
    policy = tree["echo/hello/NetworkPolicy-echo.yaml"]["spec"]

    assert deployment["selector"] == {"matchLabels": {"app": "echo"}}  # type: ignore[index]
    assert deployment["template"]["metadata"]["labels"] == {"app": "echo"}  # type: ignore[index]
    assert service["selector"] == {"app": "echo"}  # type: ignore[index]
    assert policy["podSelector"] == {"matchLabels": {"app": "echo"}}  # type: ignore[index]
    assert "metadata.addr" not in str(tree)


def test_patches_and_the_environment_take_part(tree: dict[str, dict[str, object]]) -> None:
    assert tree["echo/hello/ConfigMap-raw.yaml"]["data"] == {"environment": "live"}


def test_it_has_an_application_in_its_wave_and_its_kinds_are_permitted(tree: dict[str, dict[str, object]]) -> None:
    application = tree["applications/Application-echo-live.yaml"]
    assert application["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "20"}  # type: ignore[index]
    project = tree["applications/AppProject-hello-operators.yaml"]["spec"]
    assert application["spec"]["project"] == "hello-operators"  # type: ignore[index]
    assert {"group": "rbac.authorization.k8s.io", "kind": "ClusterRole"} in project["clusterResourceWhitelist"]  # type: ignore[index]
    assert {"group": "networking.k8s.io", "kind": "NetworkPolicy"} in project["namespaceResourceWhitelist"]  # type: ignore[index]


def test_generated_files_name_the_file_they_come_from(tmp_path: Path) -> None:
    root = own(tmp_path, BARE)
    rendered(root)

    text = (root / "dist/hello/live/echo/hello/ConfigMap-echo.yaml").read_text("utf-8")
    assert "environments/hello/components/echo.py" in text.splitlines()[1]


BARE = """
import cdk8s

def build(chart, environment):
    cdk8s.ApiObject(chart, "x", api_version="v1", kind="ConfigMap", metadata=cdk8s.ApiObjectMetadata(name="echo"))
"""


def test_underscores_of_a_file_are_hyphens_of_the_component(tmp_path: Path) -> None:
    assert "status-page/hello/ConfigMap-echo.yaml" in rendered(own(tmp_path, BARE, "status_page.py"))


def test_a_file_in_an_environments_folder_is_for_that_one_alone(tmp_path: Path) -> None:
    root = hello(tmp_path, {"components/live/echo.py": BARE, "components/other/echo2.py": BARE, "other.yaml": "{}\n"})

    tree = rendered(root)

    assert "echo/hello/ConfigMap-echo.yaml" in tree
    assert not any(path.startswith("echo2/") for path in tree)


OF_THE_HOUSE = """
from groundplan.networking.service_policy import ServicePolicy, ServicePolicyProps

def build(chart, environment):
    everybody = {"podSelector": {}}
    ServicePolicy(chart, "policy", "echo", ServicePolicyProps(port=environment.services["web"].port, sources=[everybody]))
"""


def test_constructs_of_the_house_are_a_library_like_any_other(tmp_path: Path) -> None:
    policy = rendered(own(tmp_path, OF_THE_HOUSE))["echo/hello/NetworkPolicy-echo.yaml"]

    assert isinstance(policy["spec"], dict)
    assert policy["spec"]["ingress"] == [{"from": [{"podSelector": {}}], "ports": [{"protocol": "TCP", "port": 8080}]}]


def test_a_build_that_adds_nothing_makes_no_application(tmp_path: Path) -> None:
    tree = rendered(own(tmp_path, "def build(chart, environment):\n    pass\n"))

    assert "applications/Application-web-live.yaml" in tree
    assert "applications/Application-echo-live.yaml" not in tree


REFUSED = {
    "a_name_that_is_a_hash_of_the_path": (
        BARE.replace(', metadata=cdk8s.ApiObjectMetadata(name="echo")', ""),
        "components/echo.py: echo/x: ConfigMap has no name of its own, only a hash of its path; "
        "write `metadata=cdk8s.ApiObjectMetadata(name=...)`",
    ),
    "a_hash_in_a_chart_of_its_own": (
        BARE.replace('(chart, "x"', '(cdk8s.Chart(chart, "mine"), "x"').replace(
            ', metadata=cdk8s.ApiObjectMetadata(name="echo")', ""
        ),
        "components/echo.py: echo/mine/x: ConfigMap has no name of its own",
    ),
    "the_same_object_twice": (
        BARE + BARE.strip().splitlines()[-1].replace('"x"', '"y"'),
        "components/echo.py: echo: ConfigMap `echo` is there twice; give one another name",
    ),
    "an_exception": (
        "def build(chart, environment):\n    return environment.services['web'].prot\n",
        "components/echo.py:2: AttributeError: 'Service' object has no attribute 'prot'",
    ),
    "an_exception_of_the_library": (
        BARE + BARE.strip().splitlines()[-1],
        "components/echo.py:6: RuntimeError: There is already a Construct with name 'x' in Chart [echo]",
    ),
    "broken_python": ("def build(:\n", "components/echo.py:1: SyntaxError: invalid syntax"),
    "a_missing_function": ("WAVE = 'data'\n", "components/echo.py: has no function `build`; write `def build("),
    "an_unknown_wave": (
        f"{BARE}\nWAVE = 'later'\n",
        "components/echo.py:7: WAVE: has the wave `later`; write one of definitions, ",
    ),
    "a_namespace_that_is_no_name": (
        f"{BARE}\nNAMESPACE = 'Web_1'\n",
        "components/echo.py:7: NAMESPACE: has the namespace `Web_1`, which is no DNS label; write a name",
    ),
    "helm_without_helm": (
        "import cdk8s\n\ndef build(chart, environment):\n"
        "    cdk8s.Helm(chart, 'x', chart='podinfo', helm_executable='no-such-helm')\n",
        "components/echo.py:4: needs the program `no-such-helm`, which is not on PATH; install it, or name the chart "
        "below `charts:`, where Argo CD renders it",
    ),
    "a_workload_of_another_component": (
        BARE.replace("cdk8s.ApiObject(", "x = cdk8s.ApiObject(")
        + '    x.add_json_patch(cdk8s.JsonPatch.add("/spec", {"selector": {"cdk8s.io/metadata.addr": "web-c8"}}))\n',
        "components/echo.py: echo/x: `cdk8s.io/metadata.addr: web-c8` is the hash of a workload outside this component; "
        "select its pods by labels of their own",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_at_the_files_line(case: str, tmp_path: Path) -> None:
    source, expected = REFUSED[case]

    assert f"environments/hello/{expected}" in refused(own(tmp_path, source))


def test_helm_renders_where_the_program_is(tmp_path: Path) -> None:
    program = tmp_path / "helm"
    program.write_text("#!/bin/sh\necho '{apiVersion: v1, kind: ConfigMap, metadata: {name: from-helm}}'\n", "utf-8")
    program.chmod(0o755)
    source = (
        "import cdk8s\n\ndef build(chart, environment):\n"
        f"    cdk8s.Helm(chart, 'x', chart='podinfo', helm_executable={str(program)!r})\n"
    )

    assert "echo/hello/ConfigMap-from-helm.yaml" in rendered(own(tmp_path, source))
