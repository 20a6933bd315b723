from pathlib import Path

from trees import a_context, an_object, inventory, put

from groundplan.checks.queries import run


def test_a_measurement_that_does_not_parse_is_found(tmp_path: Path) -> None:
    metrics = [
        {"name": "good", "provider": {"web": {"url": "http://web/ready"}}},
        {"name": "bad", "provider": {"prometheus": {"query": "rate(x[2m]) /"}}},
    ]
    put(tmp_path, an_object("AnalysisTemplate", "a", "argoproj.io/v1alpha1", spec={"metrics": metrics}))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert verdict.judged == 1
    assert ["`bad`" in finding.message for finding in verdict.findings] == [True]


def test_an_expression_that_does_not_parse_is_found(tmp_path: Path) -> None:
    rules = [{"alert": "Good", "expr": "up == 0"}, {"alert": "Bad", "expr": "sum(rate(x[5m]"}]
    put(tmp_path, an_object("PrometheusRule", "r", "monitoring.coreos.com/v1", spec={"groups": [{"rules": rules}]}))

    verdict = run(inventory(tmp_path), a_context(tmp_path))

    assert verdict.judged == 1
    assert [finding.rule for finding in verdict.findings] == ["queries.syntax"]
    assert "the expression of `Bad` does not parse" in verdict.findings[0].message
