"""The catalogue of add-ons."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from groundplan.addons.catalogue import AddOn, catalogue, definers
from groundplan.errors import ConstructError
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.waves import SyncWave

SOME: dict[str, object] = {
    "purpose": "tests",
    "reason": "tests",
    "chart": "web",
    "repository": "https://charts.example.com",
    "licence": "MIT",
    "namespace": "web",
    "versions": {"1.28": "1.0.0", "1.30-1.32": "2.0.0"},
    "kinds": ["Service", "apps/Deployment"],
}


def test_a_range_of_minors_gives_its_version() -> None:
    add_on = AddOn.model_validate(SOME)

    assert [add_on.version_for(minor) for minor in ("1.28", "1.30", "1.31", "1.32")] == [
        "1.0.0",
        "2.0.0",
        "2.0.0",
        "2.0.0",
    ]


def test_an_unknown_minor_is_refused_with_the_known_ones() -> None:
    add_on = AddOn.model_validate(SOME)

    with pytest.raises(
        ConstructError,
        match=r"add-on web: no version is known for Kubernetes 1\.29, only for 1\.28, 1\.30-1\.32; add one to .*catalogue\.yaml",
    ):
        add_on.version_for("1.29")


def test_an_unknown_wave_is_refused() -> None:
    with pytest.raises(ValidationError, match="`SOMETIME` is not a sync wave; write one of CLUSTER"):
        AddOn.model_validate({**SOME, "wave": "SOMETIME"})


def test_kinds_are_split_into_group_and_kind() -> None:
    assert AddOn.model_validate(SOME).rendered_kinds == (("", "Service"), ("apps", "Deployment"))


@pytest.mark.parametrize("name", catalogue())
def test_every_version_is_exact(name: str) -> None:
    for version in catalogue()[name].versions.values():
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", version)


@pytest.mark.parametrize("name", catalogue())
def test_an_add_on_that_defines_kinds_says_that_its_chart_renders_definitions(name: str) -> None:
    add_on = catalogue()[name]

    assert bool(add_on.definitions) == ("apiextensions.k8s.io/CustomResourceDefinition" in add_on.kinds)


@pytest.mark.parametrize("name", catalogue())
def test_custom_kinds_a_chart_renders_are_defined_by_an_earlier_or_the_same_release(name: str) -> None:
    add_on, known = catalogue()[name], definers()

    for pair in add_on.rendered_kinds:
        definer = known.get(pair)
        if definer is not None and definer != name:
            assert catalogue()[definer].sync_wave < add_on.sync_wave, f"{pair} comes from {definer}"


def test_no_two_add_ons_define_one_kind() -> None:
    pairs = [
        (group, kind)
        for add_on in catalogue().values()
        for group, kinds in add_on.definitions.items()
        for kind in kinds
    ]

    assert len(pairs) == len(set(pairs))


def test_definitions_come_before_what_manages_argo_cd() -> None:
    assert SyncWave.DEFINITIONS < SyncWave.DELIVERY < SyncWave.CERTIFICATES < SyncWave.OPERATORS


def test_webhook_configurations_are_known_to_be_cluster_scoped() -> None:
    kinds = {pair for add_on in catalogue().values() for pair in add_on.rendered_kinds}

    assert all(
        is_cluster_scoped(f"{group}/v1", kind) for group, kind in kinds if group.startswith(("admission", "apiext"))
    )


@pytest.mark.parametrize("name", [name for name, add_on in catalogue().items() if add_on.definitions_from])
def test_what_siblings_share_is_left_out_by_a_pattern_and_defined_by_each_in_the_same_words(name: str) -> None:
    add_on = catalogue()[name]

    assert add_on.definitions_from is not None
    assert add_on.definitions_from.shared.startswith(tuple(f"{group}_" for group in add_on.shared_definitions))
    assert not set(add_on.shared_definitions) & set(add_on.definitions)


def test_everything_an_add_on_defines_is_known_together() -> None:
    add_on = AddOn.model_validate({**SOME, "definitions": {"a.io": ["A"]}, "shared_definitions": {"b.io": ["B"]}})

    assert add_on.defined_kinds == (("a.io", "A"), ("b.io", "B"))
