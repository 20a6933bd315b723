"""`groundplan new`: the YAML that a new system or a new service begins with, comments included."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from string import Template

from groundplan.cli.files import replace_file
from groundplan.cli.output import console
from groundplan.errors import UsageError
from groundplan.kubernetes.validation import dns_label_1035
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.load import load_environments
from groundplan.loading.selection import RESERVED, SYSTEM, environment_names
from groundplan.model.environment import Environment
from groundplan.platforms.registry import PLATFORMS, platform_named
from groundplan.yaml.edit import add_entry
from groundplan.yaml.marked import parse_marked_yaml

FIRST = "dev"
"""Environment with which a system begins."""

WEB = "web"
"""Service with which a system begins, so that there is something to see."""

PORT = 8080


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    system = kinds.add_parser("system", help="a folder with a system, an environment and a service to begin with")
    system.add_argument("name", metavar="NAME", help="name of the system")
    system.add_argument("--provider", required=True, choices=sorted(PLATFORMS), help="who runs its clusters")
    system.add_argument("--team", metavar="TEAM", help="who owns it (default: its name)")
    service = kinds.add_parser("service", help="an entry of `services:` with what every service says")
    service.add_argument("system", metavar="SYSTEM", help="whose service")
    service.add_argument("name", metavar="NAME", help="name of the service")
    service.add_argument("--image", metavar="IMAGE", help="repository and version (default: SYSTEM/NAME:v1.0.0)")
    service.add_argument("--port", type=int, default=PORT, help=f"HTTP port (default: {PORT})")
    service.add_argument("--environment", metavar="NAME", help="the only environment that has it (default: every one)")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Write what is asked for, once the loader takes it; the caller renders afterwards."""
    _named(arguments.name)
    if arguments.kind == "system":
        texts = _system(root, arguments.name, arguments.provider, arguments.team or arguments.name)
    else:
        texts = _service(root, arguments)
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text)
        console().print(f"{file.relative_to(root).as_posix()}", markup=False)
    if arguments.kind == "system":
        console().print(f"add its owners to .github/CODEOWNERS: /{ENVIRONMENTS}/{arguments.name}/", markup=False)
    console().print("now: read it, replace what it says to replace, and run make")
    return 0


def _named(name: str) -> None:
    wrong = dns_label_1035(name)
    if wrong:
        raise UsageError(f"`{name}` {wrong}", "write it like web-api")


def _start(template: str, **words: object) -> str:
    text = files("groundplan.cli.starts").joinpath(f"{template}.yaml").read_text("utf-8")
    return Template(text).substitute(words)


def _system(root: Path, name: str, provider: str, team: str) -> dict[Path, str]:
    folder = root / ENVIRONMENTS / name
    if folder.exists():
        raise UsageError(f"there is {ENVIRONMENTS}/{name} already", "choose another name")
    if name in RESERVED or not (root / ENVIRONMENTS).is_dir():
        raise UsageError(f"`{name}` cannot be a system here", "run inside the repository, and choose another name")
    title = name.replace("-", " ").capitalize()
    head = _start("system", name=name, title=title, team=team)
    own = Template(platform_named(provider).start()).substitute(name=name)
    texts = {
        folder / SYSTEM: f"{head}{own}",
        folder / f"{FIRST}.yaml": _start("environment", environment=FIRST),
    }
    with tempfile.TemporaryDirectory() as scratch:
        beside = Path(scratch)
        shutil.copytree(root / ENVIRONMENTS, beside / ENVIRONMENTS)
        for file, text in texts.items():
            (beside / file.relative_to(root)).parent.mkdir(exist_ok=True)
            (beside / file.relative_to(root)).write_text(text, "utf-8")
        found = load_environments(beside, [(name, FIRST)])[0].environment
        image = _image(found, WEB, None)
        file = folder / SYSTEM
        texts[file] = _with_service(texts[file], file.relative_to(root).as_posix(), WEB, image, PORT)
    return texts


def _service(root: Path, arguments: argparse.Namespace) -> dict[Path, str]:
    system, name = arguments.system, arguments.name
    names = environment_names(root)
    if system not in names:
        raise UsageError(f"there is no system `{system}`", f"write one of {', '.join(names)}")
    if arguments.environment is not None and arguments.environment not in names[system]:
        raise UsageError(
            f"{system} has no environment `{arguments.environment}`", f"write one of {', '.join(names[system])}"
        )
    folder = root / ENVIRONMENTS / system
    file = folder / (SYSTEM if arguments.environment is None else f"{arguments.environment}.yaml")
    pairs = [(system, environment) for environment in names[system]]
    before = [item.environment for item in load_environments(root, pairs)]
    if any(name in found.services for found in before):
        raise UsageError(f"{system} has a service `{name}` already", "choose another name")
    shown = file.relative_to(root).as_posix()
    image = _image(before[0], name, arguments.image)
    text = _with_service(file.read_text("utf-8"), shown, name, image, arguments.port)
    load_environments(root, pairs, {file: parse_marked_yaml(text, shown)})
    return {file: text}


def _image(environment: Environment, name: str, wanted: str | None) -> str:
    """What was asked for; else below the system's own registry, or below the first that it lists."""
    if wanted is not None:
        return wanted
    system = environment.system
    if environment.registry:
        return f"{system}/{name}:v1.0.0"
    own = environment.policy.registries.get(system)
    if own is None:
        raise UsageError(f"nothing says where images of {system} come from", "write --image")
    return f"{own}{name}:v1.0.0"


def _with_service(text: str, shown: str, name: str, image: str, port: int) -> str:
    return add_entry(text, "services", _start("service", name=name, image=image, port=port), shown)
