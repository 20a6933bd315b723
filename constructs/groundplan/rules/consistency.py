"""Every rule between chapters: the one list that a module of rules is added to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of, platforms
from groundplan.rules.access import ACCESS_RULES
from groundplan.rules.backups import BACKUP_RULES
from groundplan.rules.calls import CALL_RULES
from groundplan.rules.cluster import CLUSTER_RULES
from groundplan.rules.cluster_api import CLUSTER_API_RULES
from groundplan.rules.credentials import plaintext_secrets
from groundplan.rules.data import DATA_RULES
from groundplan.rules.expose import EXPOSE_RULES
from groundplan.rules.files import FILE_RULES
from groundplan.rules.ids import ID_RULES
from groundplan.rules.ingress import INGRESS_RULES
from groundplan.rules.jobs import JOB_RULES
from groundplan.rules.logging import LOGGING_RULES
from groundplan.rules.management import MANAGEMENT_RULES
from groundplan.rules.observability import OBSERVABILITY_RULES
from groundplan.rules.operations import OPERATION_RULES
from groundplan.rules.parts import PART_RULES
from groundplan.rules.pipelines import PIPELINE_RULES
from groundplan.rules.problem import Problem
from groundplan.rules.quota import QUOTA_RULES
from groundplan.rules.recovery import RECOVERY_RULES
from groundplan.rules.secrets import SECRET_RULES
from groundplan.rules.services import SERVICE_RULES


def inconsistencies(environment: Environment) -> Iterator[Problem]:
    """Every contradiction in `environment`, in no particular order.

    A rule may stumble over what another one refuses, a name that leads nowhere say; it is then silent, and speaks once
    the other is followed. Where nothing is refused, whatever a rule raises is a mistake of its own.
    """
    found: list[Problem] = []
    stumbled: Exception | None = None
    for rule in RULES:
        try:
            found.extend(rule(environment))
        except Exception as error:
            stumbled = error
    if stumbled is not None and not found:
        raise stumbled
    yield from found


def _platform(environment: Environment) -> Iterator[Problem]:
    """What the platform demands of its own chapter, and every platform of its controllers."""
    yield from platform_of(environment).problems()
    for platform in platforms():
        yield from platform.controller_problems(environment)


RULES: tuple[Callable[[Environment], Iterator[Problem]], ...] = (
    _platform, plaintext_secrets, *ACCESS_RULES, *BACKUP_RULES, *CALL_RULES, *CLUSTER_RULES, *CLUSTER_API_RULES, *DATA_RULES, *EXPOSE_RULES, *FILE_RULES, *ID_RULES,
    *INGRESS_RULES, *JOB_RULES, *LOGGING_RULES, *MANAGEMENT_RULES, *OBSERVABILITY_RULES, *OPERATION_RULES, *PART_RULES, *PIPELINE_RULES, *QUOTA_RULES,
    *RECOVERY_RULES, *SECRET_RULES, *SERVICE_RULES,
)  # fmt: skip
"""Each rule looks at one kind of agreement between chapters."""
