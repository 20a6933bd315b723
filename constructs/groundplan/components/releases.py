"""From an add-on of the catalogue to the component that installs it."""

from __future__ import annotations

from groundplan.addons.catalogue import SOURCE, AddOn, catalogue
from groundplan.addons.selection import needed
from groundplan.blueprint import Release
from groundplan.delivered import DefinitionSource
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of

POD_SECURITY = "pod-security.kubernetes.io"

RUN_TIME_CERTIFICATES: tuple[Json, ...] = (
    {
        "group": "admissionregistration.k8s.io",
        "kind": "MutatingWebhookConfiguration",
        "jqPathExpressions": [".webhooks[]?.clientConfig.caBundle"],
    },
    {
        "group": "admissionregistration.k8s.io",
        "kind": "ValidatingWebhookConfiguration",
        "jqPathExpressions": [".webhooks[]?.clientConfig.caBundle"],
    },
    {"group": "apiregistration.k8s.io", "kind": "APIService", "jqPathExpressions": [".spec.caBundle"]},
)
"""Certificates that controllers write into what the chart rendered without them."""

WEBHOOKS = frozenset({"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
"""Kinds by which the API server asks before it admits."""


def release(environment: Environment, name: str, values: Json) -> Release:
    """The add-on `name` in the version for the environment's cluster, in the environment's own namespaces."""
    add_on = catalogue()[name]
    return Release(
        name=name,
        wave=add_on.sync_wave,
        namespace=add_on.namespace,
        chart=add_on.chart,
        repository=add_on.repository,
        version=add_on.version_for(environment.cluster.kubernetes),
        values=values,
        kinds=add_on.rendered_kinds,
        extra_namespaces=tuple(add_on.extra_namespaces),
        ignore_differences=_written_by_others(environment, add_on),
        namespace_labels=pod_security_labels(environment, add_on.pod_security),
        definitions=_definitions(environment, name, add_on),
        sources=(SOURCE,),
    )


def _definitions(environment: Environment, name: str, add_on: AddOn) -> DefinitionSource | None:
    """The definitions at the chart's version; what its siblings define too comes with the first of them alone.

    Two Applications that bring one object take it from each other for ever.
    """
    source = add_on.definitions_from
    if source is None:
        return None
    shared = add_on.shared_definitions
    first = next(item for item in needed(environment) if catalogue()[item].shared_definitions == shared)
    version = add_on.version_for(environment.cluster.kubernetes)
    return DefinitionSource(
        repository=source.repository,
        revision=f"v{version}",
        path=source.path,
        exclude="" if name == first else source.shared,
    )


def _written_by_others(environment: Environment, add_on: AddOn) -> tuple[Json, ...]:
    """What controllers write into webhooks, and what the platform does."""
    if not add_on.webhooks:
        return ()
    more = platform_of(environment).webhook_fields
    return tuple(
        {**entry, "jqPathExpressions": [*entry["jqPathExpressions"], *(more if entry["kind"] in WEBHOOKS else ())]}
        for entry in RUN_TIME_CERTIFICATES
        if (entry["group"], entry["kind"]) in add_on.rendered_kinds
    )


def pod_security_labels(environment: Environment, standard: str | None) -> dict[str, str]:
    """Labels of a namespace Argo CD makes, so that its pods are held to `standard`; none where it is somebody else's."""
    if standard is None:
        return {}
    version = f"v{environment.cluster.kubernetes}"
    return {f"{POD_SECURITY}/enforce": standard, f"{POD_SECURITY}/enforce-version": version}
