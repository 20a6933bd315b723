"""How a cluster of AWS' comes up from nothing, and certificates that its controller calls ready before they are.

See https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html .

EKS hands a pod the credentials of its association when the pod is created, and never later. See
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html .
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from groundplan.checks.cold_start.cloud import Cloud
from groundplan.checks.cold_start.events import ready
from groundplan.checks.cold_start.page import Steps
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.inventory import Object

CERTIFICATE = ("acm.services.k8s.aws", "Certificate")
EKS = "eks.services.k8s.aws"
RECORD = ("route53.services.k8s.aws", "RecordSet")


class AwsStart(Cloud):
    """Control plane, node groups and associations are objects of their own."""

    control_planes = frozenset({(EKS, "Cluster")})
    node_groups = frozenset({(EKS, "Nodegroup")})
    identities = frozenset({(EKS, "PodIdentityAssociation")})

    def add_proofs(self, scene: Scene, plan: Plan, steps: Steps) -> None:
        """An Ingress whose hosts have such a certificate waits for the record that proves it."""
        ingresses = scene.inventory.by_kind.get(("networking.k8s.io", "Ingress"), ())
        for certificate in scene.inventory.by_kind.get(CERTIFICATE, ()):
            domain = str(certificate.spec.get("domainName", ""))
            issued = plan.happens(
                ("issued", certificate), Need((ready(certificate),), f"{certificate}", Place(certificate))
            )
            plan.happens(
                issued,
                Need(
                    _proofs(scene, steps, certificate, domain),
                    f"the record that proves {domain}",
                    Place(certificate, ("spec", "domainName")),
                    "render it, or have the bootstrap page read it from the certificate's status",
                ),
            )
            for ingress in ingresses:
                hosts = [str(rule.get("host", "")) for rule in ingress.spec.get("rules") or ()]
                if ingress.scope == certificate.scope and any(fnmatchcase(host, domain) for host in hosts):
                    need = Need((issued,), f"{certificate} to be issued", Place(ingress, ("spec", "rules")))
                    plan.happens(ready(ingress), need)


def _proofs(scene: Scene, steps: Steps, certificate: Object, domain: str) -> tuple[Event, ...]:
    """A rendered record below the domain, or the step that reads what it must say."""
    ending = f".{domain.removeprefix('*.')}."
    records = [
        ready(item)
        for item in scene.inventory.by_kind.get(RECORD, ())
        if str(item.spec.get("name", "")).startswith("_") and str(item.spec.get("name", "")).endswith(ending)
    ]
    asked = [
        step.done
        for step in steps.all
        if step.given.words[:1] == ("get",)
        and certificate.name in step.given.words
        and step.namespace == certificate.namespace
        and steps.cluster(step) == certificate.cluster
    ]
    return (*records, *asked)


READER = AwsStart
