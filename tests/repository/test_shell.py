"""Every script that a job runs is valid shell, stops at its first error, and takes no value the shell would read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from groundplan.shell import script

ROOT = Path(__file__).parents[2] / "constructs"
SCRIPTS = sorted(ROOT.rglob("*.sh"))
READ_BY_OTHERS = {"ask", "join"}
"""Functions that other scripts read, after they said so themselves."""

S3 = "groundplan.platforms.scripts"


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) >= 8


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_script_is_valid_shell_and_stops_at_the_first_error(path: Path) -> None:
    checked = subprocess.run(["/bin/sh", "-n", str(path)], capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stderr
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    assert lines[0] == "set -eu" or path.stem in READ_BY_OTHERS


def test_a_value_the_shell_would_read_is_refused() -> None:
    with pytest.raises(ValueError, match=r"bucket `a; rm -rf /` is not safe in a shell script"):
        script(S3, "upload", begins="a", ends="b", bucket="a; rm -rf /", prefix="daily/")


def test_a_placeholder_without_value_is_refused() -> None:
    with pytest.raises(ValueError, match=r"upload.sh asks for BUCKET, which has no value"):
        script(S3, "upload", begins="a", ends="b", prefix="daily/")
