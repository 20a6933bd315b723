"""The backup scripts stop at the first step that fails, and what they make can be restored."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundplan.platforms.platform import ObjectStorage
from groundplan.shell import script

SCRIPTS = "groundplan.stores.postgres.scripts"
STORAGE = ObjectStorage(
    bucket="shop-backups", barman={}, location="s3://shop-backups/", client="client", listing="", fetching=""
)
TEXTS = {
    "dump": script(SCRIPTS, "dump", database="shop"),
    "upload": STORAGE.upload("/backup/shop_", ".dump.gz", "postgres/daily/"),
    "download": STORAGE.download("postgres/daily/", "shop_", 93600, "/restore/newest.dump.gz"),
    "restore_test": script(SCRIPTS, "restore_test"),
}
SERVER_TOOLS = ("initdb", "pg_ctl", "createdb", "psql", "pg_dump", "pg_restore")
NOBODY = 65534

LOCAL_BUCKET = """#!/bin/sh
# Stands in for the object store's client: copies to and from $BUCKET_DIR and lists the newest file there.
set -eu
local_name() { printf '%s' "$1" | sed "s#^s3://shop-backups/#$BUCKET_DIR/#"; }
if [ "$1 $2" = "s3 cp" ]; then
  exec cp "$(local_name "$3")" "$(local_name "$4")"
fi
newest=$(ls -t "$BUCKET_DIR/postgres/daily" | head -n 1)
printf '%s\\tpostgres/daily/%s\\n' "${MODIFIED:-$(date -u +%Y-%m-%dT%H:%M:%S+00:00)}" "$newest"
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for everything a job touches, open to the other user a server must run as where the tests are root."""
    with tempfile.TemporaryDirectory(prefix="backup-") as folder:
        for name in ("bin", "backup", "restore", "bucket/postgres/daily"):
            (Path(folder) / name).mkdir(parents=True)
        Path(folder).chmod(0o755)
        yield Path(folder)


def put(place: Path, name: str, text: str) -> None:
    tool = place / "bin" / name
    tool.write_text(text)
    tool.chmod(0o755)


def run(place: Path, name: str, *, user: int | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    text = TEXTS[name].replace("/backup/", f"{place}/backup/").replace("/restore", f"{place}/restore")
    return subprocess.run(
        ["/bin/sh", "-c", text],
        env={
            "PATH": f"{place}/bin:{os.environ['PATH']}",
            "BUCKET_DIR": str(place / "bucket"),
            "POSTGRES_HOST": "database",
            "POSTGRES_USER": "shop_app",
            "POSTGRES_DB": "shop",
            **env,
        },
        capture_output=True,
        text=True,
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        timeout=120,
    )


def test_a_dump_is_compressed_and_named_for_its_day(place: Path) -> None:
    put(place, "pg_dump", '#!/bin/sh\nwhile [ "$1" != -f ]; do shift; done\necho dump > "$2"\n')
    put(place, "date", "#!/bin/sh\necho 20260102\n")

    result = run(place, "dump")

    assert result.returncode == 0, result.stderr
    assert [file.name for file in (place / "backup").iterdir()] == ["shop_20260102.dump.gz"]


def test_a_failed_dump_fails_the_step_and_leaves_nothing_to_upload(place: Path) -> None:
    put(place, "pg_dump", '#!/bin/sh\nwhile [ "$1" != -f ]; do shift; done\necho half > "$2"\nexit 1\n')

    result = run(place, "dump")

    assert result.returncode != 0
    assert list((place / "backup").glob("*.gz")) == []


def test_a_retry_replaces_what_the_failed_try_left(place: Path) -> None:
    (place / "backup" / "shop_20260101.dump").write_text("half")
    (place / "backup" / "shop_20260101.dump.gz").write_text("half")
    put(place, "pg_dump", '#!/bin/sh\nwhile [ "$1" != -f ]; do shift; done\necho dump > "$2"\n')
    put(place, "date", "#!/bin/sh\necho 20260102\n")

    result = run(place, "dump")

    assert result.returncode == 0, result.stderr
    assert [file.name for file in (place / "backup").iterdir()] == ["shop_20260102.dump.gz"]


def test_an_uploaded_dump_is_in_the_bucket_and_no_longer_here(place: Path) -> None:
    (place / "backup" / "shop_20260102.dump.gz").write_text("dump")
    put(place, "aws", LOCAL_BUCKET)

    result = run(place, "upload")

    assert result.returncode == 0, result.stderr
    assert list((place / "backup").iterdir()) == []
    assert (place / "bucket/postgres/daily/shop_20260102.dump.gz").read_text() == "dump"


def test_a_failed_upload_fails_the_job_and_keeps_the_dump(place: Path) -> None:
    (place / "backup" / "shop_20260102.dump.gz").write_text("dump")
    put(place, "aws", "#!/bin/sh\nexit 1\n")

    result = run(place, "upload")

    assert result.returncode != 0
    assert (place / "backup" / "shop_20260102.dump.gz").exists()


def test_an_upload_without_a_dump_fails(place: Path) -> None:
    put(place, "aws", "#!/bin/sh\nexit 0\n")

    assert run(place, "upload").returncode != 0


def test_a_dump_that_is_too_old_fails_the_restore_test(place: Path) -> None:
    (place / "bucket/postgres/daily/shop_20200101.dump.gz").write_text("dump")
    put(place, "aws", LOCAL_BUCKET)

    result = run(place, "download", MODIFIED="2020-01-01T03:00:00+00:00")

    assert result.returncode == 1
    assert "shop_20200101.dump.gz, is" in result.stderr


def test_no_dump_at_all_fails_the_restore_test(place: Path) -> None:
    put(place, "aws", "#!/bin/sh\necho None\n")

    result = run(place, "download")

    assert result.returncode == 1
    assert "there is no backup below s3://shop-backups/postgres/daily/" in result.stderr


def test_a_failed_listing_fails_the_restore_test(place: Path) -> None:
    put(place, "aws", "#!/bin/sh\nexit 255\n")

    assert run(place, "download").returncode == 255


@pytest.fixture
def database(place: Path) -> Iterator[dict[str, str]]:
    """A PostgreSQL server of this machine with one table, reached through a socket in the place."""
    missing = [tool for tool in SERVER_TOOLS if shutil.which(tool) is None and not _server_bin(tool)]
    if missing:
        pytest.skip(f"no {', '.join(missing)} on this machine: dump and restore were not tried for real")
    for tool in SERVER_TOOLS:
        if shutil.which(tool) is None:
            (place / "bin" / tool).symlink_to(_server_bin(tool))
    for folder in (place, *place.rglob("*")):
        if folder.is_dir():
            os.chown(folder, *(2 * (NOBODY if os.getuid() == 0 else -1,)))
    env = {"PGDATA": f"{place}/server", "PGHOST": str(place), "PGPORT": "5999", "PGUSER": "postgres"}
    _as_server(place, env, "initdb --auth=trust --username=postgres --encoding=UTF8 --no-locale")
    _as_server(
        place,
        env,
        f"pg_ctl start --wait --log={place}/log --options=\"-c listen_addresses='' -c port=5999 "
        f'-c unix_socket_directories={place} -c fsync=off"',
    )
    _as_server(place, env, "createuser shop_app && createdb --owner=shop_app shop")
    yield {**env, "POSTGRES_HOST": str(place)}
    _as_server(place, env, "pg_ctl stop --mode=immediate")


def _server_bin(tool: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"))
    return str(found[-1]) if found else ""


def _as_server(place: Path, env: dict[str, str], command: str) -> None:
    user = NOBODY if os.getuid() == 0 else None
    result = subprocess.run(
        ["/bin/sh", "-c", command],
        env={"PATH": f"{place}/bin:{os.environ['PATH']}", **env},
        check=False,
        stdout=subprocess.DEVNULL,
        user=user,
        group=user,
        extra_groups=[] if user is not None else None,
        timeout=120,
    )
    log = place / "log"
    assert result.returncode == 0, f"{command}: {log.read_text() if log.exists() else ''}"


@pytest.mark.slow
def test_a_dump_travels_through_the_bucket_and_restores_with_every_row(place: Path, database: dict[str, str]) -> None:
    user = NOBODY if os.getuid() == 0 else None
    put(place, "aws", LOCAL_BUCKET)
    _as_server(
        place, database, 'psql -q -U shop_app -d shop -c "CREATE TABLE orders AS SELECT generate_series(1, 42) AS id"'
    )

    results = [run(place, name, user=user, **database) for name in TEXTS]

    assert [result.returncode for result in results] == [0, 0, 0, 0], [result.stderr for result in results]
    assert "restored 1 tables with 42 rows" in results[-1].stdout


@pytest.mark.slow
def test_a_dump_of_an_empty_database_fails_the_restore_test(place: Path, database: dict[str, str]) -> None:
    user = NOBODY if os.getuid() == 0 else None
    put(place, "aws", LOCAL_BUCKET)

    results = [run(place, name, user=user, **database) for name in TEXTS]

    assert [result.returncode for result in results] == [0, 0, 0, 1], [result.stderr for result in results]
    assert "restores to an empty database" in results[-1].stderr


@pytest.mark.slow
def test_a_damaged_dump_fails_the_restore_test(place: Path, database: dict[str, str]) -> None:
    user = NOBODY if os.getuid() == 0 else None
    put(place, "aws", LOCAL_BUCKET)
    (place / "restore" / "newest.dump.gz").write_bytes(b"not a dump")

    assert run(place, "restore_test", user=user, **database).returncode != 0
