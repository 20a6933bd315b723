"""What a failover is on Azure: fence and promote a server, move the alias of the bus, look at what Front Door does."""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.markdown import bullets, section, shell
from groundplan.model.data import Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.platforms.azure.access import alias
from groundplan.platforms.azure.documents.names import context, resource_group
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.naming import AzureKind, azure_name, broker_name, object_name
from groundplan.stores.postgres.azure_flexible_server.server import server_host, server_name

ALIAS = "georecovery-alias"


def servers(environment: Environment) -> list[str]:
    """Stores that the cloud runs as servers."""
    return [
        name
        for name, store in environment.data.items()
        if isinstance(store, Postgres) and store.engine == "azure-flexible-server"
    ]


def bus_name(environment: Environment, bus: str) -> str:
    """Azure name of a Service Bus namespace."""
    return broker_name(environment, bus)


def fence(primary: Environment) -> list[str]:
    """Stop the old servers from accepting writes."""
    return [
        f"az postgres flexible-server parameter set --resource-group {resource_group(primary)} "
        f"--server-name {server_name(primary, name)} --name default_transaction_read_only --value on"
        for name in servers(primary)
    ]


def follow(standby: Environment) -> list[str]:
    """What to watch after the promotion was merged, and what to type when the management cluster is gone too."""
    names = servers(standby)
    group = resource_group(standby)
    if not names:
        return []
    return [
        "The change asks the operator on the management cluster for a standalone, forced promotion of the replica. Follow it; "
        "the role becomes `Primary`:",
        shell(
            *(
                f"kubectl --context {MANAGEMENT} --namespace {management_namespace(standby)} get "
                f"flexibleservers.dbforpostgresql.azure.com {object_name(server_name(standby, name))} --watch"
                for name in names
            ),
            *(
                f"az postgres flexible-server show --resource-group {group} --name {server_name(standby, name)} "
                "--query replica.role"
                for name in names
            ),
        ),
        "If the management cluster is gone too, do the same by hand; the object in Git finds it done:",
        shell(
            *(
                f"az postgres flexible-server replica promote --resource-group {group} "
                f"--name {server_name(standby, name)} --promote-mode standalone --promote-option forced --yes"
                for name in names
            )
        ),
    ]


def other_stores(primary: Environment, standby: Environment) -> list[str]:
    """Caches and queues: what moves with them and what does not."""
    blocks = []
    if primary.messaging:
        blocks += [
            section(
                "The queues",
                "The alias moves to the namespace of this region, with the names of queues and topics and without the "
                "messages in them; senders repeat what nobody confirmed. It breaks the pair.",
                shell(
                    *(
                        f"az servicebus {ALIAS} fail-over --resource-group {resource_group(standby)} "
                        f"--namespace-name {bus_name(standby, bus)} --alias {alias(primary, bus)}"
                        for bus in standby.messaging
                    )
                ),
                level=3,
            )
        ]
    caches = [
        name for name, store in standby.data.items() if isinstance(store, Redis) and store.engine == "azure-cache"
    ]
    if caches:
        blocks.append(
            section(
                "The caches",
                f"{', '.join(f'`{name}`' for name in caches)} of this region is a cache of its own, empty and ready; there is "
                "no link to break. Sessions begin anew. Loading an export of the old region into it is an "
                "administrator's decision, and the one who decides is named in the incident:",
                shell(
                    f"az redis import --resource-group {resource_group(standby)} "
                    f"--name {azure_name(standby, AzureKind.REDIS)} --files EXPORT --file-format RDB "
                    "--preferred-data-archive-auth-method ManagedIdentity"
                ),
                level=3,
            )
        )
    return blocks


def traffic(primary: Environment, standby: Environment) -> list[str]:
    """How requests find the other region through Front Door; nothing where there is none."""
    if edge_of(primary).front_door is None or not primary.public_hosts:
        return []
    group, profile = resource_group(primary), azure_name(primary, AzureKind.FRONT_DOOR)
    origins = f"--resource-group {group} --profile-name {profile} --origin-group-name gateways"
    hosts = primary.public_hosts
    return [
        f"Front Door asks each region's gateway for its health every 30 seconds: priority 1 is {primary.region}, "
        f"priority 2 is {standby.region}, which answers as soon as its services run. It moves "
        f"{', '.join(f'`{host}`' for host in hosts)} by itself within two minutes; no name changes. Check it:",
        shell(
            f"az afd origin list {origins} --query '[].{{name:name, host:hostName, priority:priority, state:enabledState}}' "
            "--output table",
            *(
                f"curl --silent --dump-header - --output /dev/null https://{host}{exposed.health}"
                for host, exposed in hosts.items()
            ),
            f"kubectl --context {context(standby)} get ingress --all-namespaces",
        ),
        "If it still asks the lost region, because that one answers its probe and nothing else, take it out by hand, and "
        "put it back when the emergency is over:",
        shell(f"az afd origin update {origins} --origin-name gateway --enabled-state Disabled"),
    ]


def check(standby: Environment, sql: str) -> list[str]:
    """Ask the promoted servers, from a machine inside the network: they have no public address."""
    return [
        'PGPASSWORD="$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)" psql '
        f'"host={server_host(standby, name)} dbname={store.database} user=ADMINISTRATORS sslmode=verify-full sslrootcert=system" '
        f'--command "{sql}"'
        for name, store in standby.data.items()
        if isinstance(store, Postgres) and store.engine == "azure-flexible-server"
    ]


def back(primary: Environment, standby: Environment) -> str:
    """How a system goes back: the promoted server is the primary now, and the old one must never serve again."""
    return "\n".join(
        [
            *(
                f"1. Delete the old server `{server_name(primary, name)}`: it holds what was never copied, so keep a dump of "
                "it first, and it can never follow the new one."
                for name in servers(primary)
            ),
            f"1. Swap the roles in Git: `{standby.environment}` is primary, `{primary.environment}` is standby. The operator makes a "
            "replica of the new primary in the old region.",
            *(
                f"1. Pair the namespaces of {bus} again by the `azure-access` workflow, the new primary first."
                for bus in primary.messaging
            ),
            "1. Wait until the lag is seconds, choose a quiet hour, and fail over once more in the other direction.",
        ]
    )


def not_covered(primary: Environment) -> str:
    """What is lost with the region."""
    return bullets(
        f"Messages waiting in `{bus}` stay in the lost region: only names are copied." for bus in primary.messaging
    )
