"""Rented resources: what their own settings open; and what each cloud asks of its firewalls and addresses, in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from groundplan.checks.exposure.facts import Setting, facts
from groundplan.checks.exposure.reader import doors
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.yaml.marked import YamlPath

ANYWHERE = frozenset({"*", "0.0.0.0/0", "::/0"})
"""How a firewall writes everybody."""
WEB = frozenset({80, 443})
"""Ports that the public may be let in on, where something public stands."""

Kind = tuple[str, str]
"""Group and kind."""

_WORDS = {
    "public": "is reached by anybody",
    "keys": "lets in whoever has a key",
    "boundary": "may be given every right there is",
    "tls": "speaks less than TLS 1.2, or none",
    "encryption": "keeps what it holds in the clear",
}


def settings(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Fields that open a resource, or let others read along."""
    shown = {path for door in doors() for path in door.shown(inventory)}
    for rule, setting in facts().settings:
        group, _, kind = setting.of.rpartition("/")
        for item in inventory.by_kind.get((group, kind), ()):
            if rule == "public" and item.path in shown:
                continue
            stated = list(_values(item.document, tuple(setting.field.split("."))))
            moot = setting.unless and list(_values(item.document, tuple(setting.unless.split("."))))
            if stated or not moot:
                yield from _setting(inventory, item, rule, setting)


def _setting(inventory: Inventory, item: Object, rule: str, setting: Setting) -> Iterator[Finding]:
    found = list(_values(item.document, tuple(setting.field.split("."))))
    if setting.is_ == "any":
        wrong = [] if found and found[0][1] else [(_place(setting), None)]
    else:
        wrong = (
            [(path, value) for path, value in found if value not in setting.is_] if found else [(_place(setting), None)]
        )
    for path, value in wrong:
        shown = "not set" if value is None else f"`{value}`"
        wanted = "set it" if setting.is_ == "any" else f"write {' or '.join(str(one) for one in setting.is_)}"
        message = f"{_WORDS[rule]}: {setting.field} is {shown}"
        yield inventory.finding(item, path, f"exposure.{rule}", message, wanted)


def _place(setting: Setting) -> YamlPath:
    return tuple(step for step in setting.field.split(".") if step != "*")


def _values(value: Any, steps: tuple[str, ...], path: YamlPath = ()) -> Iterator[tuple[YamlPath, Any]]:
    if not steps:
        yield path, value
    elif steps[0] == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values(item, steps[1:], (*path, index))
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:], (*path, steps[0]))


def opened(inventory: Inventory, item: Object, field: YamlPath, ports: range, *, public: bool) -> Iterator[Finding]:
    """What is wrong with a rule of a firewall that lets the whole Internet in.

    Args:
        inventory: the rendered tree.
        item: the rule, or the object it stands in.
        field: where it stands.
        ports: those it lets in on.
        public: whether something public stands behind it.
    """
    if public and all(port in WEB for port in (ports.start, ports.stop - 1)) and len(ports) == 1:
        return
    shown = str(ports.start) if len(ports) == 1 else f"{ports.start} to {ports.stop - 1}"
    why = "the web's ports are 80 and 443" if public else "nothing public stands there"
    message = f"lets the whole Internet in on port {shown}, and {why}"
    yield inventory.finding(item, field, "exposure.firewall", message, "name who may come in")


def dangling(inventory: Inventory, of: Kind, users: Iterable[Kind]) -> Iterator[Finding]:
    """Public addresses of one kind that nothing of `users` names, and that whoever gets them next answers on."""
    used = {
        (item.namespace, name)
        for kind in users
        for item in inventory.by_kind.get(kind, ())
        for name in _named(item.spec)
    }
    for item in inventory.by_kind.get(of, ()):
        if (item.namespace, item.name) not in used:
            message, advice = "is a public address that nothing uses", "remove it, or give it to something"
            yield inventory.finding(item, ("spec",), "exposure.dangling", message, advice)


def _named(value: Any) -> Iterator[str]:
    """Every `name` of a reference at any depth."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "name" and isinstance(item, str):
                yield item
            else:
                yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
