"""The operator that runs on a cluster, the versions of Kafka it knows, and the images of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.addons.catalogue import catalogue
from groundplan.images import default_image
from groundplan.model.environment import Environment
from groundplan.platforms.resources import data_of

ADD_ON = "strimzi"
"""The operator in the catalogue of add-ons."""


def operator_version(environment: Environment) -> str:
    """The release of the operator on the environment's Kubernetes.

    Raises:
        ConstructError: where the catalogue knows none.
    """
    return catalogue()[ADD_ON].version_for(environment.cluster.kubernetes)


def operator_namespace() -> str:
    """Where the operator runs."""
    return catalogue()[ADD_ON].namespace


def known_versions(environment: Environment) -> tuple[str, ...]:
    """Versions of Kafka that the operator on the environment's Kubernetes runs; none where the table has no row of it."""
    return tuple(map(str, _release(environment).get("kafka", ())))


def says_contexts(environment: Environment) -> bool:
    """Whether the operator's chart gives its pod the restricted contexts by itself."""
    return bool(_release(environment).get("restricted", False))


def _release(environment: Environment) -> Mapping[str, Any]:
    found: Mapping[str, Any] = data_of(__package__, "versions.yaml").get(operator_version(environment), {})
    return found


def kafka_image(environment: Environment, version: str) -> str:
    """Image of brokers, controllers, Kafka Connect and the exporter, as those call it who publish it."""
    return default_image("kafka", f"{operator_version(environment)}-kafka-{version}")


def operator_image(environment: Environment) -> str:
    """Image of the operator, and of what it runs beside each Kafka."""
    return default_image("kafka-operator", operator_version(environment))
