"""Applications and what each brings into its cluster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.inventory import Inventory, Object, sources

GROUP = "argoproj.io"
ROOT = "root"


def applications(inventory: Inventory) -> Iterator[Object]:
    """Every Application, roots included."""
    return iter(inventory.by_kind.get((GROUP, "Application"), ()))


def is_root(application: Object) -> bool:
    """Whether a person applies it by hand."""
    return application.component.startswith(f"{ROOT}-")


def has_chart(application: Object) -> bool:
    """Whether it installs an upstream chart."""
    return any("chart" in source for source in sources(application.document))


def brought(inventory: Inventory) -> Mapping[str, list[Object]]:
    """Objects of `dist/` by the path of the Application that brings them."""
    folders: dict[str, list[Object]] = {}
    for item in inventory.manifests:
        folders.setdefault("/".join(item.path.split("/")[:4]), []).append(item)
    return {
        application.path: [
            item
            for source in sources(application.document)
            for item in folders.get(str(source.get("path", "")).strip("/"), [])
        ]
        for application in applications(inventory)
    }
