"""Who names what is not there is told what is."""

from __future__ import annotations

from groundplan.rules.problem import unknown

PATH = ("services", "web", "node_pool")


def advice(name: str, *known: str) -> str:
    *_, said = unknown(PATH, "missing-node-pool", "node pool", name, known)
    return said


def test_the_problem_names_what_is_missing() -> None:
    assert unknown(PATH, "missing-node-pool", "node pool", "gpu", [])[:3] == (
        PATH,
        "missing-node-pool",
        "there is no node pool `gpu`",
    )


def test_a_near_name_is_asked_for() -> None:
    assert advice("defualt", "default", "gpu") == "did you mean `default`?"


def test_without_a_near_one_all_are_listed() -> None:
    assert advice("spot", "gpu", "apps") == "write one of apps, gpu"


def test_where_there_is_none_it_is_to_be_declared() -> None:
    assert advice("gpu") == "declare node pool `gpu` first"
