"""Evidence expressions: types, helpers, and what an expression looks at."""

from __future__ import annotations

import pytest

from groundplan.requirements.expression import ExpressionError, compile_expression, conjuncts


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("object.spec +", "column 14: Syntax error"),
        ("objekt.spec == 1", "undeclared reference to 'objekt.spec'"),
        ("size(object.spec)", "yields int, not true or false"),
        ("text.contains(3)", "found no matching overload for 'contains'"),
    ],
)
def test_refuses_what_cannot_yield_true_or_false(text: str, complaint: str) -> None:
    with pytest.raises(ExpressionError, match=complaint.replace("(", r"\(")):
        compile_expression(text)


def test_compares_quantities_by_value() -> None:
    expression = compile_expression('quantity(object.cpu) == quantity("1000m")')

    assert expression.failure(object={"cpu": "1"}) == ""
    assert expression.failure(object={"cpu": 2}) == "is false"


def test_says_which_quantity_is_none() -> None:
    expression = compile_expression('quantity(object.cpu) == quantity("1")')

    assert expression.failure(object={"cpu": "plenty"}) == "cannot be answered: `plenty` is not a quantity"


def test_counts_distinct_values() -> None:
    expression = compile_expression("size(distinct(objects.map(o, o.zone))) == 2")

    assert expression.failure(objects=[{"zone": "a"}, {"zone": "b"}, {"zone": "a"}]) == ""


def test_says_which_field_is_missing() -> None:
    failure = compile_expression("object.spec.paused == true").failure(object={"spec": {}})

    assert failure == "cannot be answered: there is no paused"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ('object.spec.hard["requests.cpu"] == "50"', {"object spec hard requests.cpu"}),
        ("object.spec.items[0].name == 'a'", {"object spec items 0 name"}),
        ("object.spec.?paused.orValue(false)", {"object spec paused"}),
        ("has(object.spec.paused)", {"object spec paused"}),
        ("'a' in object.spec.names", {"object spec names *"}),
        (
            "object.c.exists(c, c.name == 'x' && c.env.exists(e, e.value == '1'))",
            {"object c * name", "object c * env * value"},
        ),
        ("objects.filter(o, o.kind == 'A').all(o, o.x == 3)", {"objects * kind", "objects * x"}),
        ("size(distinct(objects.map(o, o.zone))) == 2", {"objects * zone"}),
        ("cel.bind(c, object.c[0], c.image == 'i')", {"object c 0 image"}),
        ("object.a == 1 ? object.b == 2 : object.c == 3", {"object a", "object b", "object c"}),
        ("text.contains('a')", {"text"}),
    ],
)
def test_knows_what_an_expression_looks_at(text: str, paths: set[str]) -> None:
    found = compile_expression(text).reads.paths

    assert {" ".join(str(step) for step in path) for path in found} == paths


def test_splits_a_conjunction_outside_brackets_and_quotes() -> None:
    assert conjuncts('a == "x && y" && b.exists(c, c && d) && e') == (
        'a == "x && y"',
        "b.exists(c, c && d)",
        "e",
    )


def test_keeps_alternatives_whole() -> None:
    assert conjuncts("a && b || c") == ("a && b || c",)
