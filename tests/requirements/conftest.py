"""A repository with one system, one environment and one rendered quota, in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from requirement_items import HEADER

from groundplan.checks.inventory import read_inventory
from groundplan.requirements.catalogue import LoadedCatalogue, load_catalogue
from groundplan.requirements.tree import Tree
from groundplan.yaml.text import to_yaml


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "environments" / "shop"
    folder.mkdir(parents=True)
    for name in ("system", "prod", "test"):
        (folder / f"{name}.yaml").write_text("system: shop\n")
    return tmp_path


@pytest.fixture
def catalogue(shop: Path) -> Callable[[str], LoadedCatalogue]:
    """Write the items (YAML, as a list below `requirements:`) and load them."""

    def write(items: str) -> LoadedCatalogue:
        path = shop / "environments" / "shop" / "requirements.yaml"
        path.write_text(HEADER + items)
        return load_catalogue(shop, path)

    return write


@pytest.fixture
def rendered(shop: Path) -> Callable[..., Tree]:
    """Put objects below `dist/shop/<environment>/foundation/` and read the tree."""

    def write(*objects: dict[str, Any], environment: str = "prod") -> Tree:
        for manifest in objects:
            namespace = manifest["metadata"]["namespace"]
            folder = shop / "dist" / "shop" / environment / "foundation" / namespace
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{manifest['kind']}-{manifest['metadata']['name']}.yaml").write_text(to_yaml(manifest))
        return Tree.of(read_inventory(shop), "shop")

    return write
