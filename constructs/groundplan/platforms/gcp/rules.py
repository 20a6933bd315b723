"""What Google demands of its chapter: regions, zones, addresses and names it would refuse later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.secrets import remote_key
from groundplan.platforms.gcp.bucket_places import CONTINENTS, continent_of
from groundplan.platforms.gcp.chapter import Gcp
from groundplan.platforms.gcp.names import GcpKind, name_problem, nodes_account
from groundplan.platforms.gcp.words import POD_BLOCK
from groundplan.platforms.registry import platform_of
from groundplan.rules.addresses import blocks_apart, subnets_fit
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath

CHAPTER: YamlPath = ("platform", "gcp")

REGION = re.compile(r"^(africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+[0-9]{1,2}$")


def place(environment: Environment) -> Iterator[Problem]:
    """The region has Google's form, and every zone belongs to it."""
    region = environment.region
    if not REGION.match(region):
        what = f"`{region}` is not a region of Google Cloud"
        yield (*CHAPTER, "region"), "unknown-region", what, "write it like europe-west3"
        return
    for index, zone in enumerate(environment.zones):
        if not re.fullmatch(rf"{re.escape(region)}-[a-z]", zone):
            what = f"`{zone}` is not a zone of {region}"
            yield (*CHAPTER, "zones", index), "zone-elsewhere", what, f"write it like {region}-a"
    for index, further in enumerate(settings(environment).secret_manager.regions):
        if not REGION.match(further):
            path: YamlPath = (*CHAPTER, "secret_manager", "regions", index)
            yield path, "unknown-region", f"`{further}` is not a region of Google Cloud", "write it like europe-west3"


def cluster(environment: Environment) -> Iterator[Problem]:
    """Google knows the cluster's ServiceAccounts, because it is GKE's or by its issuer."""
    chapter = settings(environment)
    if not environment.has_cluster:
        return
    if (chapter.gke is None) == (chapter.issuer is None):
        what = "is there beside gke" if chapter.issuer is not None else "is missing, and the cluster is not GKE's"
        advice = "write gke for a cluster of Google's, or issuer for another"
        yield (*CHAPTER, "issuer"), "whose-tokens", what, advice
    if chapter.gke is None:
        if chapter.access:
            what = "is for GKE, and the cluster is made elsewhere"
            yield (*CHAPTER, "access"), "access-elsewhere", what, "remove it"
        return
    if chapter.network is None:
        yield (*CHAPTER, "network"), "gke-without-network", "is missing, and GKE stands in one", "describe it"
    for index, name in enumerate(chapter.gke.spot_pools):
        if name not in environment.cluster.node_pools:
            path: YamlPath = (*CHAPTER, "gke", "spot_pools", index)
            yield unknown(path, "missing-pool", "node pool", name, environment.cluster.node_pools)


def network(environment: Environment) -> Iterator[Problem]:
    """Subnets lie in the network and apart, pods and Services beside it, and nodes find where to stand."""
    net = settings(environment).network
    if net is None or not environment.has_cluster:
        return
    path: YamlPath = (*CHAPTER, "network")
    blocks = {name: subnet.cidr for name, subnet in net.subnets.items()}
    yield from subnets_fit((*path, "subnets"), net.cidr, blocks)
    beside = {(*path, "cidr"): ("the network", net.cidr), (*path, "pods"): ("pods", net.pods)}
    yield from blocks_apart({**beside, (*path, "services"): ("Services", net.services)}, "ranges-overlap")
    tiers = {subnet.tier for subnet in net.subnets.values()}
    if "app" not in tiers:
        yield (*path, "subnets"), "no-app-subnet", "has no subnet of tier app, where nodes stand", "add one"
    for name, pool in environment.cluster.node_pools.items():
        if pool.tier != "app":
            where: YamlPath = ("cluster", "node_pools", name, "tier")
            what = f"is {pool.tier}, and every node of a cluster stands in its app subnet"
            yield where, "missing-tier", what, "remove it, or write app"
    size = int(net.pods.partition("/")[2])
    if 2 ** (32 - size) < POD_BLOCK:
        what = f"{net.pods} holds {2 ** (32 - size)} addresses, and a node takes {POD_BLOCK}"
        yield (*path, "pods"), "pods-too-few", what, "write a larger block"


def names(environment: Environment) -> Iterator[Problem]:
    """Names are such as Google accepts, those made of others included."""
    chapter = settings(environment)
    name = environment.cluster.name
    kinds = {GcpKind.ACCOUNT: nodes_account(name)} if chapter.gke is not None else {GcpKind.POOL: name}
    for kind, made in {GcpKind.CLUSTER: name, **kinds}.items():
        problem = name_problem(made, kind)
        if problem is not None and environment.has_cluster:
            yield ("cluster", "name"), "cluster-name", problem, "write a shorter one that begins with a letter"
    for pool in environment.cluster.node_pools if chapter.gke is not None else ():
        if (problem := name_problem(pool, GcpKind.NODE_POOL)) is not None:
            yield ("cluster", "node_pools", pool), "pool-name", problem, "choose another name"
    for bucket in chapter.buckets:
        if (problem := name_problem(bucket, GcpKind.BUCKET)) is not None:
            yield (*CHAPTER, "buckets", bucket), "bucket-name", problem, "choose another name"


def buckets(environment: Environment) -> Iterator[Problem]:
    """A second region lies on the same continent; one that another environment has is not described here."""
    for name, bucket in settings(environment).buckets.items():
        path: YamlPath = (*CHAPTER, "buckets", name, "beside")
        region, beside = environment.region, bucket.beside
        if beside is None:
            continue
        if continent_of(region) not in CONTINENTS or continent_of(beside) != continent_of(region) or beside == region:
            what = f"`{beside}` is no second region beside {region}"
            yield path, "bucket-pair", what, "name another region of asia, europe or us, as the first one"


def dns_records(environment: Environment) -> Iterator[Problem]:
    """Records, public hosts and the edge's name lie in the zone."""
    chapter = settings(environment)
    if chapter.dns is None:
        if chapter.cdn is not None:
            what = "has a name, and no zone is described that it lies in"
            yield (*CHAPTER, "cdn", "host"), "outside-zone", what, "describe platform.gcp.dns"
        return
    named: list[tuple[YamlPath, str]] = [((*CHAPTER, "dns", "records", name), name) for name in chapter.dns.records]
    named += [(("hosts", name), host) for name, host in environment.hosts.items()]
    named += [((*CHAPTER, "cdn", "host"), chapter.cdn.host)] if chapter.cdn is not None else []
    for path, name in named:
        if name.rstrip(".") != chapter.dns.zone and not name.rstrip(".").endswith(f".{chapter.dns.zone}"):
            what = f"`{name}` is not in the zone {chapter.dns.zone}"
            yield path, "outside-zone", what, f"write a name that ends in {chapter.dns.zone}"


def edge(environment: Environment) -> Iterator[Problem]:
    """The bucket of static files is one of its own: whatever lies in it, anybody may read."""
    chapter = settings(environment)
    if chapter.cdn is None:
        return
    path: YamlPath = (*CHAPTER, "cdn", "bucket")
    if chapter.cdn.bucket not in chapter.buckets:
        yield unknown(path, "missing-bucket", "bucket", chapter.cdn.bucket, chapter.buckets)
    if chapter.cdn.host in environment.public_hosts:
        what = f"`{chapter.cdn.host}` is a host of the ingress too"
        yield (*CHAPTER, "cdn", "host"), "host-twice", what, "give the edge a name of its own"


def grants(environment: Environment) -> Iterator[Problem]:
    """A permission concerns a bucket that there is."""
    chapter = settings(environment)
    for name, grant in chapter.grants.items():
        if grant.bucket not in chapter.buckets:
            path: YamlPath = (*CHAPTER, "grants", name, "bucket")
            yield unknown(path, "missing-bucket", "bucket", grant.bucket, chapter.buckets)


def vault_keys(environment: Environment) -> Iterator[Problem]:
    """Keys are names that Secret Manager accepts, told apart from those of other systems by their beginning."""
    prefix = platform_of(environment).vault_folder
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for name, source in entries.items():
        for key, remote in source.keys.items():
            path: YamlPath = ("secrets", "entries", name, "keys", key)
            written, _ = remote_key(remote)
            if (problem := name_problem(written, GcpKind.SECRET)) is not None:
                advice = f"write {prefix}{re.sub(r'[^A-Za-z0-9_-]+', '-', written.removeprefix(environment.system)).strip('-')}"
                yield path, "secret-name", problem, advice
            elif not written.startswith(prefix):
                what = f"`{written}` does not start with `{prefix}`, by which systems of a project are told apart"
                yield path, "secret-outside-prefix", what, f"write {prefix}{written}"


def mirror(environment: Environment) -> Iterator[Problem]:
    """Artifact Registry keeps copies of one public registry in each repository, under another path."""
    if settings(environment).mirror:
        what = "is not known on Google Cloud, where a copy of a public image has another path"
        yield (*CHAPTER, "mirror"), "no-mirror", what, "remove it, and let images come from where they are published"


def settings(environment: Environment) -> Gcp:
    """The chapter; the rules here are asked of environments that have it."""
    assert environment.platform.gcp is not None
    return environment.platform.gcp


RULES = (place, cluster, network, names, buckets, dns_records, edge, grants, vault_keys, mirror)
"""Each rule looks at one demand."""
