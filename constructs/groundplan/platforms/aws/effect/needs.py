"""What IAM roles are needed for: by stores of secrets, databases' archives, upstream software, clusters and pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.identity.cloud import HolderOf
from groundplan.checks.identity.copies import places
from groundplan.checks.identity.facts import facts
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import EVERYTHING, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.facts.actors import actors
from groundplan.platforms.aws.effect.grants import IAM, Use, token_account, trusted

S3 = "s3.services.k8s.aws"
SECRETS = "secretsmanager.services.k8s.aws"


def needs(land: Landscape, holder_of: HolderOf, uses: Sequence[Use]) -> Iterator[Need]:
    """Every need of this cloud."""
    yield from _secret_stores(land, holder_of, uses)
    yield from _archives(land, holder_of)
    yield from _granted(land, holder_of)
    yield from _copies(land, holder_of)
    yield from _upstream(uses)
    yield from _machines(land, uses)
    yield from _replications(land, uses)
    yield from _publishers(land)


def role_by_name(land: Landscape, arn: str) -> Object | None:
    """The rendered role that an ARN names."""
    name = arn.rpartition(":role/")[2]
    return next((item for item in land.of(IAM, "Role") if item.spec.get("name") == name), None)


def _secret_stores(land: Landscape, holder_of: HolderOf, uses: Sequence[Use]) -> Iterator[Need]:
    for item in land.of("external-secrets.io", "SecretStore"):
        name, provider = _provider(item)
        if provider.get("service") != "SecretsManager":
            continue
        role = role_by_name(land, str(provider.get("role", "")))
        holder = (role.namespace, role.name) if role is not None else None
        field = ("spec", "provider", name)
        operator = next((use.account for use in uses if use.cluster == item.cluster and _is_operator(use)), None)
        lender = holder_of(item.cluster, operator) if operator is not None else None
        why = f"{item} of {item.namespace} is read as {str(provider.get('role')).rpartition('/')[2]}"
        yield Need(lender, "take-roles", (str(provider.get("role")),), why, item, field, operator)
        yield from _keys(
            land, item, holder, f"{provider.get('region', '')}:{account_in(str(provider.get('role', '')))}"
        )


def _provider(item: Object) -> tuple[str, Mapping[str, Any]]:
    """The provider that a store names, with its settings."""
    listed: Mapping[str, Mapping[str, Any]] = item.spec.get("provider") or {}
    return next(iter(listed.items()), ("", {}))


def _is_operator(use: Use) -> bool:
    return use.account is not None and use.account[1] == "external-secrets"


def _keys(land: Landscape, store: Object, holder: Holder | None, vault: str) -> Iterator[Need]:
    for item in (*land.of("external-secrets.io", "ExternalSecret"), *land.of("external-secrets.io", "PushSecret")):
        if (item.cluster, item.namespace) != (store.cluster, store.namespace):
            continue
        references = [item.spec.get("secretStoreRef") or {}, *(item.spec.get("secretStoreRefs") or [])]
        if store.name not in [reference.get("name") for reference in references]:
            continue
        for index, entry in enumerate(item.spec.get("data") or []):
            remote = entry.get("remoteRef") or (entry.get("match") or {}).get("remoteRef") or {}
            key = remote.get("key") or remote.get("remoteKey")
            deed = "read-secrets" if item.kind == "ExternalSecret" else "push-secrets"
            where = (f"arn:aws:secretsmanager:{vault}:secret:{key}-AbCdEf",)
            why = f"{item} of {item.namespace} wants `{key}`"
            yield Need(holder, deed, where, why, item, ("spec", "data", index))


def _archives(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """The log and the backups of a database lie where its object store says; a copy reads its leader's."""
    for item in land.of("postgresql.cnpg.io", "Cluster"):
        kept = [(plugin, True) for plugin in item.spec.get("plugins") or []]
        followed = [(entry.get("plugin") or {}, False) for entry in item.spec.get("externalClusters") or []]
        for plugin, writes in (*kept, *followed):
            name = (plugin.get("parameters") or {}).get("barmanObjectName")
            store = land.inventory.find(item.cluster, "barmancloud.cnpg.io", "ObjectStore", item.namespace, str(name))
            if store is None:
                continue
            configuration = store.spec.get("configuration") or {}
            path = urlsplit(str(configuration.get("destinationPath", "")))
            if path.scheme != "s3" or "inheritFromIAMRole" not in (configuration.get("s3Credentials") or {}):
                continue
            account = (item.namespace, item.name)
            holder = holder_of(item.cluster, account)
            field = ("spec", "configuration", "destinationPath")
            why = f"{item} of {item.namespace} {'keeps' if writes else 'finds'} its log there"
            bucket = f"arn:aws:s3:::{path.netloc}"
            deed = "archive-blobs" if writes else "read-blobs"
            yield Need(holder, deed, (f"{bucket}{path.path}x",), why, store, field, account)
            yield Need(holder, "list-bucket", (bucket,), why, store, field, account)


_GRANTED: Mapping[str, tuple[str, ...]] = {
    "read": ("read-blobs", "list-bucket"),
    "write": ("write-blobs",),
    "read-write": ("archive-blobs", "list-bucket"),
}
"""What an environment grants by name, to the deeds that it means; whoever reads below a prefix has to find what lies there."""


def _granted(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """What services and jobs were given by the names of the chapter."""
    for scope, environment in land.context.environments.items():
        chapter = environment.platform.aws
        roles = {(item.namespace, item.name): item for item in land.of(IAM, "Role") if item.scope == scope}
        for actor in actors(environment) if chapter is not None and roles else ():
            account = (environment.namespace, actor.account)
            holder = holder_of(land.cluster_of(scope), account)
            item = roles.get(holder, next(iter(roles.values()))) if holder else next(iter(roles.values()))
            for name in actor.cloud_access:
                grant = chapter.grants[name] if chapter is not None else None
                if grant is None or grant.bucket is None:
                    continue
                bucket = f"arn:aws:s3:::{grant.bucket}"
                for deed in _GRANTED[grant.actions]:
                    where = bucket if deed == "list-bucket" else f"{bucket}/{grant.prefix}x"
                    why = f"`{name}` is among {actor.chapter}.{actor.name}.cloud_access"
                    yield Need(holder, deed, (where,), why, item, ("spec",), account)


def _copies(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """Copies of a cluster are written, read back and deleted, and the bucket is asked for."""
    for place in places(land, "aws"):
        holder, bucket = holder_of(place.item.cluster, place.account), f"arn:aws:s3:::{place.bucket}"
        where = (f"{bucket}/{place.prefix}x",)
        yield Need(holder, "archive-blobs", where, place.why, place.item, place.field, place.account)
        yield Need(holder, "list-bucket", (bucket,), place.why, place.item, place.field, place.account)


def _upstream(uses: Sequence[Use]) -> Iterator[Need]:
    for use in uses:
        for deed in facts().accounts.get(use.account[1], ()) if use.account is not None else ():
            why = f"{'/'.join(use.account or ())} is known to do so"
            yield Need(use.holder, deed, (EVERYTHING,), why, use.item, use.field, use.account)


_MACHINES: Mapping[str, tuple[str, ...]] = {
    "Cluster": ("run-control-plane",),
    "Nodegroup": ("run-node", "pull-images"),
    "InstanceProfile": ("open-sessions",),
}
"""What a role is for, by the kind that hands it to machines."""


def _machines(land: Landscape, uses: Sequence[Use]) -> Iterator[Need]:
    for use in uses:
        made = _made_with(land, use) if use.item.kind == "InstanceProfile" else []
        for deed in _of_machines(land, made) if made else _MACHINES.get(use.item.kind, ()):
            where = (_start_of(land, use),) if deed == "read-start" else (EVERYTHING,)
            yield Need(use.holder, deed, where, f"{made[0] if made else use.item} does so", use.item, use.field)


def _start_of(land: Landscape, use: Use) -> str:
    """Where a machine of Cluster API finds what it starts with: in the region of its network, in the account that it is in."""
    own = [item for item in land.of("infrastructure.cluster.x-k8s.io", "AWSCluster") if item.scope == use.item.scope]
    region = next((str(item.spec.get("region")) for item in own), "")
    roles = [role for role in land.of(IAM, "Role") if role.scope == use.item.scope]
    named = (account_in(name) for role in roles for kind, name, _ in trusted(role) if kind == "Federated")
    return f"arn:aws:secretsmanager:{region}:{next(named, '')}:secret:aws.cluster.x-k8s.io/x"


def _made_with(land: Landscape, use: Use) -> list[Object]:
    """Templates of machines that wear an instance profile."""
    templates = land.of("infrastructure.cluster.x-k8s.io", "AWSMachineTemplate")
    name = use.item.spec.get("name")
    return [item for item in templates if item.spec["template"]["spec"].get("iamInstanceProfile") == name]


def _of_machines(land: Landscape, templates: Sequence[Object]) -> tuple[str, ...]:
    """Every machine pulls images and reads what it starts with; on the control plane the cloud's controller runs."""
    planes = {
        (item.namespace, item.spec["machineTemplate"]["spec"]["infrastructureRef"]["name"])
        for item in land.of("controlplane.cluster.x-k8s.io", "KubeadmControlPlane")
    }
    plane = any((item.namespace, item.name) in planes for item in templates)
    return ("pull-images", "read-start", *(("know-machines",) if plane else ()))


def _replications(land: Landscape, uses: Sequence[Use]) -> Iterator[Need]:
    for use in uses:
        if use.item.group != S3:
            continue
        source = f"arn:aws:s3:::{use.item.spec.get('name')}"
        why = f"{use.item} is copied"
        yield Need(use.holder, "replicate-from", (source,), why, use.item, use.field)
        yield Need(use.holder, "replicate-objects-from", (f"{source}/x",), why, use.item, use.field)
        for rule in use.item.spec["replication"].get("rules") or []:
            target = f"{rule['destination']['bucket']}/x"
            yield Need(use.holder, "replicate-to", (target,), why, use.item, use.field)


def _publishers(land: Landscape) -> Iterator[Need]:
    """Roles that the workflows of a repository take: they push the images that services of the system run."""
    for role in land.of(IAM, "Role"):
        if not any(kind == "Federated" and not token_account(item) for kind, _, item in trusted(role)):
            continue
        holder: Holder = (role.namespace, role.name)
        account = next(account_in(name) for kind, name, _ in trusted(role) if kind == "Federated")
        field = ("spec", "assumeRolePolicyDocument")
        why = "workflows that take it push images"
        yield Need(holder, "log-in-to-registry", (EVERYTHING,), why, role, field)
        for item in land.of("ecr.services.k8s.aws", "Repository"):
            if item.system == role.system:
                where = (f"arn:aws:ecr:region:{account}:repository/{item.spec.get('name')}",)
                yield Need(holder, "push-images", where, why, role, field)


def account_in(arn: str) -> str:
    """The account that an ARN names; empty where it is none."""
    return arn.split(":")[4] if arn.count(":") > 4 else ""
