"""How people reach an API server of EKS that has a private address only: through the bastion, by Session Manager.

See https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.markdown import section, shell
from groundplan.model.environment import Environment

PORT = 8443
"""Local end of the tunnel."""


def way_in(environment: Environment) -> list[str]:
    """The tunnel to one cluster; nothing where no bastion is described."""
    cloud = environment.platform.aws
    network = cloud.network if cloud is not None else None
    if network is None or network.bastion is None:
        return []
    if environment.cluster.cluster_api is not None:
        return _to_machines(environment)
    name, region, port = environment.cluster.name, environment.region, PORT
    describe = f"aws eks describe-cluster --region {region} --name {name} --output text --query"
    return [
        section(
            f"The way in to {name}",
            "The API server has a private address. The bastion leads there by Session Manager, which the role of who works "
            "must allow; leave the tunnel open in a terminal of its own, and give a second one another port:",
            shell(
                f"bastion=$(kubectl --context {MANAGEMENT} --namespace {management_namespace(environment)} "
                "get instances.ec2.services.k8s.aws bastion --output jsonpath={.status.instanceID})",
                f"server=$({describe} cluster.endpoint | cut -d/ -f3)",
                f'aws ssm start-session --region {region} --target "$bastion" '
                "--document-name AWS-StartPortForwardingSessionToRemoteHost "
                f'--parameters "host=$server,portNumber=443,localPortNumber={port}"',
            ),
            "Then send the context through it:",
            shell(
                f'kubectl config set-cluster "$({describe} cluster.arn)" --server https://localhost:{port} '
                f'--tls-server-name "$({describe} cluster.endpoint | cut -d/ -f3)"'
            ),
            level=3,
        )
    ]


API = 6443
"""Where machines have their API server."""


def _to_machines(environment: Environment) -> list[str]:
    """The tunnel to the load balancer that Cluster API made."""
    name, namespace = environment.cluster.name, management_namespace(environment)
    management = f"kubectl --context {MANAGEMENT} --namespace {namespace} get"
    clusters = f"{management} awsclusters.infrastructure.cluster.x-k8s.io {name}"
    return [
        section(
            f"The way in to {name}",
            "The API server has a private address. The bastion leads there by Session Manager, which the role of who works "
            "must allow; leave the tunnel open in a terminal of its own, and give a second one another port:",
            shell(
                f"bastion=$({management} instances.ec2.services.k8s.aws bastion --output jsonpath={{.status.instanceID}})",
                f"server=$({clusters} --output jsonpath={{.spec.controlPlaneEndpoint.host}})",
                f'aws ssm start-session --region {environment.region} --target "$bastion" '
                "--document-name AWS-StartPortForwardingSessionToRemoteHost "
                f'--parameters "host=$server,portNumber={API},localPortNumber={PORT}"',
            ),
            "Then send the context through it:",
            shell(
                f"kubectl config set-cluster {name} --server https://localhost:{PORT} "
                f'--tls-server-name "$({clusters} --output jsonpath={{.spec.controlPlaneEndpoint.host}})"'
            ),
            level=3,
        )
    ]


def closed(own: Sequence[Mapping[str, Any]]) -> str:
    """A private API server whose security groups admit no machine that people reach."""
    machines = {item["metadata"]["name"] for item in own if item["kind"] == "Instance"}
    groups = {item["metadata"]["name"]: item for item in own if item["kind"] == "SecurityGroup"}
    for cluster in (item for item in own if item["kind"] == "Cluster" and "eks." in item["apiVersion"]):
        network = cluster["spec"].get("resourcesVPCConfig", {})
        if network.get("endpointPublicAccess", True):
            continue
        worn = [ref["from"]["name"] for ref in network.get("securityGroupRefs", [])]
        admitted = {name for group in worn for name in _admitted(groups.get(group, {}))}
        if not admitted & machines:
            return f"{', '.join(worn) or 'its security group'} admits no machine that people reach"
    return ""


def _admitted(group: Mapping[str, Any]) -> Iterator[str]:
    """Groups whose members may connect."""
    for rule in group.get("spec", {}).get("ingressRules", ()):
        for pair in rule.get("userIDGroupPairs", ()):
            yield str(pair.get("groupRef", {}).get("from", {}).get("name", ""))
