"""The inventory reads what is there and says what should not be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from trees import an_application, an_object, inventory, put, put_delivery, write

from groundplan.checks.inventory import Inventory


def test_reads_objects_sorted_by_path_with_their_place(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "b", data={}), "web")
    put(tmp_path, an_object("Namespace", "shop", namespace=None), "foundation")

    result = inventory(tmp_path)

    assert [(item.component, str(item)) for item in result] == [
        ("foundation", "Namespace shop"),
        ("web", "ConfigMap b"),
    ]
    assert result.findings == ()


def test_a_tenant_lives_on_the_cluster_of_its_host(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "a"))

    result = inventory(tmp_path, store_prod="shared")

    assert result.objects[0].cluster == "store/shared"


def test_a_component_of_a_management_application_is_on_the_management_cluster(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "a"), "network")
    put_delivery(tmp_path, an_application("network"), "management")

    result = inventory(tmp_path)

    assert {item.cluster for item in result} == {"management"}


def test_only_the_wanted_environments_are_read(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "a"), scope="store/prod")
    put(tmp_path, an_object("ConfigMap", "a"), scope="store/test")

    from groundplan.checks.inventory import read_inventory

    assert [item.environment for item in read_inventory(tmp_path, only={"store/test"})] == ["test"]


def test_workflows_and_documents_are_other_files(tmp_path: Path) -> None:
    write(tmp_path, "dist/store/pipelines/build.yaml", "on: push\n")
    write(tmp_path, "dist/store/prod/web/README.md", "# Web\n")

    result = inventory(tmp_path)

    assert (len(result), result.findings) == (0, ())
    assert result.other_files == ("dist/store/pipelines/build.yaml", "dist/store/prod/web/README.md")


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("a: [", "inventory.unparsable", "is not YAML"),
        ("a: 1\na: 2\n", "inventory.unparsable", "key `a` stands twice"),
        ("1: a\n", "inventory.unparsable", "key `1` is not a string"),
        ("base: &b {a: 1}\nmore:\n  <<: *b\n", "inventory.unparsable", "is not YAML"),
        ("a: \xff".encode("latin-1"), "inventory.unparsable", "is not YAML"),
        ("# nothing\n", "inventory.empty", "holds no object"),
        ("a: 1\n---\nb: 1\n", "inventory.several", "holds 2 documents"),
        ("kind: ConfigMap\n", "inventory.not-an-object", "has no apiVersion"),
        ("- a\n", "inventory.not-an-object", "has no apiVersion"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 8}\n", "inventory.not-an-object", "has no apiVersion"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n", "inventory.namespace", "has no namespace"),
        (
            "apiVersion: v1\nkind: Namespace\nmetadata: {name: a, namespace: b}\n",
            "inventory.namespace",
            "has a namespace",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n",
            "inventory.misplaced",
            "holds ConfigMap a",
        ),
    ],
)
def test_a_file_that_is_not_one_object_in_its_place_is_a_finding(
    tmp_path: Path, text: str | bytes, rule: str, message: str
) -> None:
    file = tmp_path / "dist/store/prod/web/shop/ConfigMap-a.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())

    result = inventory(tmp_path)

    assert len(result) == 0
    assert [finding.rule for finding in result.findings] == [rule]
    assert message in result.findings[0].message
    assert result.findings[0].location.file == "dist/store/prod/web/shop/ConfigMap-a.yaml"


def test_an_object_outside_every_component_is_misplaced(tmp_path: Path) -> None:
    write(tmp_path, "dist/store/prod/a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")

    assert [finding.rule for finding in inventory(tmp_path).findings] == ["inventory.misplaced"]


@pytest.mark.parametrize(
    ("text", "value"), [("1e3", 1000.0), ("08", 8.0), ("0o17", 15), ("0x1F", 31), ("2024-01-01", "2024-01-01")]
)
def test_plain_scalars_are_read_as_the_cluster_reads_them(tmp_path: Path, text: str, value: object) -> None:
    write(
        tmp_path,
        "dist/store/prod/web/shop/ConfigMap-a.yaml",
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: shop}}\ndata: {{a: {text}}}\n",
    )

    assert inventory(tmp_path).objects[0].document["data"]["a"] == value


def test_charts_are_exposed_with_their_values(tmp_path: Path) -> None:
    source = {"repoURL": "https://charts.example.com", "chart": "redis", "targetRevision": "1.2.3",
              "helm": {"valuesObject": {"replicas": 2}}}  # fmt: skip
    put_delivery(tmp_path, an_application("redis", source=source))

    releases = inventory(tmp_path).releases

    assert [(item.chart, item.version, item.values, item.namespace) for item in releases] == [
        ("redis", "1.2.3", {"replicas": 2}, "shop")
    ]


def test_a_field_is_located_by_line(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "a", data={"k": "v"}))
    result = inventory(tmp_path)

    location = result.locate(result.objects[0], "data", "k")

    assert (location.line, location.column) == (7, 3)


@pytest.mark.parametrize("change", ["gone", "changed", "renamed"])
def test_one_object_is_replaced_as_if_everything_had_been_read_again(tmp_path: Path, change: str) -> None:
    for name in ("a", "b"):
        put(tmp_path, an_object("ConfigMap", name, data={}))
    put(tmp_path, an_object("Service", "a", spec={}))
    before = inventory(tmp_path)
    old = before.objects[0]
    name = "c" if change == "renamed" else old.name
    new = None if change == "gone" else replace(old, document=an_object("ConfigMap", name, data={"key": "value"}))

    after = before.replacing(old, new)

    again = Inventory(before.root, after.objects)
    assert [item for item in after if item not in (old, new)] == list(before.objects[1:])
    assert after.by_kind == again.by_kind
    assert {key: found for key, found in after.by_identity.items() if found} == again.by_identity
    assert before.by_kind["", "ConfigMap"][0] is old
