"""Plain manifests beside the environment files: components like all others, errors at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hello import hello, refused, rendered

MOTD = """
apiVersion: v1
kind: ConfigMap
metadata: {name: motd}
data: {text: "on", count: "1"}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: motd-reader, namespace: hello, labels: {team: shop}}
rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [motd], verbs: [get]}]
"""

CLASS = (
    "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: rancher.io/local-path\n"
)


def test_a_file_is_a_component_with_namespace_labels_and_application(tmp_path: Path) -> None:
    tree = rendered(hello(tmp_path, {"manifests/motd.yaml": MOTD}))

    assert tree["motd/hello/ConfigMap-motd.yaml"] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "motd",
            "namespace": "hello",
            "labels": {
                "app.kubernetes.io/component": "motd",
                "app.kubernetes.io/instance": "hello-live",
                "app.kubernetes.io/managed-by": "groundplan",
                "app.kubernetes.io/part-of": "hello",
            },
        },
        "data": {"text": "on", "count": "1"},
    }
    assert tree["motd/hello/Role-motd-reader.yaml"]["metadata"]["labels"]["team"] == "shop"  # type: ignore[index]
    application = tree["applications/Application-motd-live.yaml"]
    assert application["spec"]["project"] == "hello"  # type: ignore[index]
    assert application["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "30"}  # type: ignore[index]


def test_generated_files_name_the_file_they_come_from(tmp_path: Path) -> None:
    root = hello(tmp_path, {"manifests/motd.yaml": MOTD})
    rendered(root)

    text = (root / "dist/hello/live/motd/hello/ConfigMap-motd.yaml").read_text("utf-8")
    assert "environments/hello/manifests/motd.yaml" in text.splitlines()[1]


def test_the_chapter_says_when_and_where(tmp_path: Path) -> None:
    more = "manifests:\n  motd: {wave: operations, namespace: elsewhere}\n"
    tree = rendered(hello(tmp_path, {"manifests/motd.yaml": MOTD}, more=more))

    assert "motd/elsewhere/ConfigMap-motd.yaml" in tree
    assert "motd/hello/Role-motd-reader.yaml" in tree
    application = tree["applications/Application-motd-live.yaml"]
    assert application["metadata"]["annotations"] == {"argocd.argoproj.io/sync-wave": "50"}  # type: ignore[index]


def test_a_folder_is_one_component_and_an_environments_folder_is_its_own(tmp_path: Path) -> None:
    one, other = MOTD.split("---")
    files = {
        "manifests/motd/text.yaml": one,
        "manifests/live/motd/role.yaml": other,
        "manifests/live/greeting.yaml": one.replace("motd", "greeting"),
        "manifests/next/never.yaml": one.replace("motd", "never"),
        "next.yaml": "{}\n",
    }

    tree = rendered(hello(tmp_path, files))

    assert {path for path in tree if path.startswith(("motd/", "greeting/", "never/", "live/"))} == {
        "motd/hello/ConfigMap-motd.yaml",
        "motd/hello/Role-motd-reader.yaml",
        "greeting/hello/ConfigMap-greeting.yaml",
    }


def test_what_is_in_no_namespace_is_bounded_by_the_operators_project(tmp_path: Path) -> None:
    tree = rendered(hello(tmp_path, {"manifests/classes.yaml": CLASS}))

    assert "namespace" not in tree["classes/StorageClass-fast.yaml"]["metadata"]  # type: ignore[operator]
    assert tree["applications/Application-classes-live.yaml"]["spec"]["project"] == "hello-operators"  # type: ignore[index]


REFUSED = {
    "no_kind": (
        {"manifests/a.yaml": "# nothing\napiVersion: v1\nmetadata: {name: a}\n"},
        "a.yaml:2:1: kind: is missing",
    ),
    "no_name": (
        {"manifests/a.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n"},
        "a.yaml:3:1: metadata.name: is missing; every object has a name of its own",
    ),
    "several_in_one": (
        {"manifests/a.yaml": "apiVersion: v1\nkind: List\nitems: []\n"},
        "a.yaml:2:1: kind: is List, several objects in one; write each as a document, between `---`",
    ),
    "a_namespace_around_a_class": (
        {"manifests/a.yaml": CLASS.replace("{name: fast}", "{name: fast, namespace: hello}")},
        "a.yaml:3:24: metadata.namespace: stands at a StorageClass, which lives in none; remove it",
    ),
    "no_value": (
        {"manifests/a.yaml": MOTD.replace('{text: "on", count: "1"}', "{text: }")},
        "a.yaml:5:8: data.text: has no value; write one, or remove the key",
    ),
    "the_same_object_twice": (
        {"manifests/a.yaml": f"{MOTD}---{MOTD}"},
        "a.yaml:12:1: ConfigMap `motd` cannot be added",
    ),
    "an_anchor": ({"manifests/a.yaml": "a: &b {}\n"}, "a.yaml:1:4: uses the anchor or alias `b`"),
    "a_name_that_is_no_label": (
        {"manifests/My_Motd.yaml": MOTD},
        "My_Motd.yaml: makes a component called `My_Motd`, which is no DNS label; rename it in lower case",
    ),
    "another_ending": (
        {"manifests/a.yml": MOTD},
        "a.yml: is not read; manifests are files that end in .yaml",
    ),
    "two_doors_to_one_name": (
        {"manifests/a.yaml": MOTD, "components/a.py": "def build(chart, environment): ...\n"},
        "../components/a.py: makes a component called `a`, and so does environments/hello/manifests/a.yaml",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_at_the_files_line(case: str, tmp_path: Path) -> None:
    files, expected = REFUSED[case]
    where = f"environments/hello/manifests/{expected}".replace("manifests/../", "")

    assert where in refused(hello(tmp_path, files))


def test_settings_of_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    said = refused(hello(tmp_path, {"manifests/motd.yaml": MOTD}, more="manifests:\n  mottd: {wave: data}\n"))

    assert said.endswith("manifests.mottd: there is no manifest `mottd`; did you mean `motd`?")
