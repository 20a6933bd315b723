"""A cluster that somebody brings up by a page: a root, an Argo CD, and the steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trees import a_context, a_project, an_application, an_object, inventory, put, put_delivery, write

from groundplan.checks.cold_start import run
from groundplan.checks.order import HEALTH
from groundplan.errors import Finding

Json = dict[str, Any]

ARGO = {"server": "https://kubernetes.default.svc", "namespace": "argocd"}
REPOSITORY = "https://git.example.com/platform"
SETTINGS = "kubectl --context store apply --server-side -f dist/store/prod/argocd/argocd/ConfigMap-argocd-cm.yaml"
NAMESPACE = "kubectl --context store create namespace argocd"
INSTALL = "helm upgrade --install argo-cd argo-cd --kube-context store --namespace argocd"
ROOT = "kubectl --context store apply -f argocd/store/prod/root-applications/"
STEPS = (NAMESPACE, SETTINGS, INSTALL, ROOT)


def a_root() -> Json:
    source = {"repoURL": REPOSITORY, "path": "argocd/store/prod/applications", "directory": {"recurse": False}}
    root = an_application("root", project="bootstrap", source=source, destination=ARGO)
    return {**root, "metadata": {**root["metadata"], "annotations": {}}}


def a_page(root: Path, *steps: str) -> None:
    write(root, "docs/systems/store/bootstrap.md", "\n".join(["# Bootstrap", "", "```sh", *steps, "```", ""]))


def a_cold_cluster(tmp_path: Path) -> Path:
    """A cluster with a root that the page applies, and an Argo CD that waits for Applications."""
    settings = an_object("ConfigMap", "argocd-cm", namespace="argocd", data={HEALTH: "return {}"})
    put(tmp_path, settings, "argocd")
    put(tmp_path, an_object("Namespace", "argocd", namespace=None), "argocd")
    put_delivery(tmp_path, an_application("argocd", wave=-40, destination=ARGO))
    put_delivery(tmp_path, first(a_project()))
    put_delivery(tmp_path, a_root(), "root-applications")
    put_delivery(tmp_path, a_project("bootstrap"), "root-applications")
    a_page(tmp_path, *STEPS)
    return tmp_path


def component(root: Path, name: str, wave: int, *documents: Json, **spec: Any) -> None:
    for document in documents:
        put(root, document, name)
    put_delivery(root, an_application(name, wave=wave, **spec))


def judge(root: Path) -> tuple[Finding, ...]:
    tree = inventory(root)
    verdict = run(tree, a_context(root))
    assert verdict.judged == len(tree)
    return verdict.findings


def said(root: Path) -> str:
    (finding,) = judge(root)
    return str(finding)


def at(document: Json, **annotations: str) -> Json:
    prefixed = {f"argocd.argoproj.io/{key.replace('_', '-')}": text for key, text in annotations.items()}
    return {**document, "metadata": {**document["metadata"], "annotations": prefixed}}


def first(document: Json) -> Json:
    return at(document, sync_wave="-100")


def a_deployment(name: str = "web", **spec: Any) -> Json:
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [{"name": name, "image": "i"}], **spec}}
    return an_object("Deployment", name, "apps/v1", spec={"selector": {}, "template": template})
