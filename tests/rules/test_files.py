"""Files of a service fit into one object."""

from __future__ import annotations

import pytest
from tests.support.rendering import an_environment

from groundplan.errors import EnvironmentFileError

SERVICE = "{image: 'web:1.0', port: 80, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}"


def with_a_file_of(size: int) -> str:
    return f"services: {{web: {SERVICE}, files: {{big: {{path: /etc/app/big, text: {'x' * size}}}}}}}}}"


def test_a_mebibyte_is_room_enough() -> None:
    assert len(an_environment(with_a_file_of(2**20)).services["web"].files["big"].text) == 2**20


def test_more_than_a_mebibyte_is_refused() -> None:
    with pytest.raises(EnvironmentFileError, match="hold 1048577 bytes") as refusal:
        an_environment(with_a_file_of(2**20 + 1))

    assert [finding.rule for finding in refusal.value.findings] == ["files-too-large"]
