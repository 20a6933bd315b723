"""How Argo CD calls what an environment brings, and which project bounds it."""

from __future__ import annotations

from tests.support.rendering import an_environment

from groundplan.delivered import Delivered
from groundplan.delivery.member import Member, application_name, member
from groundplan.model.delivery import Delivery, Repository
from groundplan.waves import SyncWave

OWN = Delivery(repository=Repository(url="https://example.com/shop"))


def a_member(delivery: Delivery = OWN) -> Member:
    return Member(system="shop", environment="live", title="Shop", team="platform", delivery=delivery)


def an_item(*, management: bool = False, privileged: bool = False) -> Delivered:
    return Delivered(
        name="web", wave=SyncWave.SERVICES, namespace="web", objects=(), management=management, privileged=privileged
    )


def test_an_application_is_called_by_its_component_and_its_environment() -> None:
    assert a_member().application("web", management=False) == "web-live"


def test_the_management_cluster_serves_many_systems_so_the_name_begins_with_one() -> None:
    assert a_member().application("web", management=True) == "shop-web-live"


def test_a_chosen_suffix_takes_the_environment_s_place() -> None:
    chosen = a_member(OWN.model_copy(update={"suffix": "prd"}))

    assert chosen.application("web", management=False) == "web-prd"


def test_services_are_bounded_by_the_system_s_project() -> None:
    assert a_member().project(an_item()) == "shop"


def test_what_changes_the_cluster_is_bounded_by_the_operators_project() -> None:
    assert a_member().project(an_item(privileged=True)) == "shop-operators"


def test_each_environment_has_a_project_of_its_own_on_the_management_cluster() -> None:
    assert a_member().project(an_item(management=True)) == "shop-cloud-live"


def test_pages_call_an_application_as_argo_cd_does() -> None:
    environment = an_environment()

    assert application_name(environment, "web", management=False) == member(environment).application(
        "web", management=False
    )
