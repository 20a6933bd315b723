"""The scripts that carry backups do the same with every protocol, and stop where something is missing or too old."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from groundplan.platforms.platform import ObjectStorage

OLDEST = 3600
LISTED = {
    "groundplan.platforms.azure.scripts": "{at}\\nnightly/shop_2.gz\\n",
    "groundplan.platforms.gcp.scripts": "  5  2020-01-01T00:00:00Z  gs://b/nightly/shop_1.gz\\n  9  {at}  gs://b/nightly/shop_2.gz\\n",
    "groundplan.platforms.scripts": "{at}\\tnightly/shop_2.gz\\n",
}
CLIENTS = {
    "groundplan.platforms.azure.scripts": "az",
    "groundplan.platforms.gcp.scripts": "gcloud",
    "groundplan.platforms.scripts": "aws",
}
CLIENT = """#!/bin/sh
# Stands in for the object store's client: writes down what it is asked, and lists what the test says.
echo "$*" >> "$ASKED"
case "$*" in
  *"list"*|*" ls "*) printf "$FOUND" ;;
  *"print-access-token"*) echo token ;;
esac
"""


def storage(package: str) -> ObjectStorage:
    values = {"account": "shop"} if "azure" in package else {}
    return ObjectStorage(
        bucket="b", barman={}, location="", client="", listing="", fetching="", scripts=package, values=values
    )


def run(place: Path, text: str, package: str, found: str = "") -> subprocess.CompletedProcess[str]:
    for name in (CLIENTS[package], "curl"):
        (place / name).write_text(CLIENT)
        (place / name).chmod(0o755)
    (place / "token").write_text("token")
    env = {
        "PATH": f"{place}:{os.environ['PATH']}",
        "ASKED": str(place / "asked"),
        "FOUND": found,
        "AZURE_CLIENT_ID": "id",
        "AZURE_TENANT_ID": "tenant",
        "AZURE_FEDERATED_TOKEN_FILE": str(place / "token"),
    }
    text = text.replace("/tmp/token", str(place / "access-token"))
    return subprocess.run(["/bin/sh", "-c", text], env=env, capture_output=True, text=True, check=False, timeout=30)


def listing(package: str, at: str) -> str:
    return LISTED[package].format(at=at)


@pytest.mark.parametrize("package", LISTED)
def test_an_upload_names_the_object_after_the_file_and_removes_it(package: str, tmp_path: Path) -> None:
    (tmp_path / "shop_2.gz").write_text("backup")

    result = run(tmp_path, storage(package).upload(f"{tmp_path}/shop_", ".gz", "nightly/"), package)

    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "shop_2.gz").exists()
    asked = (tmp_path / "asked").read_text()
    assert "nightly/" in asked
    assert "shop_2.gz" in asked


@pytest.mark.parametrize("package", LISTED)
def test_a_download_takes_the_newest(package: str, tmp_path: Path) -> None:
    now = subprocess.run(
        ["date", "-u", "+%Y-%m-%dT%H:%M:%SZ"], capture_output=True, text=True, check=True
    ).stdout.strip()
    text = storage(package).download("nightly/", "shop_", OLDEST, f"{tmp_path}/newest")

    result = run(tmp_path, text, package, listing(package, now))

    assert result.returncode == 0, result.stderr
    assert "nightly/shop_2.gz" in (tmp_path / "asked").read_text().splitlines()[-1]


@pytest.mark.parametrize("package", LISTED)
def test_a_download_refuses_what_is_too_old(package: str, tmp_path: Path) -> None:
    text = storage(package).download("nightly/", "shop_", OLDEST, f"{tmp_path}/newest")

    result = run(tmp_path, text, package, listing(package, "2020-01-01T03:00:00Z"))

    assert result.returncode == 1
    assert f"at most {OLDEST} are expected" in result.stderr


@pytest.mark.parametrize("package", LISTED)
def test_a_download_fails_where_nothing_lies(package: str, tmp_path: Path) -> None:
    result = run(tmp_path, storage(package).download("nightly/", "shop_", OLDEST, f"{tmp_path}/newest"), package)

    assert result.returncode == 1
    assert "there is no backup below" in result.stderr
