"""What every service gets, said once."""

from __future__ import annotations

import pytest
from tests.support.rendering import an_environment

from groundplan.errors import EnvironmentFileError

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SERVICES = f"services: {{web: {{image: 'web:1.0', {RESOURCES}}}, api: {{image: 'api:1.0', config: {{LEVEL: debug}}, {RESOURCES}}}}}"


def test_every_service_gets_what_all_get() -> None:
    services = an_environment("every_service: {config: {LEVEL: info, MODE: cluster}}", SERVICES).services

    assert services["web"].config == {"LEVEL": "info", "MODE": "cluster"}


def test_a_services_own_value_wins() -> None:
    services = an_environment("every_service: {config: {LEVEL: info, MODE: cluster}}", SERVICES).services

    assert services["api"].config == {"LEVEL": "debug", "MODE": "cluster"}


def test_a_key_nobody_knows_is_refused() -> None:
    with pytest.raises(EnvironmentFileError, match=r"every_service.confg: is not a key here"):
        an_environment("every_service: {confg: {LEVEL: info}}", SERVICES)


def test_what_is_no_mapping_is_told_where_it_stands() -> None:
    with pytest.raises(EnvironmentFileError, match=r"every_service"):
        an_environment("every_service: info", SERVICES)
