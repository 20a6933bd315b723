"""Exemptions: rules somebody answers for not keeping, shared by every gate that has rules one may be let off.

An exemption that has expired, that covers nothing, or whose rule nobody knows is a finding itself: the list may only
hold what is needed today. Those in the defaults answer for what the constructs themselves decide; they are needed as
long as one system needs them.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Object
from groundplan.errors import Finding, GroundplanError, Location
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.selection import DEFAULTS, EXEMPTIONS
from groundplan.model.policy import Exemption
from groundplan.yaml.marked import YamlPath, dotted, locate, read_marked_yaml

CHECKOV_PREFIX = "CKV"

FAMILIES = (CHECKOV_PREFIX, "credentials-", "exposure-", "identity-", "support-")
"""What the rules of other gates than the policy gate begin with."""

EVERYBODY = ""
"""In place of a system: the defaults, which hold for all."""


class Exemptions:
    """The exemptions of every system, and which of them were needed."""

    def __init__(self, context: Context, rules: Collection[str], *, family: str = "", today: date) -> None:
        self._context = context
        self._rules = rules
        self._today = today
        self._used: set[tuple[str, str]] = set()
        self._all: dict[tuple[str, str], Exemption] = {}
        self._shared = _names_in_defaults(context)
        for environment in context.environments.values():
            for name, exemption in environment.exemptions.items():
                if _family(exemption.rule) == family:
                    self._all[self._holder(environment.system, name), name] = exemption

    def cover(self, rule: str, item: Object) -> bool:
        """Whether `item` is let off `rule`; an expired exemption lets nobody off."""
        environment = self._context.environment_of(item)
        entries = environment.exemptions if environment else {}
        return self._cover(rule, item.system, entries, item.kind, item.namespace, item.name)

    def cover_named(self, rule: str, system: str, kind: str, namespace: str, name: str) -> bool:
        """`cover` for what is no object of one environment; whoever is let off in one of the system's is."""
        environments = [item for item in self._context.environments.values() if item.system == system]
        found = [self._cover(rule, system, item.exemptions, kind, namespace, name) for item in environments]
        return any(found)

    def _cover(
        self, rule: str, system: str, entries: Mapping[str, Exemption], kind: str, namespace: str, name: str
    ) -> bool:
        covered = False
        for entry, exemption in entries.items():
            if exemption.rule == rule and exemption.covers(kind, namespace, name):
                self._used.add((self._holder(system, entry), entry))
                covered = covered or not self._expired(exemption)
        return covered

    def _holder(self, system: str, name: str) -> str:
        return EVERYBODY if name in self._shared else system

    def _expired(self, exemption: Exemption) -> bool:
        return date.fromisoformat(exemption.expires) < self._today

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the exemptions themselves; call it when every object has been judged."""
        for (system, name), exemption in self._all.items():
            path: YamlPath = ("exemptions", name)
            if exemption.rule not in self._rules and not exemption.rule.startswith(CHECKOV_PREFIX):
                near = difflib.get_close_matches(exemption.rule, sorted(self._rules), 1)
                advice = f"did you mean `{near[0]}`?" if near else "write a rule of the policy catalogue"
                message = f"there is no rule `{exemption.rule}`"
                yield self._finding(system, (*path, "rule"), "exemption.unknown-rule", message, advice)
            elif self._expired(exemption):
                message = f"expired on {exemption.expires}"
                advice = f"meet the rule, or let {exemption.owner} renew it with a reason that holds today"
                yield self._finding(system, (*path, "expires"), "exemption.expired", message, advice)
            elif (system, name) not in self._used and not (system == EVERYBODY and self._context.selected):
                message = f"lets nobody off: no {exemption.kind} `{exemption.name}` breaks {exemption.rule}"
                yield self._finding(system, path, "exemption.unused", message, "remove it")

    def _finding(self, system: str, path: YamlPath, rule: str, message: str, advice: str) -> Finding:
        file = f"{ENVIRONMENTS}/{DEFAULTS}" if system == EVERYBODY else f"{ENVIRONMENTS}/{system}/{EXEMPTIONS}"
        marks: Mapping[YamlPath, Location] = {}
        try:
            marks = read_marked_yaml(self._context.root / file, file).marks
        except GroundplanError:  # the exemption stands in an overlay; the path names it well enough
            marks = {}
        return Finding(locate(marks, path, file), rule, dotted(path), message, advice)


def _family(rule: str) -> str:
    """The gate whose rule it is; empty for the policy gate's."""
    return next((family for family in FAMILIES if rule.startswith(family)), "")


def _names_in_defaults(context: Context) -> frozenset[str]:
    file = context.root / ENVIRONMENTS / DEFAULTS
    if not file.exists():
        return frozenset()
    return frozenset(read_marked_yaml(file, f"{ENVIRONMENTS}/{DEFAULTS}").data.get("exemptions") or {})
