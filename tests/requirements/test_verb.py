"""The verb: a table for people, and fields for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from requirement_items import item, quota

from groundplan.cli.main import main
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]
EVIDENCE = "[{{environment: prod, select: {{kind: ResourceQuota}}, expect: \"object.spec.hard.pods == '{}'\"}}]"


def run(shop: Path, *arguments: str) -> int:
    return main(["--root", str(shop), "requirements", *arguments])


def test_succeeds_where_everything_is_shown(
    catalogue: Write, rendered: Callable[..., Tree], shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue(item(EVIDENCE.format(10)))
    rendered(quota())

    assert run(shop, "--mutate") == 0
    assert "shop: 1 items, 1 met, 0 deviation, 0 application, 0 failing" in capsys.readouterr().out


def test_fails_with_one_line_for_each_failure(
    catalogue: Write, rendered: Callable[..., Tree], shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue(item(EVIDENCE.format(11)))
    rendered(quota())

    assert run(shop, "shop") == 1
    assert "error: environments/shop/requirements.yaml:9:14: SHP-1: [prod] " in capsys.readouterr().err


def test_answers_machines(
    catalogue: Write, rendered: Callable[..., Tree], shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue(item(EVIDENCE.format(10)))
    rendered(quota())

    run(shop, "--mutate", "--output", "json")

    answer = json.loads(capsys.readouterr().out)
    assert answer["systems"]["shop"]["items"] == [
        {"id": "SHP-1", "area": "policy", "met_by": "manifests", "status": "met"}
    ]
    assert answer["mutation"]["shop"]["unnoticed"] == 0


def test_refuses_a_system_without_a_catalogue(catalogue: Write, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue(item(EVIDENCE.format(10)))

    assert run(shop, "shopp") == 1
    assert "there are no requirements of `shopp`; write one of shop" in capsys.readouterr().err
