"""Fetches the schemas that `schemas.lock` pins, whole and verified, or not at all."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tarfile
import tempfile
import urllib.request
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, NoReturn

from groundplan.checks.schema_lock import LOCK, Source, read_lock, write_digest
from groundplan.checks.schema_shape import close
from groundplan.errors import Finding, GroundplanError, Location
from groundplan.yaml.manifests import ManifestYamlError, parse_documents

TIMEOUT = 30
"""Seconds without a byte after which a download is given up."""

MAX_ARCHIVE = 256 * 2**20
"""Bytes of one archive, compressed."""

MAX_CONTENT = 2**30
"""Bytes of one archive, unpacked."""

MAX_SCHEMA = 2 * 2**20
"""Bytes of one schema; larger ones are left in the archive. The few there are describe kinds that hold whole pods many
times over, and cost more to compile than all others together."""

SCHEMA = re.compile(r"[a-z0-9][a-z0-9.-]*/[a-z0-9-]+_v[0-9][a-z0-9]*\.json")
"""Files of a catalogue; everything else is left in the archive."""


class DownloadError(GroundplanError):
    """The schemas could not be fetched, or are not the ones that are pinned; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull did."""

    folder: Path
    """Where the schemas lie now."""

    count: int
    """How many there are."""

    too_large: int
    """How many were left in their archives for their size."""

    new_digests: tuple[str, ...]
    """Sources whose digest this pull wrote into the lock."""


def pull(root: Path, folder: Path, *, mirror: str | None = None) -> Pulled:
    """Fetch every pinned source into `folder`, which is replaced whole.

    Args:
        root: the repository, which holds the lock.
        folder: where the schemas go.
        mirror: address of a folder that holds the archives as `<name>.tar.gz`. Default the addresses in the lock.

    Raises:
        DownloadError: where one cannot be fetched, is no archive, or has another digest.
    """
    lock = read_lock(root)
    digests: dict[str, str] = {}
    too_large = 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".schemas-", dir=folder.parent) as work:
        fresh = Path(work) / "fresh"
        for name, source in lock.sources.items():
            address = f"{mirror.rstrip('/')}/{name}.tar.gz" if mirror else source.address
            files, skipped = _download(address, source, Path(work))
            too_large += skipped
            digests[name] = digest(files)
            if source.sha256 not in (None, digests[name]):
                _fail(LOCK, f"{address} holds files with digest {digests[name]}, not {source.sha256}",
                      "find out what changed before you change the lock", name)  # fmt: skip
            _write(address, source, files, fresh)
        count = sum(1 for _ in fresh.glob("*/*.json"))
        _replace(fresh, folder, Path(work) / "old")
    new = tuple(name for name, source in lock.sources.items() if source.sha256 is None)
    for name in new:
        write_digest(root, name, digests[name])
    return Pulled(folder, count, too_large, new)


def digest(files: Mapping[str, bytes]) -> str:
    """One digest over names and contents."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n".encode())
    return whole.hexdigest()


def _download(address: str, source: Source, work: Path) -> tuple[dict[str, bytes], int]:
    packed, archive = work / "packed", work / "archive"
    _fetch(address, packed)
    _decompress(address, packed, archive)
    return _unpack(address, source, archive)


def _fetch(address: str, packed: Path) -> None:
    if not address.startswith(("https://", "file://")):
        _fail(address, "is not an https or file address", "write one")
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT) as answer, packed.open("wb") as out:
            _copy(address, answer, out, MAX_ARCHIVE)
    except (OSError, HTTPException) as error:  # URLError and time-outs are OSErrors
        reason = getattr(error, "reason", None) or error
        _fail(address, f"cannot be fetched ({reason})", "check the network, or name a mirror with --mirror")


def _decompress(address: str, packed: Path, archive: Path) -> None:
    """Unpack the outer layer first: its check sum, and the empty blocks at the end, tell a whole archive from a torn one."""
    try:
        with gzip.open(packed) as content, archive.open("wb") as out:
            _copy(address, content, out, MAX_CONTENT)
    except (OSError, EOFError, zlib.error) as error:
        _fail(address, f"is not a gzipped archive, or not all of one ({error})", "pull again, or pin another")
    with archive.open("rb") as content:
        content.seek(-min(1024, archive.stat().st_size), os.SEEK_END)
        if content.read() != bytes(1024):
            _fail(address, "is not a tar archive, or not all of one", "pull again, or pin another")


def _copy(address: str, content: IO[bytes] | gzip.GzipFile, out: IO[bytes], limit: int) -> None:
    size = 0
    while block := content.read(1 << 20):
        size += len(block)
        if size > limit:
            _fail(address, f"holds more than {limit} bytes", "pin a smaller archive")
        out.write(block)


def _unpack(address: str, source: Source, archive: Path) -> tuple[dict[str, bytes], int]:
    """The wanted files by path below the archive's one folder, and how many were too large."""
    files: dict[str, bytes] = {}
    too_large = 0
    try:
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                path = member.name.partition("/")[2]
                if not member.isreg() or not _is_wanted(path, source):
                    continue
                if member.size > MAX_SCHEMA:
                    too_large += 1
                    continue
                content = tar.extractfile(member)
                assert content is not None  # regular files have one
                files[path] = content.read()
    except tarfile.TarError as error:
        _fail(address, f"is not a tar archive ({error})", "pin the archive of a commit")
    if not files:
        _fail(address, "holds no schema", "pin an archive that does, or name its folder of definitions")
    return files, too_large


def _is_wanted(path: str, source: Source) -> bool:
    if source.definitions is None:
        return SCHEMA.fullmatch(path) is not None
    return path.startswith(f"{source.definitions.strip('/')}/") and path.endswith((".yaml", ".yml"))


def _write(address: str, source: Source, files: Mapping[str, bytes], fresh: Path) -> None:
    """Names are matched whole before anything is written, so none can lead outside `fresh`."""
    for path, content in files.items():
        pairs = [(path, content)] if source.definitions is None else _converted(address, path, content)
        for name, schema in pairs:
            if not SCHEMA.fullmatch(name):
                _fail(address, f"`{path}` defines `{name}`, which is no kind", "pin another archive")
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(schema)


def _converted(address: str, path: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """The schema of every version that a file of CustomResourceDefinitions defines."""
    try:
        documents: list[Any] = parse_documents(content)
    except ManifestYamlError as error:
        _fail(address, f"`{path}` {error}", "pin another archive")
    for document in documents:
        if not isinstance(document, Mapping) or document.get("kind") != "CustomResourceDefinition":
            continue
        spec = document["spec"]
        for version in spec["versions"]:
            name = f"{spec['group']}/{spec['names']['kind'].lower()}_{version['name']}.json"
            schema = close((version.get("schema") or {}).get("openAPIV3Schema") or {})
            yield name, json.dumps(schema, sort_keys=True).encode()


def _replace(fresh: Path, folder: Path, old: Path) -> None:
    """Readers see the old schemas or the new ones; for the moment between two renames, none."""
    if folder.exists():
        folder.rename(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _fail(where: str, message: str, advice: str, subject: str = "") -> NoReturn:
    raise DownloadError([Finding(Location(where), "schemas", subject, message, advice)]) from None
