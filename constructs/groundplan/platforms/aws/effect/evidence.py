"""What evidence reads of Amazon's kinds: where copies lie and how long, certificates, records, groups and ways out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.credentials.tls import covers
from groundplan.checks.exposure.facts import facts
from groundplan.checks.inventory import Object
from groundplan.kubernetes.addresses import holds
from groundplan.requirements.broken import WRONG
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked
from groundplan.requirements.relations.evidence import Breaks, CloudEvidence, Record, called

ACM, EC2, EKS = "acm.services.k8s.aws", "ec2.services.k8s.aws", "eks.services.k8s.aws"
ALB, DNS = "alb.ingress.kubernetes.io", "external-dns.alpha.kubernetes.io"
BUCKET, SECRET = ("s3.services.k8s.aws", "Bucket"), ("secretsmanager.services.k8s.aws", "Secret")
EVERYWHERE = "0.0.0.0/0"
GROUPS = "load-balancer-security-groups"

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9.-]+)/(?P<prefix>[^\s\"$]*)")
_LISTED = re.compile(r"--bucket (?P<bucket>\S+) --prefix (?P<prefix>\S+)")


def _trusts_nobody(document: dict[str, Any], told: str) -> None:
    if "assumeRolePolicyDocument" in document["spec"]:
        document["spec"]["assumeRolePolicyDocument"] = '{"Version": "2012-10-17", "Statement": []}'


def _permits_nothing(document: dict[str, Any], told: str) -> None:
    spec = document["spec"]
    if "policyDocument" in spec:
        spec["policyDocument"] = '{"Version": "2012-10-17", "Statement": []}'
    if "policies" in spec:
        spec["policies"] = []


def _for_somebody_else(document: dict[str, Any], told: str) -> None:
    for entry in document["spec"].get("podIdentityAssociations", []):
        entry["serviceAccount"] = WRONG


def _forgets_soon(document: dict[str, Any], told: str) -> None:
    for rule in document["spec"].get("lifecycle", {}).get("rules", []):
        if "expiration" in rule:
            rule["expiration"]["days"] = 1


def _forgets_log(document: dict[str, Any], told: str) -> None:
    if document["kind"] != BUCKET[1]:
        return
    rule = {"id": WRONG, "status": "Enabled", "filter": {"prefix": ""}, "expiration": {"days": 1}}
    document["spec"].setdefault("lifecycle", {}).setdefault("rules", []).append(rule)


def _replicates_nothing(document: dict[str, Any], told: str) -> None:
    if document["kind"] == BUCKET[1]:
        document["spec"].pop("replication", None)


def _without_tags(document: dict[str, Any], told: str) -> None:
    for provider in document["spec"]["provider"].values():
        provider.pop("sessionTagsPolicy", None)


def _is_for_others(document: dict[str, Any], told: str) -> None:
    if "domainName" in document["spec"]:
        document["spec"]["domainName"] = f"{WRONG}.example"


def _by_old_tls(document: dict[str, Any], told: str) -> None:
    notes = document["metadata"].get("annotations", {})
    if f"{ALB}/ssl-policy" in notes:
        notes[f"{ALB}/ssl-policy"] = "ELBSecurityPolicy-2016-08"


def _noted(note: str, value: str) -> Any:
    def change(document: dict[str, Any], told: str) -> None:
        notes = document["metadata"]["annotations"]
        if f"{DNS}/{note}" in notes:
            notes[f"{DNS}/{note}"] = value

    return change


def _one_zone(document: dict[str, Any], told: str) -> None:
    spec = document["spec"]
    if "subnetRefs" in spec and told != "node":
        spec["subnetRefs"] = spec["subnetRefs"][:1]
    if "scalingConfig" in spec and told == "node":
        spec["scalingConfig"] = {"minSize": 1, "maxSize": 1, "desiredSize": 1}


def _admits_nobody(document: dict[str, Any], told: str) -> None:
    if "ingressRules" in document["spec"]:
        document["spec"]["ingressRules"] = []


def _of_another_template(document: dict[str, Any], told: str) -> None:
    if "launchTemplate" in document["spec"]:
        document["spec"]["launchTemplate"] = {"name": WRONG}


def _in_other_groups(document: dict[str, Any], told: str) -> None:
    if "securityGroupIDs" in document["spec"].get("data", {}):
        document["spec"]["data"]["securityGroupIDs"] = [WRONG]


def _in_no_groups(document: dict[str, Any], told: str) -> None:
    document["spec"].get("data", {}).pop("securityGroupIDs", None)


def _by_another_table(document: dict[str, Any], told: str) -> None:
    if "routeTableRefs" in document["spec"]:
        document["spec"]["routeTableRefs"] = [{"from": {"name": WRONG}}]


def _no_way_out(document: dict[str, Any], told: str) -> None:
    if document["kind"] == "RouteTable":
        document["spec"]["routes"] = []


def _of_another_place(document: dict[str, Any], told: str) -> None:
    for field in ("subnetRef", "vpcRef"):
        if field in document["spec"]:
            document["spec"][field] = {"from": {"name": WRONG}}


class AwsEvidence(CloudEvidence):
    """Buckets, certificates, records of Route 53, security groups and routes."""

    breaks: Breaks = {
        "certificate": {"is for others": _is_for_others},
        "gateway": {"stands elsewhere": _of_another_place},
        "grant": {"permits nothing": _permits_nothing},
        "group": {"admits nobody": _admits_nobody},
        "keeping": {"forgets soon": _forgets_soon},
        "keeping-log": {"forgets soon": _forgets_log},
        "lender": {"is for somebody else": _for_somebody_else},
        "record": {
            "is like the other": _noted("aws-failover", WRONG),
            "stays whatever lives": _noted("aws-evaluate-target-health", "false"),
        },
        "replicating": {"replicates nothing": _replicates_nothing},
        "routing": {"leads nowhere": _no_way_out},
        "serving": {"speaks old TLS": _by_old_tls},
        "store": {"sends no tags": _without_tags},
        "subnet": {"has another table": _by_another_table},
        "template": {"gives no groups": _in_no_groups, "gives other groups": _in_other_groups},
        "templated": {"is of another template": _of_another_template},
        "trusting": {"trusts nobody": _trusts_nobody},
        "zones": {"has one": _one_zone},
    }

    def places(self, script: str) -> Iterator[tuple[str, str]]:
        """Whatever speaks S3, here or elsewhere."""
        for one in (_S3, _LISTED):
            yield from ((match["bucket"], match["prefix"]) for match in one.finditer(script))

    def bucket(self, asked: Asked, name: str) -> Object | None:
        """A bucket by its name in S3."""
        return next((item for item in asked.ground.world.of(*BUCKET) if item.spec.get("name") == name), None)

    def expiring(self, asked: Asked, bucket: Object, prefix: str) -> Iterator[int]:
        """Rules of its lifecycle."""
        if (bucket.group, bucket.kind) != BUCKET:
            return
        for rule in (bucket.spec.get("lifecycle") or {}).get("rules") or ():
            covers_it = prefix.startswith((rule.get("filter") or {}).get("prefix", ""))
            if rule.get("status") == "Enabled" and covers_it and "days" in (rule.get("expiration") or {}):
                yield int(rule["expiration"]["days"])

    def holding(self, asked: Asked, hosts: set[str], key: str) -> Iterator[Object]:
        """A secret for each key."""
        yield from (item for item in asked.ground.world.of(*SECRET) if key and item.spec.get("name") == key)

    def only_tls(self, ingress: Object) -> bool:
        """A load balancer that listens by TLS alone, with a policy of today."""
        notes = ingress.annotations
        if f"{ALB}/listen-ports" not in notes or notes.get(f"{ALB}/ssl-policy") not in facts().listeners:
            return False
        ports = json.loads(notes[f"{ALB}/listen-ports"])
        return all("HTTPS" in one for one in ports) and any(one.get("HTTPS") == 443 for one in ports)

    def certificate(self, asked: Asked, ingress: Object, host: str) -> Object | None:
        """One of Certificate Manager."""
        found = asked.ground.world.of(ACM, "Certificate", asked.ground.scope)
        return next((item for item in found if covers(str(item.spec.get("domainName")), host)), None)

    def record(self, ingress: Object) -> Record | None:
        """Failover records of Route 53."""
        notes = ingress.annotations
        role, name = notes.get(f"{DNS}/aws-failover"), notes.get(f"{DNS}/set-identifier")
        healthy = notes.get(f"{DNS}/aws-evaluate-target-health") == "true"
        return Record(role, name, healthy) if role is not None and name is not None else None

    def wears(self, asked: Asked, pool: str, group: str) -> bool | None:
        """By the launch template that nodes are made from."""
        world, scope = asked.ground.world, asked.ground.scope
        for item in world.of(EKS, "Nodegroup", scope):
            template = (item.spec.get("launchTemplate") or {}).get("name")
            for made in world.of(EC2, "LaunchTemplate", scope) if item.name == pool else ():
                if made.spec.get("name") == template:
                    asked.through(item, "templated")
                    asked.through(made, "template")
                    worn = [str(text) for text in (made.spec.get("data") or {}).get("securityGroupIDs") or ()]
                    known = [called(asked.ground, text) for text in worn]
                    return known == [group] or asked.no(
                        f"nodes of {pool} wear {', '.join(known) or 'no group of ours'}"
                    )
        return None

    def leads(self, asked: Asked, subnet: str, gateway: str) -> bool | None:
        """By the route tables that a subnet is given."""
        found = next(iter(_named(asked, "Subnet", subnet)), None)
        if found is None:
            return None
        asked.through(found, "subnet")
        ways = list(_ways_out(asked, found))
        refs = [way.get("natGatewayRef") or way.get("gatewayRef") or {} for way in ways]
        named = [str(ref.get("from", {}).get("name")) for ref in refs]
        if named != [gateway]:
            return asked.no(f"{subnet} goes out by {', '.join(named) or 'nothing'}")
        return _goes_out(asked, found, ways[0], gateway)

    def blocks(self, ground: Ground, labels: Mapping[str, str]) -> Iterator[str]:
        """Those of the subnets of node groups."""
        named: set[str] = set()
        for item in ground.world.of(EKS, "Nodegroup"):
            if item.scope == ground.scopes[1] and labels.items() <= (item.spec.get("labels") or {}).items():
                wanted = [entry["from"]["name"] for entry in item.spec.get("subnetRefs", [])]
                named |= {f"{item.namespace}/{name}" for name in wanted}
        subnets = ground.world.of(EC2, "Subnet")
        yield from (str(item.spec["cidrBlock"]) for item in subnets if f"{item.namespace}/{item.name}" in named)

    def replicates(self, asked: Asked, source: Ground, target: Ground, bucket: str, copy: str) -> bool:
        """By a rule of the bucket for everything, and both keep versions."""
        sending = [item for item in source.world.of(*BUCKET, source.scope) if item.spec.get("name") == bucket]
        taking = [item for item in target.world.of(*BUCKET, target.scope) if item.spec.get("name") == copy]
        for item in sending:
            asked.through(item, "replicating")
            for rule in (item.spec.get("replication") or {}).get("rules") or ():
                whole = not (rule.get("filter") or {}).get("prefix") and rule.get("status") == "Enabled"
                if whole and (rule.get("destination") or {}).get("bucket") == f"arn:aws:s3:::{copy}":
                    for other in taking:
                        asked.through(other, "replica")
                    return bool(taking)
        return False

    def admits(self, asked: Asked, leader: Ground, notes: Mapping[str, str], blocks: list[str], port: int) -> bool:
        """The security groups that a load balancer wears."""
        texts = [text for key, text in notes.items() if key.endswith(GROUPS)]
        return all(_admitted(asked, leader, name.strip(), blocks, port) for text in texts for name in text.split(","))


def _admitted(asked: Asked, leader: Ground, name: str, blocks: list[str], port: int) -> bool:
    for group in leader.world.of(EC2, "SecurityGroup"):
        if group.spec.get("name") == name and group.scope == leader.scopes[1]:
            asked.through(group, "group")
            ranges = [
                entry["cidrIP"]
                for rule in group.spec.get("ingressRules") or ()
                if rule.get("fromPort", 0) <= port <= rule.get("toPort", 65535)
                for entry in rule.get("ipRanges") or ()
            ]
            missing = [block for block in blocks if not any(holds(outer, block) for outer in ranges)]
            return not missing or asked.no(f"{group} admits no {', '.join(missing)} on port {port}")
    return asked.no(f"there is no security group {name}")


def _goes_out(asked: Asked, subnet: Object, way: Mapping[str, Any], gateway: str) -> bool:
    if "gatewayRef" in way:
        for item in _named(asked, "InternetGateway", gateway):
            asked.through(item, "gateway")
            network = (item.spec.get("vpcRef") or {}).get("from")
            return network == (subnet.spec.get("vpcRef") or {}).get("from") or asked.no(f"{item} is of another network")
        return asked.no(f"there is no gateway {gateway}")
    for item in _named(asked, "NATGateway", gateway):
        asked.through(item, "gateway")
        place = str((item.spec.get("subnetRef") or {}).get("from", {}).get("name"))
        address = str((item.spec.get("allocationRef") or {}).get("from", {}).get("name"))
        owned = list(_named(asked, "ElasticIPAddress", address))
        for one in owned:
            asked.through(one, "address")
        outside = [one for found in _named(asked, "Subnet", place) for one in _ways_out(asked, found)]
        public = bool(outside) and all("gatewayRef" in one for one in outside)
        return (bool(owned) and public) or asked.no(f"{item} has no address, or no way out of {place}")
    return asked.no(f"there is no gateway {gateway}")


def _named(asked: Asked, kind: str, name: str) -> Iterator[Object]:
    return (item for item in asked.ground.world.of(EC2, kind, asked.ground.scope) if item.name == name)


def _ways_out(asked: Asked, subnet: Object) -> Iterator[Mapping[str, Any]]:
    """Routes to everywhere of the tables that a subnet is given."""
    for entry in subnet.spec.get("routeTableRefs") or ():
        for table in _named(asked, "RouteTable", str(entry["from"]["name"])):
            asked.through(table, "routing")
            yield from (
                route for route in table.spec.get("routes") or () if route.get("destinationCIDRBlock") == EVERYWHERE
            )


CLOUD = AwsEvidence()
