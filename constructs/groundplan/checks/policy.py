"""The policy gate: the rules the cluster enforces at admission, evaluated before merge by the same CEL text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from groundplan.checks.exemptions import Exemptions
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.today import today as current_day
from groundplan.errors import Finding, Location, Severity
from groundplan.model.environment import Environment
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import Rule, parameters


class PolicyError(ValueError):
    """The CEL of a rule does not compile, or cannot be evaluated for an object."""


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled rule."""

    verdict: Any
    """Compiled expression for the message of a refusal, empty where the object is admitted."""

    def refusal(self, document: Mapping[str, Any], params: Mapping[str, Any]) -> str:
        """Why the cluster would refuse `document`; empty where it would not."""
        return str(_value(self.verdict, document, {"params": params}))


def compile_rule(rule: Rule) -> Program:
    """Compile `rule`.

    Raises:
        PolicyError: where an expression of it does not compile; the message says which.
    """
    try:
        return Program(_compiled(rule.name, _verdict(rule)))
    except PolicyError:
        for name, text in {**rule.all_variables, "expression": rule.expression, "message": rule.message}.items():
            _compiled(f"{rule.name}.{name}", text)
        raise


def _verdict(rule: Rule) -> str:
    """The whole rule as one expression: an object is handed over once, which takes longer than to judge it.

    `variables` grows by one at a time, as it does in the cluster, so that a variable may use those before it.
    """
    variables = rule.all_variables
    earlier = [["params", *variables][: position + 1] for position in range(len(variables))]
    text = f"({rule.expression}) ? '' : ({rule.message})"
    for known, (name, value) in reversed([*zip(earlier, variables.items(), strict=True)]):
        entries = [*(f"'{one}': variables.{one}" for one in known), f"'{name}': {value}"]
        text = f"cel.bind(variables, {{{', '.join(entries)}}}, {text})"
    return text


def run(
    inventory: Inventory, context: Context, *, today: date | None = None, rules: Mapping[str, Rule] = RULES
) -> Verdict:
    """Judge every object of both trees by every rule about its kind.

    Args:
        inventory: what there is.
        context: environments, for parameters and exemptions.
        today: the day exemptions are held against. Default the current date.
        rules: the catalogue. Default the real one.
    """
    programs, findings = _programs(rules)
    exemptions = Exemptions(context, rules, today=today or current_day())
    by_kind = {
        kind: [rule for rule in rules.values() if kind in rule.kinds] for rule in rules.values() for kind in rule.kinds
    }
    values: dict[tuple[str, str], dict[str, Any]] = {}
    for item in inventory:
        environment = context.environment_of(item)
        for rule in by_kind.get((item.group, item.kind), []):
            if rule.name not in programs:
                continue
            if (item.scope, rule.name) not in values:
                values[item.scope, rule.name] = _params(rule, environment)
            params = values[item.scope, rule.name]
            findings += _judge(item, rule, programs[rule.name], params, exemptions, inventory)
    return Verdict(len(inventory.objects), (*findings, *exemptions.findings()))


def _params(rule: Rule, environment: Environment | None) -> dict[str, Any]:
    """The constraint's parameters without exemptions: the gate applies those itself, to know which are needed."""
    if environment is None:
        return {"exempt": [], **{name: [] for name in rule.parameters}}
    return parameters(rule, environment, {})


def _judge(
    item: Object, rule: Rule, program: Program, params: Mapping[str, Any], exemptions: Exemptions, inventory: Inventory
) -> Iterator[Finding]:
    try:
        refusal = program.refusal(item.document, params)
    except PolicyError as error:
        yield inventory.finding(item, (), f"policy.{rule.name}", f"cannot be judged: {error}", "correct the object")
        return
    if refusal and not exemptions.cover(rule.name, item):
        message, _, advice = refusal.partition("; ")
        yield Finding(inventory.locate(item, "spec"), f"policy.{rule.name}", str(item), message, advice, rule.severity)


def _programs(rules: Mapping[str, Rule]) -> tuple[dict[str, Program], list[Finding]]:
    programs: dict[str, Program] = {}
    findings: list[Finding] = []
    for name, rule in rules.items():
        try:
            programs[name] = compile_rule(rule)
        except PolicyError as error:
            where = Location("constructs/groundplan/policies")
            findings.append(Finding(where, "policy.compile", name, str(error), "correct its CEL", Severity.ERROR))
    return programs, findings


@cache
def _language() -> Any:
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_strings

    anything = cel.Type.DYN
    return cel.NewEnv(
        variables={"object": anything, "variables": anything},
        extensions=[ext_strings.ExtStrings(), ext_bindings.ExtBindings()],
    )


def _compiled(where: str, text: str) -> Any:
    try:
        return _language().compile(text)
    except RuntimeError as error:
        reason = str(error).splitlines()[0].removeprefix("INVALID_ARGUMENT: ")
        raise PolicyError(f"{where} does not compile: {reason}") from None


def _value(program: Any, document: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    result = program.eval(data={"object": document, "variables": values})
    if result.type().name() == "ERROR":
        raise PolicyError(str(result.plain_value()))
    return result.plain_value()
