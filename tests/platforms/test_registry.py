"""Every platform is found by its name, and answers under it."""

from __future__ import annotations

import pytest

from groundplan.model.platform import PlatformChapter
from groundplan.platforms.platform import Platform
from groundplan.platforms.registry import PLATFORMS, platform_named


def test_the_registry_and_the_chapter_name_the_same_platforms() -> None:
    assert set(PLATFORMS) == set(PlatformChapter.model_fields)


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_platform_lies_in_the_folder_of_its_name(name: str) -> None:
    platform = platform_named(name)

    assert issubclass(platform, Platform)
    assert platform.__module__ == f"groundplan.platforms.{name}.platform"


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_platform_answers_nothing_that_the_protocol_does_not_ask(name: str) -> None:
    own = {attribute for attribute in vars(platform_named(name)) if not attribute.startswith("_")}

    assert own <= set(dir(Platform))
