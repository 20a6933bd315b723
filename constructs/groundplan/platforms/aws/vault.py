"""Secrets Manager: which keys exist, where they are copied to, and who may read them. Never a value."""

from __future__ import annotations

import re

from groundplan.facts.cloud_names import REPLICATION_FOLDER
from groundplan.facts.secret_placement import secret_placement, store_namespaces
from groundplan.facts.standby import serves_follower, stands_in
from groundplan.model.environment import Environment
from groundplan.model.secrets import SecretStore, remote_key
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_role
from groundplan.platforms.aws.resource import AwsPart
from groundplan.platforms.aws.roles import OPERATOR, SECRETS_READER, SECRETS_WRITER, role_arn, role_name
from groundplan.platforms.registry import platform_of


class VaultKeys(AwsPart):
    """Every key the environment reads, without a value, copied to the regions of its standbys.

    A person puts the value in; the key, its copies and its tags stay as declared. The key outlives its object.
    See https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html .
    """

    def __init__(self, scope: Component | Part, id_: str, store: SecretStore) -> None:
        super().__init__(scope, id_)
        regions = [region for region in store.replica_regions if region != self.region]
        for key in sorted(_own_keys(self.environment)):
            self.emit_resource(
                "secretsmanager",
                "Secret",
                re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-"),
                {
                    "name": key,
                    "description": f"Read by {self.environment.system}; a person puts the value in",
                    "replicaRegions": [{"region": region} for region in regions] or None,
                    "tags": self.tags(),
                },
                retain=True,
            )


def _own_keys(environment: Environment) -> set[str]:
    """Keys the environment reads and its host does not: a key both read is the host's."""
    host = environment.host_environment
    return _keys(environment) - (_keys(host) if environment.host is not None else set())


def _keys(environment: Environment) -> set[str]:
    return {
        remote_key(remote)[0]
        for entries in secret_placement(environment).values()
        for source in entries.values()
        for remote in source.keys.values()
    }


class SecretRoles(AwsPart):
    """The roles an environment's secret stores assume: to read the keys it declares, and to hand keys to its standby.

    The operator's own role may take these and reads nothing itself. It tags its session with the namespace it acts for,
    and the trust demands a namespace of this environment, so that no tenant of a cluster reads another's keys.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        self._add_role(
            SECRETS_READER,
            "Reads the secret values that are declared",
            allow(["secretsmanager:GetSecretValue"], self._readable()),
        )
        standby = self.environment.peer_environment
        if serves_follower(self.environment) and standby is not None:
            self._add_writer(standby.region)

    def _readable(self) -> list[str]:
        """Each declared key with the six characters AWS appends to its name; a standby also draws certificates."""
        keys = [self._arn(self.region, f"{key}-??????") for key in sorted(_keys(self.environment))]
        primary = self.environment.peer_environment
        if primary is not None and stands_in(self.environment):
            keys.append(self._arn(self.region, f"{platform_of(primary).vault_folder}{REPLICATION_FOLDER}/*"))
        return keys

    def _add_writer(self, region: str) -> None:
        actions = ["CreateSecret", "DescribeSecret", "GetSecretValue", "PutSecretValue", "TagResource"]
        self._add_role(
            SECRETS_WRITER,
            f"Hands the replication certificates of databases to {region}",
            allow(
                [f"secretsmanager:{action}" for action in actions],
                self._arn(region, f"{platform_of(self.environment).vault_folder}{REPLICATION_FOLDER}/*"),
            ),
        )

    def _add_role(self, name: str, description: str, statement: Json) -> None:
        operator = role_arn(self.environment.host_environment, OPERATOR)
        namespaces = {"StringEquals": {"aws:RequestTag/esoNamespace": store_namespaces(self.environment)}}
        Role(
            self,
            name,
            role=role_name(self.environment, name),
            trust=trust_role(self.account, operator, namespaces),
            description=f"{description} for {self.environment.environment}",
            policy=document(statement),
        )

    def _arn(self, region: str, key: str) -> str:
        return f"arn:aws:secretsmanager:{region}:{self.account}:secret:{key}"
