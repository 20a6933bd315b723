"""What AWS demands of its chapter: regions, zones, subnets, names and ids it would refuse later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.model.backups import USUAL_PREFIX
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.platforms.aws.chapter import DAY, Aws, Network
from groundplan.platforms.aws.words import CONTROLLERS
from groundplan.platforms.registry import platform_of
from groundplan.rules.addresses import subnets_fit
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath

CHAPTER: YamlPath = ("platform", "aws")

AWS_REGION = re.compile(
    r"^(af|ap|ca|eu|il|me|mx|sa|us)-(central|east|north|northeast|northwest|south|southeast|southwest|west)-\d$"
)
AWS_IMAGE = re.compile(r"^ami-[0-9a-f]{8}([0-9a-f]{9})?$")
BUCKET_LIMITS = (3, 63)


def place(environment: Environment) -> Iterator[Problem]:
    """The region has AWS' form, and every zone belongs to it."""
    region = environment.region
    if not AWS_REGION.match(region):
        what = f"`{region}` is not an AWS region"
        yield (*CHAPTER, "region"), "unknown-region", what, "write it like us-east-1"
        return
    for index, zone in enumerate(environment.zones):
        if not re.fullmatch(rf"{re.escape(region)}[a-z]", zone):
            what = f"`{zone}` is not a zone of {region}"
            yield (*CHAPTER, "zones", index), "zone-elsewhere", what, f"write it like {region}a"


def subnets(environment: Environment) -> Iterator[Problem]:
    """Subnets lie in the network and apart, in a zone and for nodes that there are."""
    network = settings(environment).network
    if network is None:
        return
    path: YamlPath = (*CHAPTER, "network", "subnets")
    yield from subnets_fit(path, network.cidr, {name: subnet.cidr for name, subnet in network.subnets.items()})
    for name, subnet in network.subnets.items():
        if subnet.zone > len(environment.zones):
            what = f"zone {subnet.zone} of {len(environment.zones)}"
            yield (*path, name, "zone"), "missing-zone", what, "add the zone to platform.aws.zones"
    yield from _places(environment, network)


def _places(environment: Environment, network: Network) -> Iterator[Problem]:
    """What stands in the network finds its subnets."""
    tiers = {subnet.tier for subnet in network.subnets.values()}
    for name, pool in environment.cluster.node_pools.items():
        if pool.tier not in tiers:
            yield unknown(("cluster", "node_pools", name, "tier"), "missing-tier", "subnet tier", pool.tier, tiers)
    if network.bastion is not None and network.bastion.subnet not in network.subnets:
        path: YamlPath = (*CHAPTER, "network", "bastion", "subnet")
        yield unknown(path, "missing-subnet", "subnet", network.bastion.subnet, network.subnets)


def machines(environment: Environment) -> Iterator[Problem]:
    """What only EKS understands, and what needs pods with addresses of the network, has no place beside machines."""
    aws = settings(environment)
    if environment.cluster.cluster_api is None or not environment.has_cluster:
        return
    if aws.network is None:
        yield (*CHAPTER, "network"), "missing", "is missing, and machines stand in it", "describe it"
    for key in ("access", "addons", "api_cidrs"):
        if getattr(aws, key):
            what = "is a setting of EKS, and the cluster is made of machines"
            yield (*CHAPTER, key), "no-effect", what, "remove it"
    if aws.network is not None and aws.network.peers:
        what = "lead to databases by the addresses of their pods, which machines do not share with the network"
        yield (*CHAPTER, "network", "peers"), "no-effect", what, "remove them"
    if environment.ingress is not None and environment.ingress.type == "alb":
        what = "sends to the addresses of pods, which only the cluster itself knows"
        yield ("ingress", "type"), "no-way-in", f"`alb` {what}", "write nginx"


def eks(environment: Environment) -> Iterator[Problem]:
    """EKS and a control plane of machines want two zones, and what leaves a zone through NAT needs a public subnet there."""
    network = settings(environment).network
    if network is None or not environment.has_cluster:
        return
    path: YamlPath = (*CHAPTER, "network", "subnets")
    zones = {
        tier: {subnet.zone for subnet in network.subnets.values() if subnet.tier == tier}
        for tier in ("public", "app", "db")
    }
    if len(zones["app"]) < 2:
        what = f"app subnets stand in {len(zones['app'])} of the two zones EKS wants"
        yield path, "one-zone", what, "add an app subnet in another zone"
    if not zones["public"]:
        yield path, "no-public-subnet", "nothing leads out of the network", "add a public subnet in each zone"
    elif network.nat == "per-zone":
        for zone in sorted((zones["app"] | zones["db"]) - zones["public"]):
            what = f"zone {zone} has private subnets and no public one for its NAT gateway"
            yield path, "no-public-subnet", what, "add a public subnet in that zone, or write nat: single"
    if network.bastion is not None and not AWS_IMAGE.match(network.bastion.image):
        yield (
            (*CHAPTER, "network", "bastion", "image"),
            "not-an-image",
            f"`{network.bastion.image}` is not a machine image",
            "write it like ami-0123456789abcdef0",
        )
    if network.bastion is not None and network.bastion.subnet in network.subnets:
        tier = network.subnets[network.bastion.subnet].tier
        if tier != "public":
            what = f"`{network.bastion.subnet}` is a subnet of tier {tier}"
            yield (*CHAPTER, "network", "bastion", "subnet"), "hidden-bastion", what, "name a public subnet"


def buckets(environment: Environment) -> Iterator[Problem]:
    """Names the object store accepts, and ages in whole days."""
    cloud = settings(environment)
    low, high = BUCKET_LIMITS
    for name in cloud.buckets:
        if not low <= len(name) <= high:
            what = f"`{name}` has {len(name)} characters, bucket names have {low} to {high}"
            yield (*CHAPTER, "buckets", name), "bucket-name", what, "choose another name"
        if name.startswith(("xn--", "sthree-")) or name.endswith(("-s3alias", "--ol-s3")):
            what = f"`{name}` begins or ends with what S3 keeps for itself"
            yield (*CHAPTER, "buckets", name), "bucket-name", what, "choose another name"
    network = cloud.network
    if network is not None and (
        whole_seconds(network.flow_logs_keep) < DAY or whole_seconds(network.flow_logs_keep) % DAY
    ):
        what = f"`{network.flow_logs_keep}` is not a whole number of days"
        yield (*CHAPTER, "network", "flow_logs_keep"), "not-days", what, "write it like 90d"


def dns_records(environment: Environment) -> Iterator[Problem]:
    """Records and public hosts lie in the zone."""
    dns = settings(environment).dns
    if dns is None:
        return
    named: list[tuple[YamlPath, str]] = [((*CHAPTER, "dns", "records", name), name) for name in dns.records]
    named += [(("hosts", name), host) for name, host in environment.hosts.items()]
    for path, name in named:
        if name.rstrip(".") != dns.zone and not name.rstrip(".").endswith(f".{dns.zone}"):
            yield (
                path,
                "outside-zone",
                f"`{name}` is not in the zone {dns.zone}",
                f"write a name that ends in {dns.zone}",
            )


def grants(environment: Environment) -> Iterator[Problem]:
    """A permission concerns a bucket that there is."""
    aws = settings(environment)
    for name, grant in aws.grants.items():
        if grant.bucket is not None and grant.bucket not in aws.buckets:
            path: YamlPath = (*CHAPTER, "grants", name, "bucket")
            yield unknown(path, "missing-bucket", "bucket", grant.bucket, aws.buckets)


def vault_keys(environment: Environment) -> Iterator[Problem]:
    """The role that reads the vault may read what begins with its prefix."""
    prefix = platform_of(environment).vault_folder
    entries = environment.secrets.entries if environment.secrets is not None else {}
    for name, source in entries.items():
        for key, remote in source.keys.items():
            if not remote.startswith(prefix):
                yield (
                    ("secrets", "entries", name, "keys", key),
                    "secret-outside-prefix",
                    f"`{remote}` does not start with `{prefix}`, which is all the store may read",
                    f"write {prefix}{remote.rpartition('/')[2]}",
                )


def controllers(environment: Environment) -> Iterator[Problem]:
    """AWS' own controllers, on whichever cluster they run, know their region."""
    named = CONTROLLERS & set(environment.cluster.controllers)
    if named and environment.platform.aws is None and not AWS_REGION.match(environment.region):
        what = f"`{environment.region}` is not an AWS region, and the controllers of AWS need one"
        yield ("platform", environment.platform_name, "region"), "unknown-region", what, "write it like us-east-1"


def settings(environment: Environment) -> Aws:
    """The chapter; the rules here are asked of environments that have it."""
    assert environment.platform.aws is not None
    return environment.platform.aws


def copies(environment: Environment) -> Iterator[Problem]:
    """What arrives from another region keeps its names, and two clusters that write below one prefix spoil both copies."""
    backups, aws = environment.backups, environment.platform.aws
    bucket = aws.buckets.get(backups.bucket) if aws is not None and backups is not None else None
    if bucket is None or bucket.replica_of is None or backups is None or backups.prefix != USUAL_PREFIX:
        return
    what = f"is `{backups.prefix}`, below which copies arrive from {bucket.replica_of}"
    yield ("backups", "prefix"), "copies-meet", what, "write a prefix of its own"


RULES = (place, subnets, machines, eks, buckets, copies, dns_records, grants, vault_keys)
"""Each rule looks at one demand."""
