"""Whether people are told the name that a database gives its owner, and whether a database notices a new password."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.links import links
from groundplan.errors import Finding

TEMPLATES = {
    ("external-secrets.io", "ExternalSecret"): ("target", "template"),
    ("bitnami.com", "SealedSecret"): ("template",),
}
"""What makes Secrets, and where it says what they look like."""


def told(inventory: Inventory, item: Object, page: str) -> Iterator[Finding]:
    """The owner of a database has the name that the database says, whatever is in the vault."""
    name = str((item.spec.get("target") or {}).get("name", item.name))
    for cluster in inventory.by_kind.get(("postgresql.cnpg.io", "Cluster"), ()):
        made = (cluster.spec.get("bootstrap") or {}).get("initdb") or {}
        if (cluster.cluster, cluster.namespace, (made.get("secret") or {}).get("name")) != (
            item.cluster,
            item.namespace,
            name,
        ):
            continue
        fixed = ((item.spec.get("target") or {}).get("template") or {}).get("data") or {}
        if fixed.get("username") != made.get("owner") and f"`{made.get('owner')}`" not in page:
            message = f"draws the user name of {cluster}, which must be `{made.get('owner')}`, and no page says so"
            yield inventory.finding(
                item, ("spec", "data"), "credentials.owner", message, "say it on the page, or write it here"
            )


RELOAD = "cnpg.io/reload"


def unnoticed(inventory: Inventory) -> Iterator[Finding]:
    """Secrets that a database reads and that its operator does not watch: a new value waits for some other change."""
    read = {
        (item.cluster, link.target.namespace, link.target.name): item
        for item in inventory.by_kind.get(("postgresql.cnpg.io", "Cluster"), ())
        for link in links(item.document)
        if (link.target.group, link.target.kind) == ("", "Secret")
    }
    for kind, field in TEMPLATES.items():
        for item in inventory.by_kind.get(kind, ()) if read else ():
            made: Any = item.spec
            for step in field[:-1]:
                made = made.get(step) or {}
            name = str(made.get("name", item.name))
            reader = read.get((item.cluster, item.namespace, name))
            labels = ((made.get(field[-1]) or {}).get("metadata") or {}).get("labels") or {}
            if reader is not None and labels.get(RELOAD) != "true":
                message = f"makes a Secret that {reader} reads, and its operator is not told when the value changes"
                advice = f"label the Secret `{RELOAD}: 'true'`"
                yield inventory.finding(item, ("spec", *field[:1]), "credentials.reload", message, advice)
