"""How the management cluster is asked to look once more: an object that the operator gave up on, a prune that waits for a person."""

from __future__ import annotations

from groundplan.delivery.member import application_name
from groundplan.facts.cloud_names import MANAGEMENT, applications_namespace, management_namespace
from groundplan.model.environment import Environment
from groundplan.platforms.azure.resources import RECONCILE_POLICY


def try_again(environment: Environment, what: str, *, kept: bool = False) -> list[str]:
    """Have the operator look at an object now: it does whenever the policy on it changes.

    Args:
        environment: whose object it is.
        what: `kind/name` of the object.
        kept: whether what it stands for outlives it, by the policy it is rendered with. Default false: it has none.
    """
    annotate = f"kubectl --context {MANAGEMENT} --namespace {management_namespace(environment)} annotate {what}"
    before = f"{RECONCILE_POLICY}=detach-on-delete --overwrite" if kept else f"{RECONCILE_POLICY}-"
    return [f"{annotate} {RECONCILE_POLICY}=skip --overwrite", f"{annotate} {before}"]


def approve(environment: Environment, component: str) -> list[str]:
    """Let Argo CD remove what it asks a person about, in the Application of one component.

    See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#resource-pruning-with-confirmation .
    """
    namespace = applications_namespace(environment, management=True)
    name = application_name(environment, component, management=True)
    return [
        f"kubectl --context {MANAGEMENT} --namespace {namespace} annotate applications.argoproj.io/{name} "
        'argocd.argoproj.io/deletion-approved="$(date --utc +%Y-%m-%dT%H:%M:%SZ)" --overwrite'
    ]
