"""What a followed and a following database need beside themselves: an endpoint, a role in the topology, certificates."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.secrets import SecretSource, SecretStore
from groundplan.parts import Component, Json, Part
from groundplan.security.secret_sources import external_secret
from groundplan.stores.postgres.cloudnative_pg.follower import (
    BARMAN,
    CERTIFICATE_KEYS,
    FOLLOWER_USER,
    Link,
)
from groundplan.stores.postgres.cloudnative_pg.words import RELOADED
from groundplan.stores.postgres.model import PORT

FIRST: Json = {"argocd.argoproj.io/sync-wave": "-1"}
"""Within the database's Application: certificates before the database that shows them."""


def replication_service(link: Link) -> Json:
    """An internal load balancer in front of the primary, for the follower's subnets alone."""
    balancer = link.balancer
    own = {"loadBalancerClass": balancer.balancer_class} if balancer.balancer_class is not None else {}
    spec: Json = {
        "type": "LoadBalancer",
        **own,
        "loadBalancerSourceRanges": list(link.followers),
        "ports": [{"name": "postgres", "port": PORT, "targetPort": PORT, "protocol": "TCP"}],
    }
    metadata: Json = {"name": f"{link.store}-replication", "labels": selector_labels(link.store)}
    if balancer.annotations:
        metadata["annotations"] = dict(balancer.annotations)
    return {"metadata": metadata, "spec": spec}


def replica_role(link: Link) -> Json:
    """Who follows whom. Naming itself as primary promotes the follower; the operator then does what pg_promote would."""
    return {"self": link.here, "primary": link.here if link.promoted else link.there, "source": link.there}


def external_clusters(link: Link) -> list[Json]:
    """Both sides of the topology as the follower reaches them: streaming first, the archive where streaming has a gap.

    Without streaming it reads what the other side's bucket replicates to its own.
    """
    if not link.streams:
        return [{"name": name, "plugin": _archive(link.store, name)} for name in (link.there, link.here)]
    secret = link.client_secret
    return [
        {
            "name": link.there,
            "connectionParameters": {
                "host": link.endpoint,
                "port": str(PORT),
                "user": FOLLOWER_USER,
                "dbname": "postgres",
                "sslmode": "verify-full",
            },
            "sslCert": {"name": secret, "key": "tls.crt"},
            "sslKey": {"name": secret, "key": "tls.key"},
            "sslRootCert": {"name": secret, "key": "ca.crt"},
            "plugin": _archive(link.store, link.there),
        },
        {"name": link.here, "plugin": _archive(link.store, link.here)},
    ]


def archived_clusters(link: Link) -> list[Json]:
    """Both sides as a copy reaches them that follows the other's archive alone: no network leads that way."""
    return [
        {"name": link.there, "plugin": _archive(link.peer_store, link.there)},
        {"name": link.here, "plugin": _archive(link.store, link.here)},
    ]


def _archive(store: str, server: str) -> Json:
    parameters = {"barmanObjectName": store, "serverName": server}
    return {"name": BARMAN, "enabled": True, "isWALArchiver": False, "parameters": parameters}


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplicationCertificatesProps:
    """A link, and the vault that carries its certificates."""

    link: Link
    """Who follows whom."""

    store: SecretStore
    """Where Secrets of this side are drawn from."""

    follower_store: Json | None = None
    """SecretStore for the vault of the follower's region, which the side that leads writes to. Default none: this side follows."""


class ReplicationCertificates(Part):
    """Carries the follower's client certificate: pushed from the primary's side, drawn on the follower's.

    The operator renews the certificate well before its 90 days are over; nobody has to remember.
    """

    def __init__(self, scope: Component | Part, id_: str, props: ReplicationCertificatesProps) -> None:
        super().__init__(scope, id_)
        self.link = props.link
        if props.follower_store is not None:
            self.emit(props.follower_store)
            for suffix in sorted(set(CERTIFICATE_KEYS.values())):
                self._add_push(suffix)
        else:
            self._add_client_secret(props.store)

    def _add_push(self, suffix: str) -> None:
        source = f"{self.link.store}-{suffix}"
        self.emit(
            {
                "apiVersion": "external-secrets.io/v1alpha1",
                "kind": "PushSecret",
                "metadata": {"name": source},
                "spec": {
                    "refreshInterval": "1h",
                    "updatePolicy": "Replace",
                    "deletionPolicy": "None",
                    "secretStoreRefs": [{"name": self.link.follower_store, "kind": "SecretStore"}],
                    "selector": {"secret": {"name": source}},
                    "data": [self._pushed(key) for key, holder in CERTIFICATE_KEYS.items() if holder == suffix],
                },
            }
        )

    def _pushed(self, key: str) -> Json:
        return {
            "conversionStrategy": "None",
            "match": {"secretKey": key, "remoteRef": {"remoteKey": self.link.remote_key(key)}},
            "metadata": {
                "apiVersion": "kubernetes.external-secrets.io/v1alpha1",
                "kind": "PushSecretMetadata",
                "spec": {"secretPushFormat": "string"},
            },
        }

    def _add_client_secret(self, store: SecretStore) -> None:
        source = SecretSource(keys={key: self.link.remote_key(key) for key in CERTIFICATE_KEYS})
        document = external_secret(self.link.client_secret, self.component.namespace_name, source, store, RELOADED)
        document["metadata"]["annotations"] = FIRST
        self.emit(document)
