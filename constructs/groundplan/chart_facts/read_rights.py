"""From accounts, roles and bindings to their facts."""

from __future__ import annotations

from groundplan.chart_facts.rights import Account, Binding, Role, Rule, Subject
from groundplan.chart_facts.shapes import (
    Document,
    at,
    hook_of,
    labels_of,
    listed,
    mapping,
    name_of,
    namespace_of,
    texts,
    words,
)


def account_of(document: Document, release: str) -> Account:
    """A ServiceAccount."""
    return Account(
        namespace=namespace_of(document, release),
        name=name_of(document),
        token=at(document, "automountServiceAccountToken"),
        annotations=words(document, "metadata", "annotations"),
        hook=hook_of(document),
    )


def role_of(document: Document, release: str) -> Role:
    """A Role or ClusterRole."""
    return Role(
        kind=str(document["kind"]),
        name=name_of(document),
        rules=tuple(
            Rule(
                verbs=texts(rule, "verbs"),
                groups=texts(rule, "apiGroups"),
                resources=texts(rule, "resources"),
                names=texts(rule, "resourceNames"),
                urls=texts(rule, "nonResourceURLs"),
            )
            for rule in listed(document, "rules")
        ),
        namespace=namespace_of(document, release),
        labels=labels_of(document),
        aggregates=tuple(
            words(item, "matchLabels") for item in listed(document, "aggregationRule", "clusterRoleSelectors")
        ),
    )


def binding_of(document: Document, release: str) -> Binding:
    """A RoleBinding or ClusterRoleBinding."""
    role = mapping(document, "roleRef")
    namespace = namespace_of(document, release)
    return Binding(
        kind=str(document["kind"]),
        name=name_of(document),
        role_kind=str(role.get("kind", "")),
        role=str(role.get("name", "")),
        subjects=tuple(
            Subject(
                str(item.get("kind", "")),
                str(item.get("name", "")),
                str(item.get("namespace", namespace)) if item.get("kind") == "ServiceAccount" else "",
            )
            for item in listed(document, "subjects")
        ),
        namespace=namespace,
        labels=labels_of(document),
    )
