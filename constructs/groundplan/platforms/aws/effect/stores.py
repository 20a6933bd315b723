"""Stores of secrets whose role does not trust the operator that reads with it, or not on behalf of their namespace.

See https://external-secrets.io/latest/provider/aws-access/ .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.platforms.aws.effect.grants import IAM, Use, listed, trusted
from groundplan.platforms.aws.effect.needs import account_in, role_by_name

OPERATOR = "external-secrets"
NAMESPACE = "aws:RequestTag/esoNamespace"
"""Tag of a session that says for which namespace the operator acts; it sets it where a store says `sessionTagsPolicy`."""

TAKING = frozenset({"sts:AssumeRole", "sts:TagSession"})


def untrusted(land: Landscape, uses: Iterable[Use]) -> Iterator[Finding]:
    """Stores that the operator of their cluster cannot read as the role they name."""
    operators = {use.cluster: use for use in uses if use.account is not None and use.account[1] == OPERATOR}
    for item in land.of("external-secrets.io", "SecretStore"):
        for name, provider in (item.spec.get("provider") or {}).items():
            role, operator = role_by_name(land, str(provider.get("role", ""))), operators.get(item.cluster)
            if provider.get("service") != "SecretsManager" or role is None or operator is None:
                continue
            taker = land.inventory.find(operator.item.cluster, IAM, "Role", *operator.holder)
            if taker is not None and not _is_trusted(item, provider, role, taker):
                message = f"is read as {role}, which does not trust {taker} for namespace {item.namespace}"
                advice = f"let it at {role.path}, and write sessionTagsPolicy: Simple here"
                field = ("spec", "provider", name)
                yield land.inventory.finding(item, field, "identity.store-trust", message, advice)


def _is_trusted(store: Object, provider: Mapping[str, Any], role: Object, taker: Object) -> bool:
    arn = str(provider["role"])
    own = f"arn:aws:iam::{account_in(arn)}:role/{taker.spec.get('name')}"
    principals = {own, f"arn:aws:iam::{account_in(arn)}:root"}
    return any(
        kind == "AWS"
        and name in principals
        and statement.get("Effect") == "Allow"
        and set(listed(statement.get("Action"))) >= TAKING
        and _holds(statement.get("Condition") or {}, store, provider, own)
        for kind, name, statement in trusted(role)
    )


def _holds(conditions: Mapping[str, Any], store: Object, provider: Mapping[str, Any], own: str) -> bool:
    """Whether the conditions admit the operator on behalf of the store's namespace."""
    named = {key: listed(values) for one in conditions.values() for key, values in one.items()}
    tagged = provider.get("sessionTagsPolicy") == "Simple" and store.namespace in named.get(NAMESPACE, ())
    return own in named.get("aws:PrincipalArn", [own]) and (NAMESPACE not in named or tagged)
