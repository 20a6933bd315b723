"""Catalogues: every mistake is found, at its line, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from requirement_items import item

from groundplan.errors import EnvironmentFileError
from groundplan.requirements.catalogue import LoadedCatalogue, load_catalogue

Write = Callable[[str], LoadedCatalogue]
QUOTA = "{kind: ResourceQuota, name: quota}"


@pytest.mark.parametrize(
    ("evidence", "where", "message"),
    [
        (f"[{{environment: prod, select: {QUOTA}, expect: object.spec +}}]", "9:", "`object.spec +` is not an expression: column 14"),
        (f"[{{environment: prod, select: {QUOTA}, expect: 1 == 1}}]", "9:", "`1 == 1` looks at nothing"),
        (f"[{{environment: prod, select: {QUOTA}, expect: 'object.a == objects[0].a'}}]", "9:", "mixes `object` and `objects`"),
        (f"[{{environment: prod, select: {QUOTA}, expect: text == 'a'}}]", "9:", "speaks of `text`, which only files have"),
        ("[{select: {file: a.md}, expect: size(objects) == 1}]", "9:", "speaks of `objects`, but a file is one `object`"),
        (f"[{{select: {QUOTA}}}]", "9:", "names no environment"),
        ("[{environment: prod, select: {file: a.md}}]", "9:", "has an environment and a file"),
        ("[{environment: prod, select: {file: a.md, kind: Pod}}]", "9:", "selects a file and objects by kind"),
        ("[{environment: prod, select: {}}]", "9:", "selects everything; write a kind"),
        ("[{environment: prod, select: {kind: Pod, where: size(objects) > 1}}]", "9:", "is not about one object"),
        (f"[{{environment: prod, select: {QUOTA}, at_least: 0}}]", "9:", "at_least 0 is met by an empty tree"),
        (f"[{{environment: prod, select: {QUOTA}, at_least: 0, at_most: 0}}]", "5:", "has only evidence of absence"),
        ("[]", "5:", "has neither evidence nor deviation; write what proves it"),
        (f"[{{environment: prod, select: {QUOTA}, expects: a}}]", "9:", "is not a key here; did you mean `expect`?"),
        (f"[{{environment: live, select: {QUOTA}}}]", "9:", "there is no environment `live`; write one of prod, test or all"),
    ],
)  # fmt: skip
def test_refuses_evidence_that_proves_nothing(catalogue: Write, evidence: str, where: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        catalogue(item(evidence))

    assert f"environments/shop/requirements.yaml:{where}" in str(caught.value)
    assert message in str(caught.value)


def test_refuses_an_item_that_is_open_and_shown(catalogue: Write) -> None:
    evidence = f"[{{environment: prod, select: {QUOTA}}}]"

    with pytest.raises(EnvironmentFileError, match="is open and shown all the same; remove `open`, or what shows it"):
        catalogue(item(evidence) + "  open: nobody has built it yet\n")


def test_refuses_two_items_with_one_id(catalogue: Write) -> None:
    evidence = f"[{{environment: prod, select: {QUOTA}}}]"

    with pytest.raises(EnvironmentFileError, match=r"requirements.yaml:10:3: .*`SHP-1` stands twice, first in line 5"):
        catalogue(item(evidence) + item(evidence))


def test_refuses_a_catalogue_of_another_system(catalogue: Write, shop: Path) -> None:
    catalogue(item(f"[{{environment: prod, select: {QUOTA}}}]"))
    copy = shop / "environments" / "other" / "requirements.yaml"
    copy.parent.mkdir()
    copy.write_bytes((shop / "environments" / "shop" / "requirements.yaml").read_bytes())

    with pytest.raises(EnvironmentFileError, match="is `shop` in a folder called other; write other"):
        load_catalogue(shop, copy)


def test_a_relation_stands_below_relations_and_nothing_else_does(catalogue: Callable[[str], LoadedCatalogue]) -> None:
    item = "  - {id: SH-1, area: data, text: the shop reaches it, met_by: manifests, relations: [{environment: prod, hold: %s}]}\n"

    assert catalogue(item % '\'reaches("a", "b")\'').catalogue.requirements[0].relations[0].environment == ["prod"]
    with pytest.raises(EnvironmentFileError, match="is not about relations alone"):
        catalogue(item % "size(objects) == 1")
