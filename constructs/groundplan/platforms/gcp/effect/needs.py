"""What members of IAM are needed for: by stores of secrets, archives, keys, nodes, upstream software and pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.identity.cloud import HolderOf
from groundplan.checks.identity.copies import places
from groundplan.checks.identity.facts import facts
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import EVERYTHING, Account, Holder, Need, address
from groundplan.checks.inventory import Object
from groundplan.facts.actors import actors
from groundplan.platforms.gcp.effect.grants import CONTAINER, IAM, PROJECT, holder_of, key_name

ESO = "external-secrets.io"
KMS = "kms.cnrm.cloud.google.com"
STORAGE = "storage.cnrm.cloud.google.com"
REGISTRY = "artifactregistry.cnrm.cloud.google.com"


def needs(land: Landscape, lent: HolderOf, known: Mapping[str, list[str]]) -> Iterator[Need]:
    """Every need of this cloud.

    Args:
        land: the rendered tree.
        lent: who a ServiceAccount is.
        known: pool to the clusters it knows.
    """
    clusters = {cluster for names in known.values() for cluster in names}
    yield from _secret_stores(land, lent)
    yield from _archives(land, lent)
    yield from _copies(land, lent)
    yield from _granted(land, lent)
    yield from _upstream(land, lent, clusters)
    yield from _nodes(land)
    yield from _keys(land)
    yield from _publishers(land)


def _secret_stores(land: Landscape, lent: HolderOf) -> Iterator[Need]:
    for store in land.of(ESO, "SecretStore"):
        provider = (store.spec.get("provider") or {}).get("gcpsm")
        if provider is None:
            continue
        account = store_account(store, provider)
        for item in land.of(ESO, "ExternalSecret"):
            reference = item.spec.get("secretStoreRef") or {}
            if (item.cluster, item.namespace, reference.get("name")) != (store.cluster, store.namespace, store.name):
                continue
            for index, entry in enumerate(item.spec.get("data") or []):
                key = (entry.get("remoteRef") or {}).get("key")
                where = (f"projects/{provider.get('projectID')}/secrets/{key}",)
                why = f"{item} of {item.namespace} wants `{key}`"
                field = ("spec", "data", index)
                yield Need(lent(store.cluster, account), "read-secrets", where, why, item, field, account)


def store_account(store: Object, provider: Mapping[str, Any]) -> Account:
    """The ServiceAccount that a store reads as."""
    auth = provider.get("auth") or {}
    chosen = auth.get("workloadIdentity") or auth.get("workloadIdentityFederation") or {}
    return store.namespace, str((chosen.get("serviceAccountRef") or {}).get("name", ""))


def _archives(land: Landscape, lent: HolderOf) -> Iterator[Need]:
    """The log and the backups of a database lie where its object store says."""
    for item in land.of("postgresql.cnpg.io", "Cluster"):
        for plugin in item.spec.get("plugins") or []:
            name = str((plugin.get("parameters") or {}).get("barmanObjectName"))
            store = land.inventory.find(item.cluster, "barmancloud.cnpg.io", "ObjectStore", item.namespace, name)
            configuration = (store.spec.get("configuration") or {}) if store is not None else {}
            path = urlsplit(str(configuration.get("destinationPath", "")))
            if store is None or path.scheme != "gs":
                continue
            account = (item.namespace, item.name)
            holder = lent(item.cluster, account)
            field = ("spec", "configuration", "destinationPath")
            why = f"{item} of {item.namespace} keeps its log there"
            bucket = f"gs://{path.netloc}"
            yield Need(holder, "archive-blobs", (f"{bucket}{path.path}x",), why, store, field, account)
            yield Need(holder, "list-bucket", (f"{bucket}/",), why, store, field, account)


def _copies(land: Landscape, lent: HolderOf) -> Iterator[Need]:
    """Copies of a cluster are written, read back and deleted, and the bucket is asked for."""
    for place in places(land, "gcp"):
        holder, bucket = lent(place.item.cluster, place.account), f"gs://{place.bucket}/"
        where = (f"{bucket}{place.prefix}x",)
        yield Need(holder, "archive-blobs", where, place.why, place.item, place.field, place.account)
        yield Need(holder, "list-bucket", (bucket,), place.why, place.item, place.field, place.account)


_GRANTED: Mapping[str, tuple[str, ...]] = {
    "read": ("read-blobs",),
    "write": ("write-blobs",),
    "read-write": ("read-blobs", "write-blobs"),
}
"""What an environment grants by name, to the deeds that it means."""


def _granted(land: Landscape, lent: HolderOf) -> Iterator[Need]:
    """What services and jobs were given by the names of the chapter."""
    for scope, environment in land.context.environments.items():
        chapter = environment.platform.gcp
        rights = [item for item in land.of(IAM, "IAMPolicyMember") if item.scope == scope]
        for actor in actors(environment) if chapter is not None and rights else ():
            account = (environment.namespace, actor.account)
            for name in actor.cloud_access:
                grant = chapter.grants[name] if chapter is not None else None
                for deed in _GRANTED[grant.actions] if grant is not None else ():
                    where = (f"gs://{grant.bucket}/{grant.prefix}x",) if grant is not None else ()
                    why = f"`{name}` is among {actor.chapter}.{actor.name}.cloud_access"
                    holder = lent(land.cluster_of(scope), account)
                    yield Need(holder, deed, where, why, rights[0], ("spec",), account)


def _upstream(land: Landscape, lent: HolderOf, clusters: set[str]) -> Iterator[Need]:
    """What upstream software asks Google for, on clusters whose accounts Google knows."""
    for release in land.inventory.releases:
        name = str((release.values.get("serviceAccount") or {}).get("name", ""))
        for deed in facts().accounts.get(name, ()) if release.cluster in clusters else ():
            account = (release.namespace, name)
            why = f"{'/'.join(account)} is known to do so"
            holder = lent(release.cluster, account)
            yield Need(holder, deed, (EVERYTHING,), why, release.application, ("spec",), account)


def _nodes(land: Landscape) -> Iterator[Need]:
    for item in land.of(CONTAINER, "ContainerNodePool"):
        field = ("spec", "nodeConfig", "serviceAccountRef")
        reference = (item.spec.get("nodeConfig") or {}).get("serviceAccountRef") or {}
        account = land.inventory.find(
            item.cluster, IAM, "IAMServiceAccount", item.namespace, str(reference.get("name"))
        )
        if account is None:
            message = f"{item} runs as the account that Google makes for the whole project"
            yield Need(None, "run-nodes", (EVERYTHING,), message, item, field)
            continue
        name = account.spec.get("resourceID", account.name)
        holder = ("", f"serviceAccount:{name}@{account.annotations.get(PROJECT)}.iam.gserviceaccount.com")
        yield Need(holder, "run-nodes", (EVERYTHING,), f"{item} does so", item, field)
        for repository in land.of(REGISTRY, "ArtifactRegistryRepository"):
            if repository.scope == item.scope:
                where = (address(repository),)
                yield Need(holder, "pull-images", where, f"{item} runs images of it", item, field)


_AGENTS: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    (STORAGE, "StorageBucket"): ("gs-project-accounts", ("encryption", "kmsKeyRef")),
    (REGISTRY, "ArtifactRegistryRepository"): ("gcp-sa-artifactregistry", ("kmsKeyRef",)),
    (CONTAINER, "ContainerNodePool"): ("compute-system", ("nodeConfig", "bootDiskKMSCryptoKeyRef")),
}
"""Kind to the agent of Google's that encrypts for it, and the field that names the key."""


def _keys(land: Landscape) -> Iterator[Need]:
    """Whoever encrypts with a key may use it; Google's agents do so in the project's name."""
    keys = {key_name(land, item): item for item in land.of(KMS, "KMSCryptoKey")}
    for (group, kind), (agent, field) in _AGENTS.items():
        for item in land.of(group, kind):
            value: Any = item.spec
            for step in field:
                value = value.get(step) or {}
            key = land.inventory.find(item.cluster, KMS, "KMSCryptoKey", item.namespace, str(value.get("name")))
            if key is not None:
                yield _use(land, agent, item, ("spec", *field), key)
    for item in land.of(CONTAINER, "ContainerCluster"):
        name = str((item.spec.get("databaseEncryption") or {}).get("keyName"))
        if name in keys:
            yield _use(land, "container-engine-robot", item, ("spec", "databaseEncryption"), keys[name])
    for item in land.of("storage.k8s.io", "StorageClass"):
        name = str((item.document.get("parameters") or {}).get("disk-encryption-kms-key"))
        if name in keys:
            yield _use(land, "compute-system", item, ("parameters",), keys[name])


def _use(land: Landscape, agent: str, item: Object, field: tuple[str, ...], key: Object) -> Need:
    """By the project's own agent, which is called by the project's number."""
    holder = next(
        (
            found
            for right in land.of(IAM, "IAMPolicyMember")
            if right.scope == key.scope and f"@{agent}." in (found := holder_of(str(right.spec.get("member"))))[1]
        ),
        None,
    )
    return Need(holder, "encrypt", (address(key),), f"{item} is encrypted with it", item, field)


def _publishers(land: Landscape) -> Iterator[Need]:
    """Workflows that a provider admits push images of the system."""
    for provider in land.of(IAM, "IAMWorkloadIdentityPoolProvider"):
        if "attribute.repository" not in (provider.spec.get("attributeMapping") or {}):
            continue
        pool_name = str((provider.spec.get("workloadIdentityPoolRef") or {}).get("name"))
        pool = land.inventory.find(provider.cluster, IAM, "IAMWorkloadIdentityPool", provider.namespace, pool_name)
        members: list[Holder | None] = [
            holder
            for item in land.of(IAM, "IAMPolicyMember")
            if pool is not None
            and (holder := holder_of(str(item.spec.get("member"))))[0] == pool.spec.get("resourceID", pool.name)
        ]
        for repository in land.of(REGISTRY, "ArtifactRegistryRepository"):
            if repository.scope == provider.scope:
                why = "workflows that the provider admits push images"
                for member in dict.fromkeys(members or [None]):
                    yield Need(member, "push-images", (address(repository),), why, provider, ("spec",))
