"""What cert-manager makes to answer an authority: a pod, a Service, and an Ingress that serves the plain HTTP it asks over.

See https://cert-manager.io/docs/configuration/acme/http01/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.around import Around
from groundplan.checks.made_later.owned import Json, owned

NAME = "cm-acme-http-solver-x"
LABELS = {"acme.cert-manager.io/http01-solver": "true"}
IMAGE_FLAG = "--acme-http01-solver-image"
IMAGE = "quay.io/jetstack/cert-manager-acmesolver:x"
"""Image of the pod where the controller is told no other."""

CONTEXT: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}


def of_issuer(item: Object, around: Around) -> Iterator[Json]:
    """What one challenge brings for each solver; a ClusterIssuer's stand wherever a Certificate does."""
    for solver in (item.spec.get("acme") or {}).get("solvers", []):
        ingress = (solver.get("http01") or {}).get("ingress")
        if ingress is not None:
            yield _pod(item, ingress, around.argument(IMAGE_FLAG) or IMAGE)
            yield _service(item, ingress.get("serviceType", "NodePort"))
            yield _ingress(item, ingress.get("ingressClassName", ""))


def _pod(item: Object, ingress: Mapping[str, Any], image: str) -> Json:
    said = (ingress.get("podTemplate") or {}).get("spec", {})
    small = {"cpu": "10m", "memory": "64Mi"}
    container = {
        "name": "acmesolver",
        "image": image,
        "ports": [{"containerPort": 8089}],
        "resources": {"requests": small, "limits": {**small, "cpu": "100m"}},
        "securityContext": CONTEXT,
    }
    spec = {
        "automountServiceAccountToken": False,
        "containers": [container],
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        **said,
    }
    return owned(item, "v1", "Pod", NAME, {"spec": spec}, LABELS)


def _service(item: Object, kind: str) -> Json:
    spec = {"type": kind, "selector": LABELS, "ports": [{"port": 8089, "targetPort": 8089}]}
    return owned(item, "v1", "Service", NAME, {"spec": spec}, LABELS)


def _ingress(item: Object, name: str) -> Json:
    backend = {"service": {"name": NAME, "port": {"number": 8089}}}
    path = {"path": "/.well-known/acme-challenge/x", "pathType": "ImplementationSpecific", "backend": backend}
    spec = {"ingressClassName": name, "rules": [{"host": "www.example.com", "http": {"paths": [path]}}]}
    return owned(item, "networking.k8s.io/v1", "Ingress", NAME, {"spec": spec}, LABELS)
