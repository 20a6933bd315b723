"""Choosing environments, overlaying files, and the faults no fixture file can show."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from groundplan.errors import EnvironmentFileError, Location, UsageError
from groundplan.loading.load import load_environment, load_environments, location_of
from groundplan.loading.selection import select
from groundplan.yaml import source_text
from groundplan.yaml.marked import parse_marked_yaml

VALID = Path(__file__).resolve().parent / "valid"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(VALID, tmp_path / "environments")
    shutil.copytree(VALID / "shop", tmp_path / "environments" / "market")
    system = tmp_path / "environments" / "market" / "system.yaml"
    system.write_text(system.read_text().replace("system: shop", "system: market"))
    return tmp_path


def overlay(root: Path, text: str) -> Path:
    path = root / "environments" / "shop" / "production.yaml"
    path.write_text(text)
    return path


def test_selects_everything_when_nothing_is_named(root: Path) -> None:
    assert select(root, []) == [("market", "production"), ("shop", "production")]


@pytest.mark.parametrize("name", ["shop", "shop/production", "environments/shop/production.yaml", "shop/"])
def test_selects_by_system_environment_or_file(root: Path, name: str) -> None:
    assert select(root, [name]) == [("shop", "production")]


def test_suggests_the_nearest_environment(root: Path) -> None:
    with pytest.raises(
        UsageError, match=r"there is no system or environment `shop/prod`; did you mean `shop/production`\?"
    ):
        select(root, ["shop/prod"])


def test_lists_the_systems_when_nothing_is_near(root: Path) -> None:
    with pytest.raises(UsageError, match=r"`zebra`; write one of market, shop"):
        select(root, ["zebra"])


def test_names_the_missing_system_file_of_a_system_that_is_asked_for(root: Path) -> None:
    (root / "environments" / "shop" / "system.yaml").unlink()

    with pytest.raises(EnvironmentFileError, match=r"environments/shop/system.yaml: does not exist; create it"):
        select(root, ["shop/production"])


def test_refuses_a_folder_without_environments(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"there is no environment below .*; run inside the repository, or pass --root"
    ):
        select(tmp_path, [])


def test_a_missing_overlay_is_named(root: Path) -> None:
    with pytest.raises(EnvironmentFileError, match=r"environments/shop/staging.yaml: does not exist; create it"):
        load_environment(root, "shop", "staging")


def test_problems_of_all_environments_come_in_one_run(root: Path) -> None:
    overlay(root, "titel: x\n")
    (root / "environments" / "market" / "production.yaml").write_text("titel: x\n")

    with pytest.raises(EnvironmentFileError) as caught:
        load_environments(root, select(root, []))

    assert [finding.location.file for finding in caught.value.findings] == [
        "environments/market/production.yaml",
        "environments/shop/production.yaml",
    ]


def test_a_problem_shared_by_two_environments_is_told_once(root: Path) -> None:
    overlay(root, "# nothing\n")
    (root / "environments" / "shop" / "staging.yaml").write_text("# nothing\n")
    system = root / "environments" / "shop" / "system.yaml"
    system.write_text(system.read_text().replace("port: 8080", "port: 0"))

    with pytest.raises(EnvironmentFileError) as caught:
        load_environments(root, select(root, ["shop"]))

    assert len(caught.value.findings) == 1


def test_a_huge_file_is_refused_before_it_is_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_text, "MAX_BYTES", 1000)
    overlay(root, "# " + "x" * 2000)

    with pytest.raises(EnvironmentFileError, match=r"production.yaml: has 2002 bytes; keep it under 1000"):
        load_environment(root, "shop", "production")


def test_an_unreadable_file_is_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)

    with pytest.raises(EnvironmentFileError, match=r"cannot be read \(Permission denied\); check its permissions"):
        load_environment(root, "shop", "production")


def test_a_value_is_located_where_it_was_last_written(root: Path) -> None:
    overlay(root, "services:\n  web:\n    port: 9000\n")

    loaded = load_environment(root, "shop", "production")

    assert loaded.environment.services["web"].port == 9000
    assert location_of(loaded, ("services", "web", "port")) == Location("environments/shop/production.yaml", 3, 5)
    assert location_of(loaded, ("services", "web", "image")).file == "environments/shop/system.yaml"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("no", "no"), ("08", "08"), ("0o17", "0o17"), ("0x1f", "0x1f"), ("1_000", "1_000"), ("12:30", "12:30"),
        ("2001-01-01", "2001-01-01"), ("true", True), ("False", False), ("null", None), ("~", None), ("5", 5), ("-5", -5),
        ("1.5", 1.5), ("1e3", 1000.0), ("'5'", "5"), (".inf", ".inf"), ("1e999", "1e999"),
        ("12345678901234567890", "12345678901234567890"), ("<<", "<<"), ("=", "="),
    ],
)  # fmt: skip
def test_scalars_are_what_they_look_like(text: str, value: object) -> None:
    data = parse_marked_yaml(f"key: {text}\n", "a.yaml").data

    assert data == {"key": value}


@pytest.mark.parametrize("text", ["1.10", "+5", "1.0", "1e3"])
def test_a_number_keeps_its_spelling_where_text_is_wanted(root: Path, text: str) -> None:
    overlay(root, f"services: {{web: {{config: {{VERSION: {text}}}}}}}\n")

    loaded = load_environment(root, "shop", "production")

    assert loaded.environment.services["web"].config["VERSION"] == text


def test_a_byte_order_mark_is_no_part_of_the_first_key(root: Path) -> None:
    overlay(root, "\ufefftitle: Marked\n")

    assert load_environment(root, "shop", "production").environment.title == "Marked"
