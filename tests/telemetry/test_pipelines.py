"""What pipelines make of lines, as far as their text says it: the patterns, the names, and what comes before what."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest

from groundplan.telemetry.lifecycle import FIELDS
from groundplan.telemetry.names import INPUT_PORTS

PLUGINS = {
    "input": {"http"},
    "filter": {"date", "grok", "json", "mutate", "translate"},
    "output": {"elasticsearch"},
}
"""Plugins of the image, by where they may stand; each is among those Logstash brings by itself."""

TOKEN = re.compile(r'=~\s*/(?:\\.|[^/\\\n])*/|"(?:\\.|[^"\\])*"|#[^\n]*|[{}]|[A-Za-z_]+(?=\s*\{)')


def text(name: str) -> str:
    return files("groundplan.telemetry.pipelines").joinpath(f"{name}.conf").read_text("utf-8")


def plugins(source: str) -> dict[str, set[str]]:
    """Section to the plugins in it, at the depth of a plugin or below a condition."""
    found: dict[str, set[str]] = {}
    stack: list[str] = []
    word = ""
    for token in TOKEN.findall(source):
        if token == "{":
            stack.append(word)
            if len(stack) == 1:
                found[word] = set()
            elif word and word != "else" and all(one in ("", "else") for one in stack[1:-1]):
                found[stack[0]].add(word)
            word = ""
        elif token == "}":
            stack.pop()
            word = ""
        elif re.fullmatch(r"[A-Za-z_]+", token):
            word = token
    assert stack == []
    return found


@pytest.mark.parametrize("name", INPUT_PORTS)
def test_only_plugins_stand_in_it_that_the_image_has(name: str) -> None:
    found = plugins(text(name))

    assert set(found) == set(PLUGINS)
    assert {section: extra for section in found if (extra := found[section] - PLUGINS[section])} == {}


@pytest.mark.parametrize(("name", "port"), INPUT_PORTS.items())
def test_nobody_is_let_in_without_a_certificate(name: str, port: int) -> None:
    source = text(name)

    assert f"port => {port}\n" in source
    assert 'ssl_client_authentication => "required"' in source
    assert "ssl_enabled => true" in source


@pytest.mark.parametrize("name", INPUT_PORTS)
def test_every_name_that_it_gives_is_one_that_is_found_again(name: str) -> None:
    known = set(_names(FIELDS))
    given = re.findall(r'(?:=>|target =>) "(\[[^"]+\])"', text(name))
    kept = {target.strip("[]").replace("][", ".") for target in given if not target.startswith("[fields]")}

    assert {one for one in kept if not one.startswith("data_stream")} - known == set()


def _names(fields: dict[str, Any], before: str = "") -> list[str]:
    found = []
    for name, field in fields.items():
        found += _names(field["properties"], f"{before}{name}.") if "properties" in field else [before + name]
    return found


GROK = [
    re.compile(pattern.replace("(?<", "(?P<").replace('\\"', '"'))
    for pattern in re.findall(r'^\s+"(\^?\(?.*\(\?<.*)",?$', text("pods"), re.MULTILINE)
]


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("E0821 10:11:12.345678       1 reflector.go:147] cannot list", "E"),
        ("I0821 10:11:12.345678   12345 server.go:12] serving", "I"),
        ('ts=2026-08-21T10:11:12Z caller=main.go:5 level=warn msg="slow"', "warn"),
        ('level="error" msg="gone"', "error"),
        ("2026-08-21 10:11:12,123 WARNING could not reach it", "WARNING"),
        ("2026/08/21 10:11:12 ERROR: could not reach it", "ERROR"),
        ("[2026-08-21T10:11:12.123+09:00] [FATAL] gone", "FATAL"),
        ("INFO serving", "INFO"),
        ("an INFO in the middle says nothing", None),
        ("levelled=off", None),
    ],
)
def test_the_level_of_a_plain_line_is_found(line: str, level: str | None) -> None:
    assert len(GROK) == 3
    match = next((found for pattern in GROK if (found := pattern.search(line))), None)

    assert (match and next(iter(match.groupdict().values()))) == level


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("mail to jane.doe@example.com failed", "mail to <address> failed"),
        ("Authorization: Bearer abcdef0123456789", "Authorization: Bearer <credential>"),
        ("nothing of anybody", "nothing of anybody"),
    ],
)
def test_what_is_nobody_s_business_is_replaced(line: str, kept: str) -> None:
    rules = re.findall(r'"message", "((?:\\.|[^"\\])*)", "((?:\\.|[^"\\])*)"', text("pods"))

    assert len(rules) == 2
    for pattern, instead in rules:
        line = re.sub(pattern, instead, line)
    assert line == kept
