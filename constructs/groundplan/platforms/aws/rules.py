"""What the provider demands of the cloud chapter: regions, zones, subnets, names and ids it would refuse later."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.model.cloud import DAY
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]

AWS_REGION = re.compile(
    r"^(af|ap|ca|eu|il|me|mx|sa|us)-(central|east|north|northeast|northwest|south|southeast|southwest|west)-\d$"
)
AWS_ACCOUNT = re.compile(r"^[0-9]{12}$")
AWS_IMAGE = re.compile(r"^ami-[0-9a-f]{8}([0-9a-f]{9})?$")
BUCKET_LIMITS = (3, 63)


def aws_account(environment: Environment) -> Iterator[Problem]:
    """Account and region have AWS' form, and every zone belongs to the region."""
    if environment.cluster.provider != "aws":
        return
    if environment.cloud is not None and not AWS_ACCOUNT.match(environment.cloud.account):
        what = f"`{environment.cloud.account}` is not an AWS account"
        yield ("cloud", "account"), "not-an-account", what, "write the 12 digits in quotes"
    region = environment.cluster.region
    if not AWS_REGION.match(region):
        what = f"`{region}` is not an AWS region"
        yield ("cluster", "region"), "unknown-region", what, "write it like us-east-1"
        return
    for index, zone in enumerate(environment.cluster.zones):
        if not re.fullmatch(rf"{re.escape(region)}[a-z]", zone):
            what = f"`{zone}` is not a zone of {region}"
            yield ("cluster", "zones", index), "zone-elsewhere", what, f"write it like {region}a"


def aws_network(environment: Environment) -> Iterator[Problem]:
    """EKS wants two zones, and what leaves a zone through NAT needs a public subnet there."""
    network = environment.cloud.network if environment.cloud is not None else None
    if network is None or environment.cluster.provider != "aws" or not environment.has_cluster:
        return
    path: YamlPath = ("cloud", "network", "subnets")
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
            ("cloud", "network", "bastion", "image"), "not-an-image", f"`{network.bastion.image}` is not a machine image",
            "write it like ami-0123456789abcdef0",
        )  # fmt: skip
    if network.bastion is not None and network.bastion.subnet in network.subnets:
        tier = network.subnets[network.bastion.subnet].tier
        if tier != "public":
            what = f"`{network.bastion.subnet}` is a subnet of tier {tier}"
            yield ("cloud", "network", "bastion", "subnet"), "hidden-bastion", what, "name a public subnet"


def buckets(environment: Environment) -> Iterator[Problem]:
    """Names the object store accepts, and ages in whole days."""
    cloud = environment.cloud
    low, high = BUCKET_LIMITS
    for name in cloud.buckets if cloud is not None else ():
        if not low <= len(name) <= high:
            what = f"`{name}` has {len(name)} characters, bucket names have {low} to {high}"
            yield ("cloud", "buckets", name), "bucket-name", what, "choose another name"
        if name.startswith(("xn--", "sthree-")) or name.endswith(("-s3alias", "--ol-s3")):
            what = f"`{name}` begins or ends with what S3 keeps for itself"
            yield ("cloud", "buckets", name), "bucket-name", what, "choose another name"
    network = cloud.network if cloud is not None else None
    if network is not None and (
        whole_seconds(network.flow_logs_keep) < DAY or whole_seconds(network.flow_logs_keep) % DAY
    ):
        what = f"`{network.flow_logs_keep}` is not a whole number of days"
        yield ("cloud", "network", "flow_logs_keep"), "not-days", what, "write it like 90d"


def dns_records(environment: Environment) -> Iterator[Problem]:
    """Records and public hosts lie in the zone."""
    dns = environment.cloud.dns if environment.cloud is not None else None
    if dns is None:
        return
    named: list[tuple[YamlPath, str]] = [(("cloud", "dns", "records", name), name) for name in dns.records]
    named += [(("hosts", name), host) for name, host in environment.hosts.items()]
    for path, name in named:
        if name.rstrip(".") != dns.zone and not name.rstrip(".").endswith(f".{dns.zone}"):
            yield (
                path,
                "outside-zone",
                f"`{name}` is not in the zone {dns.zone}",
                f"write a name that ends in {dns.zone}",
            )


CLOUD_RULES = (aws_account, aws_network, buckets, dns_records)
"""Each rule looks at one demand of the provider."""
