"""What a value does is found by leaving it out: restated defaults and keys that nobody reads show themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from groundplan.chart_facts.facts import ValueFacts
from groundplan.chart_facts.helm import merged
from groundplan.chart_facts.values_effect import another, effects, leaves, shown, without

DEFAULTS = {"replicas": 1, "service": {"type": "ClusterIP"}, "name": ""}


def chart(many: Iterable[Mapping[str, Any]]) -> list[str | None]:
    """A chart that reads three values, makes up its name, and cannot do without a region."""
    return [_rendered(merged(DEFAULTS, values)) for values in many]


def _rendered(values: Mapping[str, Any]) -> str | None:
    if "region" not in values:
        return None
    return json.dumps([values["replicas"], values["service"]["type"], values["name"] or "web", values["region"]])


def facts(**values: Any) -> ValueFacts:
    values = {"region": "here", **values}
    (whole,) = chart([values])
    assert whole is not None
    return effects(values, DEFAULTS, whole, chart)


def test_a_value_that_changes_what_is_rendered_is_no_fault() -> None:
    assert facts(replicas=3, service={"type": "NodePort"}) == ValueFacts(leaves=3)


def test_a_value_that_restates_the_default_is_seen() -> None:
    assert facts(replicas=1, service={"type": "ClusterIP"}).repeated == {"replicas": 1, "service.type": "ClusterIP"}


def test_a_value_that_nobody_reads_is_seen() -> None:
    assert facts(replica=3, service={"kind": "NodePort"}).unread == ("replica", "service.kind")


def test_a_name_that_the_chart_would_make_up_alike_is_read() -> None:
    assert facts(name="web") == ValueFacts(leaves=2)


def test_a_list_is_one_value_and_an_empty_mapping_is_one() -> None:
    assert list(leaves({"a": {"b": [1, {"c": 2}], "d": {}}})) == [(("a", "b"), [1, {"c": 2}]), (("a", "d"), {})]


def test_leaving_out_the_last_value_of_a_mapping_leaves_out_the_mapping() -> None:
    assert without({"a": {"b": 1}, "c": 2}, ("a", "b")) == {"c": 2}


def test_another_value_is_never_the_same() -> None:
    for value in (True, False, 0, 1.5, "", "a", [1], [], {}, None):
        assert another(value) != value or value in ([], None), value


def test_a_key_with_dots_is_shown_in_quotes() -> None:
    assert shown(("params", "server.insecure")) == 'params."server.insecure"'
