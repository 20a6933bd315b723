"""What is written although it follows from something else, so that there are no two places to change."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.azure.chapter import AzureIdentity, AzureNetworkRule
from groundplan.platforms.azure.ids import BACKUPS
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.platforms.azure.network_rules import Rules, derived_rules
from groundplan.platforms.azure.roles import BROKER, broker_roles
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import YamlPath

CHAPTER: YamlPath = ("platform", "azure")

LEAVE_OUT = "leave it out"


def security_rules(environment: Environment) -> Iterator[Problem]:
    """A rule of a security group says what does not follow, under a name and a priority of its own."""
    azure = environment.platform.azure
    network = azure.network if azure is not None else None
    derived = derived_rules(environment)
    for subnet, settings in network.subnets.items() if network is not None else ():
        taken = dict(derived.get(subnet, {}))
        for name, rule in settings.rules.items():
            path: YamlPath = (*CHAPTER, "network", "subnets", subnet, "rules", name)
            yield from _against(path, name, rule, taken, derived.get(subnet, {}))
            taken.setdefault(name, rule)


def _against(path: YamlPath, name: str, rule: AzureNetworkRule, taken: Rules, derived: Rules) -> Iterator[Problem]:
    same = next((other for other, known in derived.items() if _effect(known) == _effect(rule)), None)
    if same is not None:
        what = f"says what follows from who stands in the subnets, as rule {same}"
        yield path, "restated-rule", what, LEAVE_OUT
    elif name in derived:
        what = f"`{name}` is the name of a rule that follows from who stands in the subnets"
        yield path, "rule-of-that-name", what, "give it another name"
    else:
        alike = (other for other, known in taken.items() if _place(known) == _place(rule))
        for other in alike:
            what = f"{rule.priority} is also the {rule.direction} priority of {other}"
            yield (*path, "priority"), "same-priority", what, "choose another number"


def _effect(rule: AzureNetworkRule) -> tuple[object, ...]:
    """What a rule does, wherever it stands among the others."""
    return rule.direction, rule.source, rule.destination, frozenset(rule.ports), rule.protocol, rule.action


def _place(rule: AzureNetworkRule) -> tuple[str, int]:
    return rule.direction, rule.priority


def names(environment: Environment) -> Iterator[Problem]:
    """A name that is written is not the convention's."""
    azure = environment.platform.azure
    if azure is None:
        return
    written = [
        ((*CHAPTER, "identities", name), AzureKind.IDENTITY, name, item.azure_name)
        for name, item in azure.identities.items()
    ]
    if azure.network is not None:
        written += [
            ((*CHAPTER, "network", "subnets", name), AzureKind.SUBNET, name, item.azure_name)
            for name, item in azure.network.subnets.items()
        ]
    for path, kind, purpose, name in written:
        if name is not None and name == azure_name(environment, kind, purpose):
            yield (*path, "azure_name"), "restated-name", f"`{name}` is the convention's name", LEAVE_OUT


def roles(environment: Environment) -> Iterator[Problem]:
    """Roles are written where they do not follow: one of the two at brokers, and none for backups."""
    azure = environment.platform.azure
    for name, identity in azure.identities.items() if azure is not None else ():
        path: YamlPath = (*CHAPTER, "identities", name)
        follow = any(broker_roles(environment, name, AzureIdentity(), store) for store in environment.data)
        if follow and set(BROKER) <= set(identity.roles):
            what = f"{' and '.join(BROKER)} follow for services that call a broker"
            yield (*path, "roles"), "restated-roles", what, "leave both out"
        if name == BACKUPS and identity.azure_name is None and set(identity.roles) <= {"blob-write"}:
            yield (
                path,
                "restated-identity",
                "is there for whatever writes backups, and may do what they need",
                LEAVE_OUT,
            )


RESTATED = (security_rules, names, roles)
"""Each rule looks at one chapter."""
