"""Names that two components must agree on follow from the environment alone."""

from __future__ import annotations

from systems import an_environment

from groundplan.facts.cloud_names import (
    certificate_name,
    management_namespace,
)


def test_an_environment_has_a_namespace_of_its_own_on_the_management_cluster() -> None:
    assert management_namespace(an_environment("production")) == "store-production"


def test_a_neighbour_is_known_by_its_name() -> None:
    assert management_namespace(an_environment("production"), "dr") == "store-dr"


def test_a_certificate_is_called_after_its_host() -> None:
    assert certificate_name("*.example.com") == "any-example-com"
