"""Renders every environment: `python main.py [system[/environment]]...` is `groundplan synth`."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def _continue_in_venv() -> None:
    """Any Python may start this, `cdk8s synth` takes the first on PATH; the one with our packages carries on."""
    python = ROOT / ".venv" / "bin" / "python"
    if sys.prefix == sys.base_prefix and python.exists() and Path(sys.executable) != python:
        os.execv(python, [str(python), str(ROOT / "main.py"), *sys.argv[1:]])


def _refuse_a_bare_python() -> None:
    """Packages are loaded when they are first used, so what is missing would be told in the middle of a run."""
    for package in ("cdk8s", "pydantic", "rich", "yaml"):
        if find_spec(package) is None:
            raise ImportError(f"No module named {package!r}")


if __name__ == "__main__":
    _continue_in_venv()
    sys.path.insert(0, str(ROOT / "constructs"))
    try:
        _refuse_a_bare_python()
        from groundplan.cli.main import program
    except ImportError as error:
        sys.exit(f"error: main.py: this Python lacks what it needs ({error}); run `make` first, it sets up .venv")
    sys.exit(program(["--root", str(ROOT), "synth", *sys.argv[1:]]))
