"""What databases of CloudNativePG ask of the network: followers, and the load balancers they come in by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cloud import Cloud, clouds
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import Flow
from groundplan.checks.reachability.network import Block

HOST_NAME = "external-dns.alpha.kubernetes.io/hostname"
PORT = 5432


class Databases(Cloud):
    """What databases ask of the network around them."""

    def balanced(self, cluster: Cluster) -> Iterator[Flow]:
        """Whoever a load balancer of a database admits, and the balancer itself, which asks whether it is well."""
        for database in cluster.of_kind("postgresql.cnpg.io", "Cluster"):
            instances = cluster.select([database.namespace], {"cnpg.io/cluster": database.name})
            for name, metadata, spec in _balancers(database):
                at = (database, ("spec", "managed"))
                annotations = metadata.get("annotations", {})
                asked = {port for cloud in clouds() if (port := cloud.health_port(annotations)) is not None}
                for pods in instances:
                    for block in spec.get("loadBalancerSourceRanges", []):
                        yield Flow(Block(block, block), pods, PORT, f"{name} admits {block}", at=at)
                    for block, port in product(cluster.around.internal, asked):
                        sender = Block(block, f"the load balancer's subnet {block}")
                        yield Flow(sender, pods, port, f"{name} asks there whether it is well", at=at)

    def followed(self, cluster: Cluster, hosts: Mapping[str, tuple[str, ...]]) -> Iterator[Flow]:
        """A follower's instances connect to the one they follow; `hosts` is where each name leads."""
        for database in cluster.of_kind("postgresql.cnpg.io", "Cluster"):
            instances = cluster.select([database.namespace], {"cnpg.io/cluster": database.name})
            for other in database.spec.get("externalClusters", []):
                host = other.get("connectionParameters", {}).get("host")
                for block in hosts.get(host, ()):
                    target = Block(block, host)
                    why = f"{database} follows {other['name']}"
                    yield from (Flow(pods, target, PORT, why) for pods in instances)

    def public_names(
        self, objects: Mapping[str, tuple[Object, ...]], internal: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Host name of every load balancer of a database, to the address blocks where it stands."""
        return {
            metadata["annotations"][HOST_NAME]: internal.get(cluster, ())
            for cluster, items in objects.items()
            for item in items
            if (item.group, item.kind) == ("postgresql.cnpg.io", "Cluster")
            for _, metadata, _ in _balancers(item)
            if HOST_NAME in metadata.get("annotations", {})
        }


def _balancers(database: Object) -> Iterator[tuple[str, Mapping[str, dict[str, str]], Mapping[str, list[str]]]]:
    services = database.spec.get("managed", {}).get("services", {}).get("additional", [])
    for service in services:
        template = service["serviceTemplate"]
        if template.get("spec", {}).get("type") == "LoadBalancer":
            yield template["metadata"]["name"], template["metadata"], template["spec"]


READER = Databases
