from groundplan.checks.observability.promql import selectors


def test_a_selector_keeps_its_name_and_conditions() -> None:
    (found,) = selectors('rate(requests_total{service="web",status=~"5.*"}[5m])')

    assert found.series == "requests_total"
    assert [(one.label, one.operator, one.value) for one in found.matchers] == [
        ("service", "=", "web"),
        ("status", "=~", "5.*"),
    ]


def test_a_name_in_braces_is_a_name() -> None:
    assert selectors('{__name__="up"}')[0].series == "up"


def test_what_is_around_a_selector_is_known_from_outside_in() -> None:
    (found,) = selectors("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))")

    assert found.around == ("histogram_quantile", "sum", "rate")
    assert found.grouping == (("by", frozenset({"le"})),)


def test_range_offset_and_subquery_add_up() -> None:
    (found,) = selectors("max_over_time(rate(x[5m] offset 1h)[1d:5m])")

    assert (found.window, found.reaches) == (300, 300 + 3600 + 86400)


def test_an_aggregation_without_labels_keeps_none() -> None:
    assert selectors("sum(x)")[0].grouping == (("by", frozenset()),)


def test_what_does_not_parse_reads_nothing() -> None:
    assert selectors("sum(") == ()
