"""A namespace that many must know has one name, and the catalogue installs what it is called after there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import groundplan
from groundplan.addons.catalogue import catalogue
from groundplan.kubernetes import namespaces

INSTALLED = {
    namespaces.ACK: "ack-s3",
    namespaces.ARGO_CD: "argo-cd",
    namespaces.ARGO_ROLLOUTS: "argo-rollouts",
    namespaces.CERT_MANAGER: "cert-manager",
    namespaces.CLOUDNATIVE_PG: "cloudnative-pg",
    namespaces.GATEKEEPER: "gatekeeper",
    namespaces.INGRESS_NGINX: "ingress-nginx",
    namespaces.ISTIO_INGRESS: "istio-gateway",
    namespaces.ELASTIC: "eck-operator",
    namespaces.MONITORING: "kube-prometheus-stack",
}

NOT_ALSO_AN_ADD_ON = {*INSTALLED, namespaces.KUBE_SYSTEM} - {*catalogue()} - {"argocd", "monitoring"}
"""Names that mean a namespace and nothing else; `argocd` and `monitoring` are components too."""


@pytest.mark.parametrize(("namespace", "add_on"), INSTALLED.items(), ids=INSTALLED)
def test_the_catalogue_installs_it_there(namespace: str, add_on: str) -> None:
    assert catalogue()[add_on].namespace == namespace


def test_no_other_module_of_the_house_spells_one() -> None:
    source = Path(groundplan.__file__).parent
    elsewhere = (file for file in source.rglob("*.py") if file != source / "kubernetes/namespaces.py")

    spelling = {
        (file.relative_to(source).as_posix(), node.value)
        for file in elsewhere
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and node.value in NOT_ALSO_AN_ADD_ON
    }

    assert spelling == set()
