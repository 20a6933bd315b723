"""A cluster of machines is judged by every gate, and each sees what can go wrong with one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from groundplan.checks.runner import check
from groundplan.errors import Severity

SYSTEM = "machines"
LIVE = f"dist/{SYSTEM}/live"
JUDGED = ("capacity", "cold_start", "exposure", "identity", "reachability", "references", "schema", "support")


def the_file(root: Path, pattern: str) -> Path:
    found = sorted(root.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def broken(root: Path, pattern: str, before: str, after: str) -> None:
    """One text of one file is another."""
    file = the_file(root, pattern)
    text = file.read_text("utf-8")
    assert re.search(before, text), f"{file.name} has no {before}"
    file.write_text(re.sub(before, after, text, count=1), "utf-8")


def test_it_passes_every_gate(rendered: Path) -> None:
    report = check(rendered, [SYSTEM], workers=1)

    assert [str(item) for item in report.findings if item.severity is Severity.ERROR] == []
    results = {result.name: result for result in report.results}
    assert all(results[name].judged for name in JUDGED)


CASES = {
    "cold_start: no network for pods": (
        "cold_start", "argocd/machines/live/applications/Application-tigera-operator-live.yaml", None, "",
        "a network for pods, without which no node is ready",
    ),
    "cold_start: nobody asks the cloud who its machines are": (
        "cold_start", "argocd/machines/live/applications/Application-aws-cloud-controller-manager-live.yaml", None, "",
        "takes the taint from its nodes",
    ),
    "cold_start: the pod network is left to Argo CD, which needs nodes": (
        "cold_start", "docs/systems/machines/bootstrap.md", r"groundplan values machines/live tigera-operator .*\n", "",
        "waits for",
    ),
    "identity: the API server signs as somebody else": (
        "identity", f"{LIVE}/cluster/*/KubeadmControlPlane-machines.yaml",
        r"value: https://machines-issuer-111122223333", "value: https://another-issuer-111122223333",
        "signs as another-issuer",
    ),
    "identity: the webhook tells pods another role": (
        "identity", "argocd/machines/live/applications/Application-amazon-eks-pod-identity-webhook-live.yaml",
        r"role/machines-live-aws-ebs-csi-driver", "role/machines-live-external-secrets",
        "is told to take",
    ),
    "identity: nobody trusts the issuer": (
        "identity", f"{LIVE}/cluster/*/OpenIDConnectProvider*.yaml", r"url: https://machines-issuer", "url: https://other-issuer",
        "is no identity provider of the account",
    ),
    "identity: machines may not read what they start with": (
        "identity", f"{LIVE}/cluster/*/Policy*-nodes.yaml", r"secretsmanager:GetSecretValue", "secretsmanager:ListSecrets",
        "secretsmanager",
    ),
    "identity: the API server is told of no people": (
        "identity", f"{LIVE}/cluster/*/KubeadmControlPlane-machines.yaml", r"name: oidc-issuer-url", "name: oidc-issuer",
        "is not told of people: it has no oidc-issuer-url",
    ),
    "identity: a provider may call people what Kubernetes calls its own": (
        "identity", f"{LIVE}/cluster/*/KubeadmControlPlane-machines.yaml",
        r"(name: oidc-username-prefix\n\s+value: )'?people:'?", r"\1'-'", "names of Kubernetes' own",
    ),
    "references: a pool of machines that nothing describes": (
        "references", f"{LIVE}/cluster/*/MachineDeployment-app-1.yaml", r"name: app-1-[0-9a-f]{8}", "name: app-1-00000000",
        "app-1-00000000",
    ),
    "references: an encryption key that nobody makes": (
        "references", f"{LIVE}/cluster/*/KubeadmControlPlane-machines.yaml",
        r"name: encryption-at-rest", "name: encryption-elsewhere", "encryption-elsewhere",
    ),
    "support: a Kubernetes that has ended": (
        "support", f"{LIVE}/cluster/*/KubeadmControlPlane-machines.yaml", r"version: v1\.32\.\d+", "version: v1.27.16",
        "1.27",
    ),
    "schema: a field that its kind does not have": (
        "schema", f"{LIVE}/cluster/*/AWSCluster-machines.yaml", r"sshKeyName:", "sshKeyNames:", "sshKeyNames",
    ),
    "exposure: the issuer shows more than its two documents": (
        "exposure", f"{LIVE}/cluster/*/Bucket*.yaml", r"/openid/v1/jwks", "/*", "lets everybody",
    ),
    "exposure: a machine's group admits the Internet": (
        "exposure", f"{LIVE}/network/*/SecurityGroup-api-server.yaml", r"cidrIP: 10\.250\.0\.0/16", "cidrIP: 0.0.0.0/0",
        "lets the whole Internet in",
    ),
    "exposure: the way in wears another group": (
        "exposure", "argocd/machines/live/applications/Application-ingress-nginx-live.yaml",
        r"aws-load-balancer-security-groups: machines-alb", "aws-load-balancer-security-groups: elsewhere",
        "lets the whole Internet in on port 443, and nothing public stands there",
    ),
    "exposure: nobody makes the load balancer of the way in": (
        "exposure", "argocd/machines/live/applications/Application-ingress-nginx-live.yaml",
        r"aws-load-balancer-type: external", "aws-load-balancer-type: internal",
        "lets the whole Internet in on port 443, and nothing public stands there",
    ),
    "identity: copies of the cluster may not be deleted": (
        "identity", f"{LIVE}/cloud/*/Policy*velero.yaml", r"s3:DeleteObject", "s3:GetObjectAcl",
        "s3:DeleteObject",
    ),
    "identity: copies of the cluster lie in another bucket": (
        "identity", f"{LIVE}/cluster-backup/velero/BackupStorageLocation-default.yaml", r"bucket: machines-copies", "bucket: another",
        "another",
    ),
    "intent: copies are kept for a day": (
        "intent", f"{LIVE}/cluster-backup/velero/Schedule-monthly.yaml", r"ttl: 8760h0m0s", "ttl: 24h0m0s", "24h0m0s",
    ),
    "intent: nobody tries the newest copy": (
        "intent", f"{LIVE}/cluster-backup/velero/Role-restore-test.yaml", r"\bcreate\b", "watch", "nobody who may ask for restores",
    ),
    "capacity: machines too small for what stands on them": (
        "capacity", f"{LIVE}/cluster/*/AWSMachineTemplate-control-plane-*.yaml", r"instanceType: m6i\.xlarge", "instanceType: z9.tiny",
        "z9.tiny",
    ),
}  # fmt: skip
"""What is broken to the gate, the file, what stands there (None for the whole file), what instead, and what is said."""


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_seen(case: str, tree: Path) -> None:
    gate, pattern, before, after, said = CASES[case]
    if before is None:
        the_file(tree, pattern).unlink()
    else:
        broken(tree, pattern, before, after)

    report = check(tree, [SYSTEM], gates=[gate], workers=1)
    told = [str(item) for item in report.findings if item.severity in (Severity.ERROR, Severity.NOT_JUDGED)]

    assert any(said in line for line in told), told
