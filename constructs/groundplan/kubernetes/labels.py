"""The labels every object carries, defined once.

The recommended set is https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ .
Selectors use `app` alone: it is short, service meshes and dashboards know it, and no version, chart or
environment value can slip into a field that Kubernetes makes immutable.
"""

from __future__ import annotations

MANAGED_BY = "groundplan"

COMPONENT = "app.kubernetes.io/component"
"""Label that names the component; an Application carries the name of the component it delivers."""


def selector_labels(name: str) -> dict[str, str]:
    """Labels that pods of `name` carry and selectors match; never a version."""
    return {"app": name}


def common_labels(system: str, environment: str, component: str) -> dict[str, str]:
    """Labels for every object of a component, custom resources and cluster-scoped objects included."""
    return {
        COMPONENT: component,
        "app.kubernetes.io/instance": f"{system}-{environment}",
        "app.kubernetes.io/managed-by": MANAGED_BY,
        "app.kubernetes.io/part-of": system,
    }


def workload_labels(name: str, version: str) -> dict[str, str]:
    """Labels of a workload and its pods beside the common ones; `version` is the image tag."""
    return {**selector_labels(name), "app.kubernetes.io/name": name, "app.kubernetes.io/version": version}
