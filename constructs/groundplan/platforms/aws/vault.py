"""Secrets Manager: which keys exist, where they are copied to, and who may read them. Never a value."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from groundplan.facts.cloud_names import REPLICATION_FOLDER
from groundplan.facts.secret_placement import secret_placement, store_namespaces
from groundplan.facts.standby import serves_follower, stands_in
from groundplan.model.environment import Environment
from groundplan.model.secrets import remote_key
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_role
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.roles import OPERATOR, SECRETS_READER, SECRETS_WRITER, role_arn
from groundplan.platforms.aws.site import Site
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import stores_of


class VaultKeys(AwsPart):
    """Keys without a value, copied to other regions.

    A person puts the value in; the key, its copies and its tags stay as declared. The key outlives its object.
    See https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html .

    Args:
        scope: scope.
        id_: construct id.
        site: where they lie.
        keys: their names.
        regions: regions they are copied to.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, *, keys: Collection[str], regions: Sequence[str]
    ) -> None:
        super().__init__(scope, id_, site)
        copies = [{"region": region} for region in regions if region != self.region]
        for key in sorted(keys):
            self.emit_resource(
                "secretsmanager",
                "Secret",
                re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-"),
                {
                    "name": key,
                    "description": f"Read by {site.system}; a person puts the value in",
                    "replicaRegions": copies or None,
                    "tags": self.tags(),
                },
                retain=True,
            )


def own_keys(environment: Environment) -> set[str]:
    """Keys the environment reads and nobody before it does: a key both read is the host's, or copied to a standby."""
    host = environment.host_environment
    others = read_keys(host) if environment.host is not None else set()
    primary = environment.peer_environment if stands_in(environment) else None
    if stands_in(environment) and primary is None:
        return set()
    if primary is not None:
        others |= read_keys(primary) | read_keys(primary.host_environment) | _replicated(environment)
    return read_keys(environment) - others


def _replicated(environment: Environment) -> set[str]:
    """Keys below the folder that the primary's operator pushes certificates to."""
    folder = f"{platform_of(environment).vault_folder}{REPLICATION_FOLDER}/"
    return {key for key in read_keys(environment) if key.startswith(folder)}


def read_keys(environment: Environment) -> set[str]:
    """Every key of the vault that the environment reads."""
    return {
        remote_key(remote)[0]
        for entries in secret_placement(environment).values()
        for source in entries.values()
        for remote in source.keys.values()
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretRolesProps:
    """What an environment's secret stores read and write, and on whose behalf."""

    operator: str
    """Amazon resource name of the operator's own role, which assumes these."""

    namespaces: Sequence[str]
    """Namespaces it may act for."""

    keys: Collection[str]
    """Names of the keys that are read."""

    handed_from: str
    """Namespace whose databases hand their certificates to a standby."""

    drawn: str | None = None
    """What every name begins with that a standby reads beside them: its primary's certificates. Default nothing."""

    written: tuple[str, str] | None = None
    """Region, and what every name begins with, of the keys that are handed to a standby. Default nothing."""


class SecretRoles(AwsPart):
    """The roles an environment's secret stores assume: to read the keys it declares, and to hand keys to its standby.

    The operator's own role may take these and reads nothing itself. It tags its session with the namespace it acts for,
    and the trust demands a namespace of this environment, so that no tenant of a cluster reads another's keys.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: SecretRolesProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._add_role(
            SECRETS_READER,
            "Reads the secret values that are declared",
            allow(["secretsmanager:GetSecretValue"], self._readable()),
            props.namespaces,
        )
        if props.written is not None:
            self._add_writer(*props.written)

    def _readable(self) -> list[str]:
        """Each declared key with the six characters AWS appends to its name; a standby also draws certificates."""
        keys = [self._arn(self.region, f"{key}-??????") for key in sorted(self._props.keys)]
        if self._props.drawn is not None:
            keys.append(self._arn(self.region, f"{self._props.drawn}*"))
        return keys

    def _add_writer(self, region: str, beginning: str) -> None:
        actions = ["CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "TagResource"]
        self._add_role(
            SECRETS_WRITER,
            f"Hands the replication certificates of databases to {region}",
            allow([f"secretsmanager:{action}" for action in actions], self._arn(region, f"{beginning}*")),
            [self._props.handed_from],
        )

    def _add_role(self, name: str, description: str, statement: Json, namespaces: Sequence[str]) -> None:
        condition = {"StringEquals": {"aws:RequestTag/esoNamespace": list(namespaces)}}
        Role(
            self,
            name,
            self.site,
            role=self.site.role_name(name),
            trust=trust_role(self.account, self._props.operator, condition),
            description=f"{description} for {self.site.environment}",
            policy=document(statement),
        )

    def _arn(self, region: str, key: str) -> str:
        return f"arn:aws:secretsmanager:{region}:{self.account}:secret:{key}"


def secret_roles(environment: Environment) -> SecretRolesProps:
    """What the stores of an environment read and write."""
    peer = environment.peer_environment if carries_certificates(environment) else None
    return SecretRolesProps(
        operator=role_arn(environment.host_environment, OPERATOR),
        namespaces=store_namespaces(environment),
        handed_from=environment.namespace,
        keys=read_keys(environment),
        drawn=_certificates(peer) if peer is not None and stands_in(environment) else None,
        written=(peer.region, _certificates(environment))
        if peer is not None and serves_follower(environment)
        else None,
    )


def carries_certificates(environment: Environment) -> bool:
    """Whether databases here, or those they follow, have followers that show certificates."""
    return any(store.hands_over_certificates for store in stores_of(environment).values())


def _certificates(environment: Environment) -> str:
    return f"{platform_of(environment).vault_folder}{REPLICATION_FOLDER}/"
