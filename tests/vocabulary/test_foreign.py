"""Only open components search their construct tree; the others must have nothing to find there."""

from __future__ import annotations

from pathlib import Path

import cdk8s
import pytest

from groundplan.components import Blueprint, plan
from groundplan.loading.load import load_environments
from groundplan.parts import Manifest


@pytest.mark.parametrize("system", ["auto-builder/prd", "factory-ai/shared", "factory-ai/production", "tripgen/prod"])
def test_built_in_components_hold_no_objects_of_others(system: str, repository: Path) -> None:
    name, _, environment = system.partition("/")
    model = load_environments(repository, [(name, environment)])[0].environment
    app = cdk8s.App()
    for blueprint in plan(model):
        if isinstance(blueprint, Blueprint) and not blueprint.open:
            blueprint.component(app, model)

    found = [item for item in app.node.find_all() if isinstance(item, cdk8s.ApiObject)]

    assert found
    assert [item.node.path for item in found if not isinstance(item, Manifest)] == []
