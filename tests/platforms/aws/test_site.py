"""What every construct of AWS is told of where it stands."""

from __future__ import annotations

import pytest
from tests.support.azure_rendering import azure

from groundplan.errors import ConstructError
from groundplan.platforms.aws.site import site_of


def test_without_the_chapter_nothing_is_rented() -> None:
    with pytest.raises(ConstructError, match="needs the chapter of AWS; write `platform"):
        site_of(azure())
