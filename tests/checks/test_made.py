"""What a maker makes follows from its own fields, and what it has no field for is not made."""

from __future__ import annotations

from typing import Any

from groundplan.checks.made import filled_end, filled_host, made_by
from groundplan.checks.provided import FlowEnd, Provision, RentedHost

MAKER = {
    "metadata": {"name": "orders", "namespace": "shop"},
    "spec": {"ports": [{"name": "a"}, {"name": "b"}], "on": False},
}


def provision(**fields: Any) -> list[Provision]:
    return [Provision.model_validate({"kind": "Secret", **fields})]


def test_names_are_filled_from_the_maker() -> None:
    [made] = made_by(provision(names=["{metadata.name}-rw"]), MAKER)

    assert (made.kind, made.namespace, made.name) == ("Secret", "shop", "orders-rw")


def test_the_first_of_two_paths_that_exists_counts() -> None:
    [made] = made_by(provision(names=["{spec.other|metadata.name}"]), MAKER)

    assert made.name == "orders"


def test_what_the_maker_has_no_field_for_is_not_made() -> None:
    assert list(made_by(provision(names=["{spec.missing}"]), MAKER)) == []


def test_a_list_makes_one_of_each() -> None:
    made = made_by(provision(each="spec.ports", names=["{metadata.name}-{item.name}"]), MAKER)

    assert [item.name for item in made] == ["orders-a", "orders-b"]


def test_what_is_switched_off_is_not_made() -> None:
    assert list(made_by(provision(names=["x"], unless_false="spec.on"), MAKER)) == []


def test_pods_are_found_by_labels_alone() -> None:
    [made] = made_by([Provision.model_validate({"kind": "Pod", "labels": {"app": "{metadata.name}"}})], MAKER)

    assert (made.name, made.labels) == ("", {"app": "orders"})


def test_an_end_of_a_flow_without_its_namespace_is_none() -> None:
    assert filled_end(FlowEnd.model_validate({"namespace": "{spec.missing}", "labels": {}}), MAKER) is None


def test_a_host_that_nobody_has_named_yet_is_none() -> None:
    host = {"host": "{spec.name}.example.com", "zone": "example.com", "subnet": ""}

    assert filled_host(RentedHost.model_validate(host), MAKER) is None


def test_a_key_with_dots_stands_in_brackets_and_labels_may_be_filled_too() -> None:
    maker = {"metadata": {"namespace": "shop", "labels": {"example.com/of": "events"}}, "spec": MAKER["spec"]}
    labels = {"example.com/of": "{metadata.labels[example.com/of]}", "example.com/{item.name}": "yes"}

    made = made_by([Provision.model_validate({"kind": "Pod", "each": "spec.ports", "labels": labels})], maker)

    assert [item.labels for item in made] == [
        {"example.com/of": "events", "example.com/a": "yes"},
        {"example.com/of": "events", "example.com/b": "yes"},
    ]


def test_what_the_maker_does_not_speak_of_is_not_made() -> None:
    assert [item.name for item in made_by(provision(names=["x"], where="spec.ports"), MAKER)] == ["x"]
    assert list(made_by(provision(names=["x"], where="spec.missing"), MAKER)) == []
