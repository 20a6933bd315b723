"""An overlay wins value by value, and every value that is left knows where it was written."""

from __future__ import annotations

from groundplan.yaml.marked import MarkedYaml, parse_marked_yaml
from groundplan.yaml.merge import merge


def laid(base: str, overlay: str) -> MarkedYaml:
    return merge(parse_marked_yaml(base, "base.yaml"), parse_marked_yaml(overlay, "over.yaml"))


def test_mappings_merge() -> None:
    assert laid("web: {port: 80, host: a}", "web: {host: b}").data == {"web": {"port": 80, "host": "b"}}


def test_a_list_replaces_a_list() -> None:
    assert laid("zones: [a, b]", "zones: [c]").data == {"zones": ["c"]}


def test_null_removes() -> None:
    assert laid("web: {port: 80, host: a}", "web: {host: null}").data == {"web": {"port": 80}}


def test_null_below_what_is_new_leaves_no_key() -> None:
    assert laid("{}", "web: {port: 80, host: null}").data == {"web": {"port": 80}}


def test_a_value_has_the_place_of_whoever_wrote_it_last() -> None:
    marks = laid("web: {port: 80, host: a}", "web: {host: b}").marks

    assert (marks["web", "port"].file, marks["web", "host"].file) == ("base.yaml", "over.yaml")


def test_what_is_gone_has_no_place_and_nothing_below_it() -> None:
    marks = laid("zones: [a, b]\nweb: {live: {path: /}}", "zones: [c]\nweb: {live: null}").marks

    assert ("zones", 0) in marks
    assert not {("zones", 1), ("web", "live"), ("web", "live", "path")} & set(marks)
