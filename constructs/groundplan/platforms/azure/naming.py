"""Names of Azure resources: one function for the convention, one table of what each kind allows.

Abbreviations and rules follow
https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations and
https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules .
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groundplan.model.environment import Environment


@dataclass(frozen=True, slots=True)
class NameRule:
    """What Azure allows as a name of one kind of resource."""

    abbreviation: str
    """First segment of the convention."""

    longest: int
    """Most characters."""

    shortest: int = 1
    """Fewest characters. Default 1."""

    hyphens: bool = True
    """Whether hyphens are allowed; without them the segments are run together. Default true."""


class AzureKind(Enum):
    """Kinds of resource that are named by the convention."""

    RESOURCE_GROUP = NameRule("rg", 90)
    VIRTUAL_NETWORK = NameRule("vnet", 64, 2)
    SUBNET = NameRule("snet", 80)
    NETWORK_SECURITY_GROUP = NameRule("nsg", 80)
    CLUSTER = NameRule("aks", 63)
    IDENTITY = NameRule("id", 128, 3)
    REGISTRY = NameRule("cr", 50, 5, hyphens=False)
    KEY_VAULT = NameRule("kv", 24, 3)
    STORAGE_ACCOUNT = NameRule("st", 24, 3, hyphens=False)
    POSTGRES = NameRule("pgdb", 63, 3)
    REDIS = NameRule("redis", 63)
    SERVICE_BUS = NameRule("sb", 50, 6)
    PUBLIC_IP = NameRule("pip", 80)
    APPLICATION_GATEWAY = NameRule("agw", 80)
    FIREWALL_POLICY = NameRule("waf", 128)
    FRONT_DOOR = NameRule("afd", 64)
    LOG_WORKSPACE = NameRule("law", 63, 4)
    APPLICATION_INSIGHTS = NameRule("appi", 255)
    ACTION_GROUP = NameRule("ag", 260)
    PRIVATE_ENDPOINT = NameRule("pep", 64, 2)

    @property
    def rule(self) -> NameRule:
        """What Azure allows."""
        return self.value


@dataclass(frozen=True, kw_only=True, slots=True)
class Convention:
    """The naming convention of one environment: `<abbreviation>[-<org>]-<stage>-<system>[-<purpose>][-<sequence>]`.

    Without an `org` the order is `<abbreviation>-<system>-<stage>`, Azure's own. Kinds that allow no hyphen get the
    segments run together. A name may break the kind's rule; `name_problem` says so.
    """

    org: str = ""
    """Segment after the abbreviation. Default none."""

    system: str
    """Short name of the system."""

    stage: str
    """Short name of the environment."""

    sequence: str = ""
    """Last segment. Default none."""

    def name(self, kind: AzureKind, purpose: str = "") -> str:
        """The Azure name of a resource."""
        middle = [self.org, self.stage, self.system] if self.org else [self.system, self.stage]
        segments = [kind.rule.abbreviation, *middle, purpose, self.sequence]
        name = "-".join(segment for segment in segments if segment)
        return name if kind.rule.hyphens else re.sub(r"[^a-z0-9]", "", name)

    def storage_account(self, purpose: str) -> str:
        """Name of the storage account for `purpose`; the one called `main` has no purpose in its name."""
        return self.name(AzureKind.STORAGE_ACCOUNT, "" if purpose == "main" else purpose)


def convention_of(environment: Environment) -> Convention:
    """How resources of an environment are called."""
    naming = environment.platform.azure.naming if environment.platform.azure is not None else None
    return Convention(
        org=naming.org if naming else "",
        system=(naming.system if naming else "") or environment.system,
        stage=(naming.stage if naming else "") or environment.environment,
        sequence=naming.sequence if naming else "",
    )


def azure_name(environment: Environment, kind: AzureKind, purpose: str = "") -> str:
    """The Azure name of a resource of an environment."""
    return convention_of(environment).name(kind, purpose)


def storage_account(environment: Environment, purpose: str) -> str:
    """Name of the environment's storage account for `purpose`."""
    return convention_of(environment).storage_account(purpose)


def account_of(environment: Environment, container: str) -> str | None:
    """Azure name of the storage account that holds a blob container; None where no account does."""
    accounts = environment.platform.azure.storage if environment.platform.azure is not None else {}
    found = [purpose for purpose, storage in accounts.items() if container in storage.containers]
    return storage_account(environment, found[0]) if found else None


def name_problem(name: str, kind: AzureKind) -> str | None:
    """What is wrong with `name` for `kind`; None when Azure accepts it."""
    rule = kind.rule
    if not rule.shortest <= len(name) <= rule.longest:
        return f"`{name}` has {len(name)} characters, not {rule.shortest} to {rule.longest}"
    allowed = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?" if rule.hyphens else r"[a-z0-9]+"
    if not re.fullmatch(allowed, name):
        return f"`{name}` has characters other than lower-case letters{', digits and -' if rule.hyphens else ' and digits'}"
    if rule.hyphens and "--" in name and kind in (AzureKind.KEY_VAULT, AzureKind.REDIS, AzureKind.SERVICE_BUS):
        return f"`{name}` has two hyphens in a row"
    return None


def object_name(name: str) -> str:
    """The Kubernetes name of the object that stands for the Azure resource `name`."""
    return re.sub(r"-+", "-", re.sub(r"[^a-z0-9-]", "-", name.lower())).strip("-")
