"""Secret Manager: which keys exist, where their values lie, and who may read each. Never a value.

See https://cloud.google.com/secret-manager/docs/best-practices .
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.facts.secret_placement import secret_placement
from groundplan.facts.standby import stands_in
from groundplan.kubernetes.accounts import LENT
from groundplan.model.environment import Environment
from groundplan.model.secrets import remote_key
from groundplan.parts import Component, Part
from groundplan.platforms.gcp.names import object_name
from groundplan.platforms.gcp.resource import GcpPart, external_to, reference_to
from groundplan.platforms.gcp.site import Site, settings_of

READS = "roles/secretmanager.secretAccessor"


@dataclass(frozen=True, kw_only=True, slots=True)
class VaultProps:
    """The keys of an environment, and who reads them."""

    keys: Collection[str]
    """Keys that are made here."""

    regions: Sequence[str]
    """Where each value lies."""

    readers: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Namespace to the keys that its SecretStore reads. Default nobody."""


class Vault(GcpPart):
    """Keys without a value, and the right of each namespace's ServiceAccount to the keys it declares, one by one.

    A person puts the value in; a key outlives its object.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: VaultProps) -> None:
        super().__init__(scope, id_, site)
        replicas = [{"location": region} for region in props.regions]
        for key in sorted(props.keys):
            self.emit_resource(
                "SecretManagerSecret",
                object_name(key),
                {"replication": {"userManaged": {"replicas": replicas}}},
                called=key,
                retain=True,
            )
        for namespace, keys in sorted(props.readers.items()):
            member = site.principal(namespace, LENT)
            for key in sorted(keys):
                own = key in props.keys
                secret = (
                    reference_to("SecretManagerSecret", object_name(key))
                    if own
                    else external_to("SecretManagerSecret", f"projects/{site.project}/secrets/{key}")
                )
                self.permit(member, READS, secret, name=object_name(namespace, key))


def vault_props(environment: Environment) -> VaultProps:
    """What an environment reads, without the keys that its host or its primary already has."""
    readers = {
        namespace: {remote_key(remote)[0] for source in entries.values() for remote in source.keys.values()}
        for namespace, entries in secret_placement(environment).items()
    }
    regions = [environment.region, *settings_of(environment).secret_manager.regions]
    return VaultProps(
        keys=own_keys(environment),
        regions=sorted(set(regions)),
        readers={namespace: keys for namespace, keys in readers.items() if keys},
    )


def own_keys(environment: Environment) -> set[str]:
    """Keys the environment reads and nobody before it does: a key both read is the host's, or the primary's."""
    before = [environment.host_environment] if environment.host is not None else []
    primary = environment.peer_environment if stands_in(environment) else None
    if stands_in(environment) and primary is None:
        return set()
    if primary is not None:
        before += [primary, primary.host_environment]
    others = {key for side in before for key in read_keys(side)}
    return read_keys(environment) - others


def read_keys(environment: Environment) -> set[str]:
    """Every key of the vault that the environment reads."""
    return {
        remote_key(remote)[0]
        for entries in secret_placement(environment).values()
        for source in entries.values()
        for remote in source.keys.values()
    }
