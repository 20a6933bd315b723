"""Mutation: evidence that holds whatever becomes of the tree is found out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from requirement_items import item, quota

from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import judge
from groundplan.requirements.measured import Measured
from groundplan.requirements.mutation import Proof, prove
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]


def proved(loaded: LoadedCatalogue, tree: Tree) -> Proof:
    return prove(Measured(loaded, tree, tuple(judge(loaded, tree))))


def evidence(expect: str, select: str = "{kind: ResourceQuota, name: quota}") -> str:
    return item(f'[{{environment: prod, select: {select}, expect: "{expect}"}}]')


@pytest.mark.parametrize(
    "expect",
    [
        "object.spec.hard['requests.cpu'] == '50'",
        "quantity(object.spec.hard['requests.cpu']) == quantity('50')",
        "quantity(object.spec.hard.pods) >= 10.0",
        "'pods' in object.spec.hard",
        "size(object.spec.hard) == 2",
        "!has(object.spec.scopes)",
        "object.spec.?scopes.orValue([]) == []",
        "object.spec.hard.all(k, k != 'limits.cpu')",
        "objects.exists(o, o.spec.hard.pods == '10')",
        "size(objects) == 1",
    ],
)
def test_honest_evidence_notices_every_field_it_reads(
    catalogue: Write, rendered: Callable[..., Tree], expect: str
) -> None:
    proof = proved(catalogue(evidence(expect)), rendered(quota()))

    assert proof.findings == ()
    assert proof.mutants > 1


@pytest.mark.parametrize(
    ("expect", "unnoticed"),
    [
        ("object.spec.hard.pods == object.spec.hard.pods || true", "spec.hard.pods"),
        ("size(object.metadata.name) >= 0 || object.kind == 'ResourceQuota'", "kind"),
        ("object.spec.hard.pods == '10' && (has(object.spec.scopes) || true)", "spec.scopes"),
        ("objects.exists(o, o.kind == 'ResourceQuota' || o.spec.hard.pods == '10')", "spec.hard.pods"),
    ],
)
def test_reports_a_field_whose_loss_goes_unnoticed(
    catalogue: Write, rendered: Callable[..., Tree], expect: str, unnoticed: str
) -> None:
    proof = proved(catalogue(evidence(expect)), rendered(quota()))

    assert f"holds whatever becomes of {unnoticed}; write evidence that fails" in "\n".join(map(str, proof.findings))


def test_looks_at_the_selecting_condition_too(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    select = "{kind: ResourceQuota, where: \"object.spec.hard.pods == '10' || true\"}"

    proof = proved(catalogue(evidence("object.spec.hard['requests.cpu'] == '50'", select)), rendered(quota()))

    assert [finding.message.rpartition(" ")[2] for finding in proof.findings] == ["spec.hard.pods"]


@pytest.mark.parametrize(
    ("expect", "noticed"),
    [
        ("text.contains('pg_promote')", True),
        ("text.matches('[0-9] h')", True),
        ("!text.contains('kubectl')", True),
        ("text.contains('pg_promote') || text.contains('switch')", False),
    ],
)
def test_takes_every_named_string_out_of_prose(
    catalogue: Write, shop: Path, rendered: Callable[..., Tree], expect: str, noticed: bool
) -> None:
    (shop / "runbook.md").write_text("Promote with pg_promote or a switch within 4 h.\n")
    loaded = catalogue(item(f'[{{select: {{file: runbook.md}}, expect: "{expect}"}}]', met_by="document"))

    proof = proved(loaded, rendered())

    assert (proof.findings == ()) is noticed


def test_names_items_that_fail_without_any_mutation(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    proof = proved(catalogue(evidence("object.spec.hard.pods == '99'")), rendered(quota()))

    assert proof.unproven == ("SHP-1",)
