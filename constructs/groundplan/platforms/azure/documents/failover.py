"""What a failover is on Azure beside its stores: look at what Front Door does."""

from __future__ import annotations

from groundplan.markdown import shell
from groundplan.model.environment import Environment
from groundplan.platforms.azure.documents.names import context, resource_group
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.naming import AzureKind, azure_name


def traffic(primary: Environment, standby: Environment) -> list[str]:
    """How requests find the other region through Front Door; nothing where there is none."""
    if edge_of(primary).front_door is None or not primary.public_hosts:
        return []
    origins, hosts = _origins(primary), primary.public_hosts
    return [
        f"Front Door asks each region's gateway for its health every 30 seconds: priority 1 is {primary.region}, "
        f"priority 2 is {standby.region}, which answers as soon as its services run. It moves "
        f"{', '.join(f'`{host}`' for host in hosts)} by itself within two minutes; no name changes. Check it:",
        shell(
            *_look(primary),
            f"kubectl --context {context(standby)} get ingress --all-namespaces",
        ),
        "If it still asks the lost region, because that one answers its probe and nothing else, take it out by hand, and "
        "put it back when the emergency is over:",
        shell(f"az afd origin update {origins} --origin-name gateway --enabled-state Disabled"),
    ]


def traffic_back(primary: Environment) -> list[str]:
    """The first origin is asked again: the change in Git enables it."""
    if edge_of(primary).front_door is None or not primary.public_hosts:
        return []
    return [
        f"The same change enables Front Door's origin in {primary.region}, which has the first priority and takes every "
        "request as soon as its health is well. Check it, also that it was not left disabled by hand:",
        shell(*_look(primary)),
    ]


def _look(primary: Environment) -> list[str]:
    return [
        f"az afd origin list {_origins(primary)} --query "
        "'[].{name:name, host:hostName, priority:priority, state:enabledState}' --output table",
        *(
            f"curl --silent --dump-header - --output /dev/null https://{host}{exposed.health}"
            for host, exposed in primary.public_hosts.items()
        ),
    ]


def _origins(primary: Environment) -> str:
    group, profile = resource_group(primary), azure_name(primary, AzureKind.FRONT_DOOR)
    return f"--resource-group {group} --profile-name {profile} --origin-group-name gateways"
