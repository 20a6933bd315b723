"""How pods of a cluster that is not GKE's prove who they are: a token of the cluster's for Google, and a file that says what to do.

The file lies in an annotation of the pod, so that nothing else must be there before the pod. See
https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes and https://google.aip.dev/auth/4117 .
"""

from __future__ import annotations

import json

from groundplan.platforms.gcp.site import Site
from groundplan.platforms.platform import MOUNT, PodIdentity

ANNOTATION = "groundplan.dev/google-identity"
"""Annotation of a pod with the file."""

FILE, TOKEN = "credentials.json", "token"

LIFETIME = 3600
"""Seconds a token holds; the kubelet writes a new one when a fifth of them is left."""


def pod_identity(site: Site) -> PodIdentity:
    """What lies in a pod whose ServiceAccount has rights."""
    item = {"path": FILE, "fieldRef": {"apiVersion": "v1", "fieldPath": f"metadata.annotations['{ANNOTATION}']"}}
    token = {"audience": site.token_audience, "expirationSeconds": LIFETIME, "path": TOKEN}
    return PodIdentity(
        files=({"downwardAPI": {"items": [item]}}, {"serviceAccountToken": token}),
        pod_annotations={ANNOTATION: credentials(site)},
        variables={"GOOGLE_APPLICATION_CREDENTIALS": f"{MOUNT}/{FILE}"},
    )


def credentials(site: Site) -> str:
    """The file by which Google's libraries find the token and where to exchange it; nothing in it is secret."""
    return json.dumps(
        {
            "type": "external_account",
            "universe_domain": "googleapis.com",
            "audience": site.audience,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
            "token_url": "https://sts.googleapis.com/v1/token",
            "credential_source": {"file": f"{MOUNT}/{TOKEN}", "format": {"type": "text"}},
        },
        separators=(",", ":"),
        sort_keys=True,
    )
