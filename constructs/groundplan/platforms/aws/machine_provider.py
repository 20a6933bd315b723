"""Who makes EC2's machines on the management cluster. See https://cluster-api-aws.sigs.k8s.io/ ."""

from __future__ import annotations

from groundplan.cluster_api.infrastructure import Infrastructure
from groundplan.cluster_api.names import INFRASTRUCTURE
from groundplan.kubernetes.objects import Json

NAMESPACE = "capa-system"

IDENTITY: Json = {
    "apiVersion": f"{INFRASTRUCTURE}/v1beta2",
    "kind": "AWSClusterControllerIdentity",
    "metadata": {"name": "default"},
    "spec": {"allowedNamespaces": {"selector": {}}},
}
"""Lets clusters of every namespace be made with the controller's own identity; Argo CD's projects say whose those are."""

PROVIDER = Infrastructure(
    name="aws",
    namespace=NAMESPACE,
    releases={"1.11": "v2.10.3", "1.12": "v2.11.1", "1.13": "v2.11.1"},
    settings="capa-variables",
    variables={"AWS_B64ENCODED_CREDENTIALS": "Cg=="},  # no key: an empty line
    service_account="capa-controller-manager",
    permissions="make machines and load balancers, keep what machines start with in Secrets Manager, and iam:PassRole of "
    "the roles of machines to EC2",
    objects=(IDENTITY,),
)
