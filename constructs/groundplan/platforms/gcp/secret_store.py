"""Secret Manager as a SecretStore. See https://external-secrets.io/latest/provider/google-secrets-manager/ ."""

from __future__ import annotations

from groundplan.kubernetes.accounts import LENT
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.secrets import SecretStore
from groundplan.platforms.gcp.site import Site, site_of

EXTERNAL_SECRETS = "external-secrets.io/v1"


def secret_manager(environment: Environment, store: SecretStore, namespace: str) -> list[Json]:
    """The store of a namespace and the ServiceAccount it reads as, whose tokens the operator asks for itself."""
    site = site_of(environment.host_environment)
    return [
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": LENT, "namespace": namespace},
            "automountServiceAccountToken": False,
        },
        {
            "apiVersion": EXTERNAL_SECRETS,
            "kind": "SecretStore",
            "metadata": {"name": store.name, "namespace": namespace},
            "spec": {"provider": {"gcpsm": {"projectID": site_of(environment).project, "auth": _auth(site)}}},
        },
    ]


def _auth(site: Site) -> Json:
    """Google knows tokens of GKE by the cluster they come from; those of another cluster by the pool's provider."""
    if site.issuer:
        account = {"name": LENT, "audiences": [site.token_audience]}
        return {"workloadIdentityFederation": {"audience": site.audience, "serviceAccountRef": account}}
    return {
        "workloadIdentity": {
            "clusterProjectID": site.project,
            "clusterLocation": site.region,
            "clusterName": site.cluster,
            "serviceAccountRef": {"name": LENT},
        }
    }
