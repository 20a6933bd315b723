"""Objects that controllers make when they work, as far as admission must let them in.

See https://cert-manager.io/docs/configuration/acme/http01/ : to answer an authority, cert-manager makes a pod, a Service
and an Ingress that serves plain HTTP, because the authority asks over it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object

SOLVER = "cm-acme-http-solver-x"
SOLVER_LABELS = {"acme.cert-manager.io/http01-solver": "true"}


def made_later(item: Object) -> Iterator[Mapping[str, Any]]:
    """What a controller makes of an object at run time; nothing for most kinds."""
    if (item.group, item.kind) != ("cert-manager.io", "Issuer"):
        return
    for solver in (item.spec.get("acme") or {}).get("solvers", []):
        ingress = (solver.get("http01") or {}).get("ingress")
        if ingress is not None:
            yield _service(item.namespace, ingress.get("serviceType", "NodePort"))
            yield _ingress(item.namespace, ingress.get("ingressClassName", ""))


def _service(namespace: str, kind: str) -> Mapping[str, Any]:
    spec = {"type": kind, "selector": SOLVER_LABELS, "ports": [{"port": 8089, "targetPort": 8089}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": _metadata(namespace), "spec": spec}


def _ingress(namespace: str, name: str) -> Mapping[str, Any]:
    backend = {"service": {"name": SOLVER, "port": {"number": 8089}}}
    path = {"path": "/.well-known/acme-challenge/x", "pathType": "ImplementationSpecific", "backend": backend}
    spec = {"ingressClassName": name, "rules": [{"host": "www.example.com", "http": {"paths": [path]}}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": _metadata(namespace), "spec": spec}


def _metadata(namespace: str) -> Mapping[str, Any]:
    owner = {"apiVersion": "acme.cert-manager.io/v1", "kind": "Challenge", "name": "x", "uid": "x", "controller": True}
    return {"name": SOLVER, "namespace": namespace, "labels": SOLVER_LABELS, "ownerReferences": [owner]}
