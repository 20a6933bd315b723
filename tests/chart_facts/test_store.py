"""Recorded facts: found again by their input, written the same way each time, never mistaken for those of another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundplan.chart_facts.facts import Brought, ChartFacts
from groundplan.chart_facts.pods import Container, Pod
from groundplan.chart_facts.release import ReleaseInput, inputs_of
from groundplan.chart_facts.store import FOLDER, Entry, Recorded, entry_text, read_recorded, wrapped, write_entries
from groundplan.errors import EnvironmentFileError

FILE = f"{FOLDER}/store/web-prod.json"


def an_application(**helm: Any) -> dict[str, Any]:
    source = {"repoURL": "https://charts.example.com", "chart": "web", "targetRevision": "1.2.3", "helm": helm}
    return {
        "metadata": {"name": "web-prod"},
        "spec": {"source": source, "destination": {"namespace": "shop"}},
    }


def an_input(application: dict[str, Any], kubernetes: str = "1.32") -> ReleaseInput:
    (found,) = inputs_of(application, kubernetes)
    return found


def an_entry(application: dict[str, Any], facts: ChartFacts) -> Entry:
    release = an_input(application)
    return Entry("web", "1.2.3", release.release, "shop", "1.32", release.digest, facts=facts)


FACTS = ChartFacts(
    objects=(Brought("apps/v1", "Deployment", "web", "shop"),),
    pods=(Pod("apps/v1", "Deployment", "shop", "web", (Container("web", "docker.io/web:1"),), replicas=3),),
)


def test_facts_are_found_by_the_application_they_were_recorded_for(tmp_path: Path) -> None:
    application = an_application(valuesObject={"replicas": 3})
    write_entries(tmp_path, {FILE: an_entry(application, FACTS)})

    assert read_recorded(tmp_path).of(application, "1.32") == FACTS


@pytest.mark.parametrize(
    ("other", "kubernetes"),
    [
        (an_application(valuesObject={"replicas": 4}), "1.32"),
        (an_application(valuesObject={"replicas": 3}, skipCrds=True), "1.32"),
        (an_application(valuesObject={"replicas": 3}, releaseName="another"), "1.32"),
        (an_application(valuesObject={"replicas": 3}), "1.33"),
    ],
)
def test_facts_of_another_input_are_not_taken(tmp_path: Path, other: dict[str, Any], kubernetes: str) -> None:
    application = an_application(valuesObject={"replicas": 3})
    write_entries(tmp_path, {FILE: an_entry(application, FACTS)})

    assert read_recorded(tmp_path).of(other, kubernetes) is None


def test_the_order_of_values_makes_no_other_input() -> None:
    one, other = an_application(valuesObject={"a": 1, "b": 2}), an_application(valuesObject={"b": 2, "a": 1})

    assert an_input(one).digest == an_input(other).digest


def test_a_chart_that_was_not_to_be_had_has_no_facts() -> None:
    application = an_application()
    entry = replace(an_entry(application, ChartFacts()), recorded=False, reason="nobody has it")

    assert Recorded({FILE: entry}).of(application, "1.32") is None


def test_an_application_without_a_chart_has_no_facts() -> None:
    assert Recorded({}).of({"metadata": {"name": "a"}, "spec": {"source": {"path": "dist/a"}}}, "1.32") is None


def test_what_nobody_wants_any_more_is_removed_and_what_is_the_same_is_left_alone(tmp_path: Path) -> None:
    entry = an_entry(an_application(), FACTS)
    old = f"{FOLDER}/gone/old.json"
    write_entries(tmp_path, {FILE: entry, old: entry})

    assert write_entries(tmp_path, {FILE: entry}) == ((), (old,))
    assert not (tmp_path / old).parent.exists()


def test_a_file_that_is_no_record_is_named(tmp_path: Path) -> None:
    write_entries(tmp_path, {FILE: an_entry(an_application(), FACTS)})
    (tmp_path / FILE).write_text('{"format": 1, "chart": ["web"]}')

    with pytest.raises(EnvironmentFileError, match=r"web-prod\.json: is no file of recorded facts .*record"):
        read_recorded(tmp_path)


def test_facts_of_another_format_count_as_missing(tmp_path: Path) -> None:
    application = an_application()
    text = entry_text(an_entry(application, FACTS)).replace('"format": 1', '"format": 0')
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text(text)

    assert read_recorded(tmp_path).of(application, "1.32") is None


def test_whatever_fits_on_a_line_stands_on_one() -> None:
    assert wrapped({"short": [1, 2], "long": ["x" * 70, "y" * 70]}) == (
        '{\n  "short": [1, 2],\n  "long": [\n    "' + "x" * 70 + '",\n    "' + "y" * 70 + '"\n  ]\n}'
    )
