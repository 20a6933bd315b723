"""What managed identities are needed for: by stores of secrets, autoscalers, gateways, caches and clusters."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from groundplan.checks.identity.cloud import HolderOf
from groundplan.checks.identity.copies import places
from groundplan.checks.identity.facts import facts
from groundplan.checks.identity.landscape import containers
from groundplan.checks.identity.rights import Account, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.facts.actors import actors
from groundplan.model.environment import Environment
from groundplan.platforms.azure.effect.grants import PEOPLE
from groundplan.platforms.azure.effect.landscape import AzureLandscape

NETWORK = "network.azure.com"
MANAGED = "managedidentity.azure.com"
REGISTRY = ".azurecr.io"


def needs(land: AzureLandscape, holder_of: HolderOf) -> Iterator[Need]:
    """Every need of this cloud."""
    yield from _secret_stores(land, holder_of)
    yield from _triggers(land, holder_of)
    yield from _gateways(land)
    yield from _caches(land)
    yield from _copies(land, holder_of)
    yield from _granted(land)
    for cluster in land.of("containerservice.azure.com", "ManagedCluster"):
        yield from _cluster(land, cluster)
        yield from _gateway_controller(land, cluster)
        yield from _images(land, cluster)
        yield from _shares(land, cluster)
    for vault in land.of("keyvault.azure.com", "Vault"):
        why = f"somebody has to put values into {vault}"
        yield Need(PEOPLE, "write-secrets", land.places(vault), why, vault, ("spec", "properties"))


def _vault(land: AzureLandscape, url: str) -> Object | None:
    return land.named("keyvault.azure.com", "Vault", (urlsplit(url).hostname or "").partition(".")[0])


def _secret_stores(land: AzureLandscape, holder_of: HolderOf) -> Iterator[Need]:
    for item in land.of("external-secrets.io", "SecretStore"):
        provider = (item.spec.get("provider") or {}).get("azurekv")
        if provider is None:
            continue
        account = (item.namespace, str((provider.get("serviceAccountRef") or {}).get("name", "")))
        vault = _vault(land, str(provider.get("vaultUrl", "")))
        where = land.places(vault) if vault is not None else (str(provider.get("vaultUrl")),)
        why = f"{item} of {item.namespace} reads {where[0].rpartition('/')[2]}"
        field = ("spec", "provider", "azurekv")
        yield Need(holder_of(item.cluster, account), "read-secrets", where, why, item, field, account)


def _triggers(land: AzureLandscape, holder_of: HolderOf) -> Iterator[Need]:
    for item in (*land.of("keda.sh", "ScaledObject"), *land.of("keda.sh", "ScaledJob")):
        for index, trigger in enumerate(item.spec.get("triggers") or []):
            known = facts().triggers.get(str(trigger.get("type")))
            if known is None:
                continue
            bus = land.named("servicebus.azure.com", "Namespace", str(trigger["metadata"].get("namespace")))
            where = land.places(bus) if bus is not None else (str(trigger["metadata"].get("namespace")),)
            account = (known.namespace, known.account)
            why = f"{item} of {item.namespace} counts what waits there"
            field = ("spec", "triggers", index)
            yield Need(holder_of(item.cluster, account), known.deed, where, why, item, field, account)


def _gateways(land: AzureLandscape) -> Iterator[Need]:
    for item in land.of(NETWORK, "ApplicationGateway"):
        holders = [_holder(land, item, entry) for entry in _assigned(item)]
        for index, certificate in enumerate(item.spec.get("sslCertificates") or []):
            vault = _vault(land, str(certificate.get("keyVaultSecretId", "")))
            if vault is not None:
                why = f"{item} fetches certificate `{certificate['name']}`"
                field = ("spec", "sslCertificates", index)
                yield Need(next(iter(holders), None), "read-secrets", land.places(vault), why, item, field)


def _assigned(item: Object) -> list[Object | str]:
    listed = (item.spec.get("identity") or {}).get("userAssignedIdentities") or []
    return [str(entry["reference"].get("name")) for entry in listed if "reference" in entry]


def _holder(land: AzureLandscape, item: Object, name: Object | str) -> Holder | None:
    identity = land.inventory.find(item.cluster, MANAGED, "UserAssignedIdentity", item.namespace, str(name))
    return land.holder_of(identity) if identity is not None else None


def _caches(land: AzureLandscape) -> Iterator[Need]:
    for item in land.of("cache.azure.com", "Redis"):
        settings = item.spec.get("redisConfiguration") or {}
        for key in ("rdb-storage-connection-string", "aof-storage-connection-string-0"):
            if "BlobEndpoint=" not in str(settings.get(key, "")):
                continue
            host = urlsplit(str(settings[key]).partition("BlobEndpoint=")[2].partition(";")[0]).hostname or ""
            account = land.named("storage.azure.com", "StorageAccount", host.partition(".")[0])
            where = land.places(account) if account is not None else (host,)
            field = ("spec", "redisConfiguration", key)
            yield Need(land.holder_of(item), "write-blobs", where, f"{item} keeps snapshots there", item, field)


def _copies(land: AzureLandscape, holder_of: HolderOf) -> Iterator[Need]:
    """Copies of a cluster are written, read back and deleted."""
    for place in places(land, "azure"):
        name = place.config.get("storageAccount", "")
        account = land.named("storage.azure.com", "StorageAccount", name)
        where = land.places(account) if account is not None else (name,)
        holder = holder_of(place.item.cluster, place.account)
        yield Need(holder, "archive-blobs", where, place.why, place.item, place.field, place.account)


def _cluster(land: AzureLandscape, item: Object) -> Iterator[Need]:
    holder = next((_holder(land, item, name) for name in _assigned(item)), None)
    kubelet = ((item.spec.get("identityProfile") or {}).get("kubeletidentity") or {}).get("resourceReference") or {}
    found = land.refers(item, kubelet)
    if found is not None:
        field: tuple[str | int, ...] = ("spec", "identityProfile", "kubeletidentity")
        why = f"{item} gives its nodes {found}"
        yield Need(holder, "hand-out-identity", land.places(found), why, item, field)
    for index, pool in enumerate(item.spec.get("agentPoolProfiles") or []):
        subnet = land.refers(item, pool.get("vnetSubnetReference") or {})
        if subnet is not None:
            field = ("spec", "agentPoolProfiles", index)
            yield Need(holder, "join-network", land.places(subnet), f"{item} stands in {subnet}", item, field)
    balancer = (item.spec.get("networkProfile") or {}).get("loadBalancerProfile") or {}
    for entry in (balancer.get("outboundIPs") or {}).get("publicIPs") or []:
        ip = land.refers(item, entry.get("reference") or {})
        if ip is not None:
            field = ("spec", "networkProfile", "loadBalancerProfile")
            yield Need(holder, "use-address", land.places(ip), f"{item} goes out by {ip}", item, field)


def _gateway_controller(land: AzureLandscape, item: Object) -> Iterator[Need]:
    add_on = (item.spec.get("addonProfiles") or {}).get("ingressApplicationGateway") or {}
    name = str((add_on.get("config") or {}).get("applicationGatewayId", "")).rpartition("/")[2]
    gateway = land.named(NETWORK, "ApplicationGateway", name) if name else None
    if gateway is None:
        return
    holder = land.holder_of(item)
    field: tuple[str | int, ...] = ("spec", "addonProfiles", "ingressApplicationGateway")
    why = f"the ingress controller of {item} changes {gateway}"
    places = land.places(gateway)
    yield Need(holder, "change-gateway", places, why, item, field)
    yield Need(holder, "read-group", places[1:], why, item, field)
    for identity in _assigned(gateway):
        found = land.inventory.find(gateway.cluster, MANAGED, "UserAssignedIdentity", gateway.namespace, str(identity))
        if found is not None:
            yield Need(holder, "hand-out-identity", land.places(found), why, item, field)
    for entry in gateway.spec.get("gatewayIPConfigurations") or []:
        subnet = land.refers(gateway, (entry.get("subnet") or {}).get("reference") or {})
        if subnet is not None:
            yield Need(holder, "join-network", land.places(subnet), why, item, field)


def _images(land: AzureLandscape, item: Object) -> Iterator[Need]:
    """Nodes pull what the pods of their cluster name, from every registry of this cloud."""
    kubelet = ((item.spec.get("identityProfile") or {}).get("kubeletidentity") or {}).get("resourceReference") or {}
    holder = _holder(land, item, str(kubelet.get("name", "")))
    cluster = land.cluster_of(item.scope)
    hosts = {
        str(container.get("image", "")).partition("/")[0]: workload
        for workload, template in land.pods
        if workload.cluster == cluster
        for container in containers(template)
    }
    for host, workload in sorted(hosts.items()):
        if host.endswith(REGISTRY):
            registry = land.named("containerregistry.azure.com", "Registry", host.removesuffix(REGISTRY))
            where = land.places(registry) if registry is not None else (host,)
            yield Need(holder, "pull-images", where, f"{workload} runs an image of {host}", workload, ("spec",))


def _shares(land: AzureLandscape, item: Object) -> Iterator[Need]:
    holder = next((_holder(land, item, name) for name in _assigned(item)), None)
    for known in land.of("storage.k8s.io", "StorageClass"):
        name = (known.document.get("parameters") or {}).get("storageAccount")
        if name is None or known.cluster != land.cluster_of(item.scope):
            continue
        account = land.named("storage.azure.com", "StorageAccount", str(name))
        where = land.places(account) if account is not None else (str(name),)
        yield Need(holder, "mount-shares", where, f"{known} mounts shares of {name}", known, ("parameters",))


def _granted(land: AzureLandscape) -> Iterator[Need]:
    """Permissions that an environment gives an identity by name: whoever takes it on may use them."""
    for scope, environment in land.context.environments.items():
        for name, roles in _identities(environment):
            for holder in _holders(land, scope, name):
                yield from _by_name(land, environment, holder, name, roles)


def _identities(environment: Environment) -> Iterator[tuple[str, list[str]]]:
    """Identities of the platform's chapter with the permissions it names; none where the platform has no such key."""
    for _, chapter in environment.platform:
        for name, identity in (getattr(chapter, "identities", None) or {}).items():
            yield name, list(getattr(identity, "roles", ()))


def _holders(land: AzureLandscape, scope: str, name: str) -> Iterator[tuple[Holder, Object]]:
    """The identity of an environment that is called so, by the services or stores that name it."""
    for (namespace, config, key), item in land.exports.items():
        if key == "principalId" and item.scope == scope and config == f"{name}-identity":
            yield (namespace, config), item


def _by_name(
    land: AzureLandscape, environment: Environment, found: tuple[Holder, Object], name: str, roles: list[str]
) -> Iterator[Need]:
    holder, item = found
    for role in roles:
        deed = facts().granted.get(role)
        if deed is None:
            continue
        where = tuple(place for known in _kinds_of(land, item, deed) for place in land.places(known))
        why = f"its environment grants identity `{name}` {role}"
        users = _users(environment, name)
        for account in users or (None,):
            if where:
                yield Need(holder, deed, where, why, item, ("spec",), account, instead=f"{item.path} {role}")


def _users(environment: Environment, name: str) -> tuple[Account, ...]:
    return tuple((environment.namespace, actor.account) for actor in actors(environment) if actor.identity == name)


def _kinds_of(land: AzureLandscape, item: Object, deed: str) -> Iterator[Object]:
    """Resources of the identity's environment that a deed is done with."""
    for of in facts().done_with.get(deed, ()):
        group, _, kind = of.rpartition("/")
        yield from (known for known in land.of(group, kind) if known.scope == item.scope)
