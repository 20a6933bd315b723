"""What AWS' own objects open to the Internet: buckets, security groups, addresses, and listeners of load balancers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.exposure.cloud import ANYWHERE, dangling, opened
from groundplan.checks.exposure.facts import facts
from groundplan.checks.exposure.reader import Doors
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.layout import docs_dir
from groundplan.platforms.aws.effect.public_names import public_names

EC2 = "ec2.services.k8s.aws"
ALB = "alb.ingress.kubernetes.io"
NLB = "service.beta.kubernetes.io/aws-load-balancer"
BOOTSTRAP = "bootstrap.md"


def boundaries(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Roles whose boundary nobody makes: AWS refuses them."""
    told: dict[str, str] = {}
    for item in inventory.by_kind.get(("iam.services.k8s.aws", "Role"), ()):
        name = str(item.spec.get("permissionsBoundary", "")).rpartition("/")[2]
        if item.system not in told:
            page = context.root / docs_dir(item.system) / BOOTSTRAP
            told[item.system] = page.read_text("utf-8") if page.is_file() else ""
        if name and f"--policy-name {name} " not in told[item.system]:
            message = f"is bounded by `{name}`, and {docs_dir(item.system) / BOOTSTRAP} has no command that makes it"
            advice = "render the page anew, or name a policy that people make"
            yield inventory.finding(item, ("spec", "permissionsBoundary"), "exposure.boundary", message, advice)


DOCUMENTS = frozenset({".well-known/openid-configuration", "openid/v1/jwks"})
"""What an issuer of tokens shows to everybody: who it is, and the public keys that it signs with.

See https://openid.net/specs/openid-connect-discovery-1_0.html .
"""


def issuers(inventory: Inventory) -> frozenset[str]:
    """Buckets of issuers that the account trusts, which show their two documents to everybody, and nothing else."""
    hosts = {
        str(item.spec.get("url", "")).removeprefix("https://").partition(".s3.")[0]
        for item in inventory.by_kind.get(("iam.services.k8s.aws", "OpenIDConnectProvider"), ())
    }
    found = inventory.by_kind.get(("s3.services.k8s.aws", "Bucket"), ())
    return frozenset(item.path for item in found if item.spec.get("name") in hosts and _shows_documents(item))


def _shows_documents(item: Object) -> bool:
    bucket = f"arn:aws:s3:::{item.spec.get('name')}/"
    allowed = [
        one for one in json.loads(item.spec.get("policy") or "{}").get("Statement", []) if one.get("Effect") == "Allow"
    ]
    places = {
        place
        for one in allowed
        for place in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }
    return all(one.get("Action") == "s3:GetObject" for one in allowed) and places <= {
        f"{bucket}{path}" for path in DOCUMENTS
    }


def buckets(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Policies of buckets that let everybody in."""
    on_purpose = issuers(inventory)
    for item in inventory.by_kind.get(("s3.services.k8s.aws", "Bucket"), ()):
        if item.path in on_purpose:
            continue
        for statement in json.loads(item.spec.get("policy") or "{}").get("Statement", []):
            if (
                statement.get("Effect") == "Allow"
                and statement.get("Principal") in ("*", {"AWS": "*"})
                and not statement.get("Condition")
            ):
                message = f"lets everybody {statement.get('Action')}"
                yield inventory.finding(item, ("spec", "policy"), "exposure.public", message, "name who may")


def firewalls(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Rules that let the whole Internet in where nothing public stands, or on other ports than the web's."""
    worn = _worn(inventory)
    for item in inventory.by_kind.get((EC2, "SecurityGroup"), ()):
        public = str(item.spec.get("name")) in worn
        for index, rule in enumerate(item.spec.get("ingressRules") or []):
            if any(entry.get("cidrIP") in ANYWHERE for entry in rule.get("ipRanges") or []):
                ports = range(int(rule.get("fromPort", 0)), int(rule.get("toPort", 65535)) + 1)
                yield from opened(inventory, item, ("spec", "ingressRules", index), ports, public=public)


def _worn(inventory: Inventory) -> set[str]:
    """Security groups of load balancers that are made for the public: of Ingresses, and of Services that charts bring."""
    found = {
        str(item.annotations.get(f"{ALB}/security-groups"))
        for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ())
        if item.annotations.get(f"{ALB}/scheme") == "internet-facing"
    }
    for release in inventory.releases:
        found |= set(_of_services(release.values))
    return found


def _of_services(values: object) -> Iterator[str]:
    """Groups that a chart's values have the load balancer controller put on a public load balancer."""
    if not isinstance(values, Mapping):
        return
    if values.get(f"{NLB}-scheme") == "internet-facing" and values.get(f"{NLB}-type") == "external":
        yield from str(values.get(f"{NLB}-security-groups", "")).split(",")
    for value in values.values():
        yield from _of_services(value)


def addresses(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Public addresses that no gateway goes out by."""
    return dangling(inventory, (EC2, "ElasticIPAddress"), [(EC2, "NATGateway")])


def listeners(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Load balancers' listeners: HTTPS alone, and from TLS 1.2."""
    for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
        if item.annotations.get(f"{ALB}/scheme") != "internet-facing":
            continue
        policy = item.annotations.get(f"{ALB}/ssl-policy", "")
        if policy not in facts().listeners:
            message = f"its listener takes `{policy or 'the oldest policy'}`, which begins below TLS 1.2"
            field = ("metadata", "annotations", f"{ALB}/ssl-policy")
            yield inventory.finding(item, field, "exposure.tls", message, f"write {min(facts().listeners)}")
        listed = json.loads(item.annotations.get(f"{ALB}/listen-ports", '[{"HTTP":80}]'))
        if any("HTTP" in entry for entry in listed) and f"{ALB}/ssl-redirect" not in item.annotations:
            field = ("metadata", "annotations", f"{ALB}/listen-ports")
            yield inventory.finding(item, field, "exposure.tls", "answers without TLS", 'write [{"HTTPS":443}]')


class AwsDoors(Doors):
    """Buckets, security groups, addresses and listeners."""

    kinds = (f"{EC2}/SecurityGroup", f"{EC2}/ElasticIPAddress", "route53.services.k8s.aws/HostedZone")
    judges = (boundaries, buckets, firewalls, addresses, listeners, public_names)

    def shown(self, inventory: Inventory) -> frozenset[str]:
        """Buckets of issuers."""
        return issuers(inventory)

    def answers_itself(self, ingress: Object, service: str, port: Mapping[str, Any]) -> bool:
        """Where an annotation gives the path a response of its own."""
        action = json.loads(ingress.annotations.get(f"{ALB}/actions.{service}", "{}"))
        return action.get("type") == "fixed-response" and port.get("name") == "use-annotation"


READER = AwsDoors
