"""Pulling schemas: from a local archive that the test makes, verified, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from groundplan.checks import schema_download
from groundplan.checks.schema_download import DownloadError, pull
from groundplan.checks.schema_lock import read_lock
from groundplan.checks.schema_sources import cache_folder, find_schema, schema_folders
from groundplan.cli.main import main
from groundplan.errors import EnvironmentFileError

COMMIT = "a" * 40
WIDGET = b'{"type": "object"}'


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"catalogue-{COMMIT}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def lock(root: Path, sha256: str = "", *, definitions: str = "", name: str = "catalogue") -> None:
    text = f"sources:\n  {name}:  # one\n    url: file://{root}/{{commit}}.tar.gz\n    commit: {COMMIT}\n"
    text += f"    sha256: {sha256}\n" if sha256 else ""
    text += f"    definitions: {definitions}\n" if definitions else ""
    (root / "schemas.lock").write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    archive(tmp_path / f"{COMMIT}.tar.gz", {"example.com/widget_v1.json": WIDGET, "README.md": b"# Catalogue\n"})
    lock(tmp_path)
    return tmp_path


def refusal(root: Path) -> str:
    with pytest.raises(DownloadError) as caught:
        pull(root, root / "cache" / "schemas")
    assert not (root / "cache" / "schemas").exists()
    return str(caught.value)


def test_takes_schemas_and_leaves_the_rest(root: Path) -> None:
    pulled = pull(root, root / "cache" / "schemas")

    assert pulled.count == 1
    assert (root / "cache/schemas/example.com/widget_v1.json").read_bytes() == WIDGET
    assert sorted(path.name for path in (root / "cache").iterdir()) == ["schemas"]


def test_the_first_pull_writes_the_digest_and_the_next_verifies_it(root: Path) -> None:
    line = f"{hashlib.sha256(WIDGET).hexdigest()}  example.com/widget_v1.json\n"
    expected = hashlib.sha256(line.encode()).hexdigest()

    assert pull(root, root / "schemas").new_digests == ("catalogue",)
    assert read_lock(root).sources["catalogue"].sha256 == expected
    assert pull(root, root / "schemas").new_digests == ()


def test_other_schemas_than_the_pinned_ones_are_refused_and_the_old_ones_stay(root: Path) -> None:
    pull(root, root / "schemas")
    archive(root / f"{COMMIT}.tar.gz", {"example.com/widget_v1.json": b"{}"})

    with pytest.raises(DownloadError, match="find out what changed before you change the lock"):
        pull(root, root / "schemas")

    assert (root / "schemas/example.com/widget_v1.json").read_bytes() == WIDGET


def test_a_mirror_may_compress_as_it_likes(root: Path) -> None:
    pull(root, root / "schemas")
    (root / "mirror").mkdir()
    again = archive(root / "mirror" / "catalogue.tar.gz", {"example.com/widget_v1.json": WIDGET})
    again.write_bytes(gzip.compress(gzip.decompress(again.read_bytes()), 1, mtime=7))

    assert pull(root, root / "schemas", mirror=f"file://{root}/mirror").count == 1


def test_kinds_that_disappeared_upstream_disappear_here(root: Path) -> None:
    (root / "schemas" / "old.com").mkdir(parents=True)
    (root / "schemas" / "old.com" / "thing_v1.json").write_text("{}")

    pull(root, root / "schemas")

    assert not (root / "schemas" / "old.com").exists()


def test_definitions_become_closed_schemas(root: Path) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    definition = {
        "kind": "CustomResourceDefinition",
        "spec": {
            "group": "example.com",
            "names": {"kind": "Widget"},
            "versions": [{"name": "v1", "schema": {"openAPIV3Schema": schema}}],
        },
    }
    archive(root / f"{COMMIT}.tar.gz", {"crd/widgets.yaml": json.dumps(definition).encode(), "crd/x.txt": b""})
    lock(root, definitions="crd")

    pull(root, root / "schemas")

    written = json.loads((root / "schemas/example.com/widget_v1.json").read_text())
    assert written["properties"]["spec"]["additionalProperties"] is False


def test_a_later_source_replaces_kinds_of_an_earlier_one(root: Path) -> None:
    archive(root / "second.tar.gz", {"example.com/widget_v1.json": b'{"title": "newer"}'})
    text = (root / "schemas.lock").read_text()
    (root / "schemas.lock").write_text(f"{text}  second:\n    url: file://{root}/second.tar.gz\n    commit: {COMMIT}\n")

    pulled = pull(root, root / "schemas")

    assert pulled.new_digests == ("catalogue", "second")
    assert b"newer" in (root / "schemas/example.com/widget_v1.json").read_bytes()
    assert pull(root, root / "schemas").new_digests == ()


def test_a_torn_archive_is_refused(root: Path) -> None:
    file = root / f"{COMMIT}.tar.gz"
    file.write_bytes(file.read_bytes()[:-20])

    assert "is not a gzipped archive, or not all of one" in refusal(root)


def test_a_torn_archive_that_was_compressed_again_is_refused(root: Path) -> None:
    file = root / f"{COMMIT}.tar.gz"
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())[:1024]))

    assert "is not a tar archive, or not all of one" in refusal(root)


def test_an_archive_without_schemas_is_refused(root: Path) -> None:
    archive(root / f"{COMMIT}.tar.gz", {"README.md": b""})

    assert "holds no schema" in refusal(root)


def test_names_that_lead_outside_are_not_taken(root: Path) -> None:
    bad = {"../evil_v1.json": b"{}", "../../x/evil_v1.json": b"{}", "example.com/widget_v1.json": WIDGET}
    archive(root / f"{COMMIT}.tar.gz", bad)

    assert pull(root, root / "cache" / "schemas").count == 1
    assert not list(root.rglob("evil*"))


def test_a_definition_cannot_lead_outside(root: Path) -> None:
    definition = {
        "kind": "CustomResourceDefinition",
        "spec": {"group": "..", "names": {"kind": "Evil"}, "versions": [{"name": "v1"}]},
    }
    archive(root / f"{COMMIT}.tar.gz", {"crd/evil.yaml": json.dumps(definition).encode()})
    lock(root, definitions="crd")

    assert "which is no kind" in refusal(root)


def test_links_in_the_archive_are_not_followed(root: Path) -> None:
    with tarfile.open(root / f"{COMMIT}.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("c/example.com/widget_v1.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)

    assert "holds no schema" in refusal(root)


def test_schemas_that_are_too_large_are_counted_and_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive(root / f"{COMMIT}.tar.gz", {"example.com/widget_v1.json": WIDGET, "example.com/huge_v1.json": b" " * 100})
    monkeypatch.setattr(schema_download, "MAX_SCHEMA", 50)

    pulled = pull(root, root / "schemas")

    assert (pulled.count, pulled.too_large) == (1, 1)


@pytest.mark.parametrize("limit", ["MAX_ARCHIVE", "MAX_CONTENT"])
def test_an_archive_that_is_too_large_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(schema_download, limit, 10)

    assert "holds more than 10 bytes" in refusal(root)


def test_what_cannot_be_reached_is_one_line(root: Path) -> None:
    (root / f"{COMMIT}.tar.gz").unlink()

    message = refusal(root)

    assert "cannot be fetched (" in message
    assert message.endswith("; check the network, or name a mirror with --mirror")
    assert "\n" not in message


def test_other_protocols_are_refused(root: Path) -> None:
    with pytest.raises(DownloadError, match="is not an https or file address"):
        pull(root, root / "schemas", mirror="ftp://example.com")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sources: {}\n", "at least 1"),
        ("sources: {a: {url: 'ftp://x', commit: " + COMMIT + "}}\n", "pattern"),
        ("sources: {a: {url: 'https://x', commit: main}}\n", "pattern"),
    ],
)
def test_a_wrong_lock_is_an_error_of_the_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "schemas.lock").write_text(text)

    with pytest.raises(EnvironmentFileError, match=message):
        read_lock(tmp_path)


def test_a_digest_needs_a_line_of_its_own(root: Path) -> None:
    (root / "schemas.lock").write_text(
        f"sources: {{a: {{url: 'file://{root}/{{commit}}.tar.gz', commit: {COMMIT}}}}}\n"
    )

    with pytest.raises(EnvironmentFileError, match="the digest has no place"):
        pull(root, root / "schemas")


def test_the_lock_of_this_repository_pins_every_digest(repository: Path) -> None:
    assert [name for name, source in read_lock(repository).sources.items() if source.sha256 is None] == []


def test_the_verb_pulls_into_the_cache_and_shows_where(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(root / "home"))
    monkeypatch.delenv("GROUNDPLAN_SCHEMAS", raising=False)
    assert main(["--root", str(root), "schemas", "path"]) == 1
    assert "run `groundplan schemas pull`" in capsys.readouterr().out

    assert main(["--root", str(root), "schemas", "pull"]) == 0
    assert "review and commit what was written" in capsys.readouterr().out

    assert main(["--root", str(root), "schemas", "path", "--output", "json"]) == 0
    folders = json.loads(capsys.readouterr().out)
    assert folders[0] == {
        "folder": str(root / "home/groundplan/schemas"),
        "origin": "groundplan schemas pull",
        "schemas": 1,
    }
    assert find_schema("example.com", "Widget", "v1") == {"type": "object"}


def test_named_folders_come_before_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("GROUNDPLAN_SCHEMAS", "/a:/b")

    assert [str(folder.path) for folder in schema_folders()][:3] == ["/a", "/b", str(cache_folder())]
