"""Renders every environment: `python main.py [system[/environment]]...` is `groundplan synth`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "constructs"))

from groundplan.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["--root", str(Path(__file__).resolve().parent), "synth", *sys.argv[1:]]))
