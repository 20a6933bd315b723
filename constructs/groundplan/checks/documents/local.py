"""Tools of the machine one works from: files, targets, verbs and charts that they name exist here."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import re
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import urlsplit

from groundplan.checks.documents.options import options
from groundplan.checks.documents.place import Fault, Place
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.world import World, is_placeholder
from groundplan.checks.inventory import HelmRelease, sources

VERBS = "groundplan.cli.main"
"""Module that knows the verbs; imported by name, since it lies above."""

_TARGET = re.compile(r"^([a-z][\w-]*):", re.MULTILINE)


def judge_git(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """What is added exists, or an earlier command wrote it."""
    if command.words[1:2] != ("add",):
        return
    for path in command.words[2:]:
        if not path.startswith("-") and not is_placeholder(path) and not _exists(path, world, place):
            yield Fault("file", f"the repository has no `{path}`, and nothing here writes it", "correct the path")


def _exists(path: str, world: World, place: Place) -> bool:
    return world.is_file(path) or path in place.files or f"`{path}`" in place.text


def judge_make(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """Targets are those of the Makefile."""
    makefile = world.root / "Makefile"
    known = set(_TARGET.findall(makefile.read_text("utf-8"))) if makefile.is_file() else set()
    for target in command.words[1:]:
        if "=" not in target and not target.startswith("-") and target not in known:
            yield Fault("target", f"the Makefile has no target `{target}`", f"write one of {', '.join(sorted(known))}")


def judge_groundplan(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """The verb takes these arguments, and they name an environment and a service."""
    words = list(command.words[1:])
    fault = _refused(words)
    if fault:
        yield Fault("verb", f"`{' '.join(['groundplan', *words])}` is refused: {fault}", "see groundplan --help")
        return
    for word in words:
        if re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", word) and word not in world.environments:
            yield Fault("environment", f"there is no environment `{word}`", "name one that exists")
    if words[:2] == ["image", "set"] and words[2] in world.environments:
        service = words[3]
        if service not in world.environments[words[2]].services and not is_placeholder(service):
            yield Fault("service", f"{words[2]} has no service `{service}`", "name one that it has")


def _refused(words: list[str]) -> str:
    """What the command line says to `words`; empty where it takes them."""
    verbs = importlib.import_module(VERBS).VERBS
    parser = _parser(tuple(word for word in verbs if word in words))
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said):
            parser.parse_args(words)
    except SystemExit:
        return said.getvalue().strip().rpartition("error: ")[2] or "no such verb"
    return ""


@cache
def _parser(words: tuple[str, ...]) -> argparse.ArgumentParser:
    """The command line for the verb among `words`."""
    parser: argparse.ArgumentParser = importlib.import_module(VERBS).parser_for(words)
    return parser


def judge_helm(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """What is installed by hand is what Argo CD then takes over: the same release of the same chart, with the same values."""
    given = options(command.words[1:], {"--install", "--create-namespace", "--wait"})
    context = given.value("--kube-context")
    if context is None or context not in world.contexts:
        yield Fault("context", f"no cluster has the context `{context}`", "name one with --kube-context")
        return
    release, chart = given.words[1:3]
    found = [
        item
        for item in world.inventory.releases
        if item.cluster == world.contexts[context] and item.chart.rpartition("/")[2] == chart.rpartition("/")[2]
    ]
    if not found:
        yield Fault("release", f"no Application of {context} takes over the chart {chart}", "leave it to Argo CD")
        return
    application, said = found[0], given
    expected = {
        "release": (release, _release_name(application)),
        "namespace": (said.value("--namespace", "-n"), application.namespace),
        "version": (said.value("--version"), application.version),
        "repository": (said.value("--repo") or application.repository, application.repository),
    }
    for what, (here, there) in expected.items():
        if here != there:
            yield Fault("release", f"installs {what} `{here}`, Argo CD then `{there}` beside it", f"write `{there}`")
    if application.values and not _takes_values(command, application):
        yield Fault(
            "values", f"installs {release} without the values that Argo CD gives it, which makes a second set of objects",
            f"pipe in the values of {application.application.path}",
        )  # fmt: skip


def _release_name(release: HelmRelease) -> str:
    named = [source.get("helm", {}).get("releaseName") for source in sources(release.application.document)]
    return str(next((name for name in named if name), release.application.name))


def _takes_values(command: Command, release: HelmRelease) -> bool:
    """Whether the values come from the very Application."""
    item = release.application
    scope, component = item.scope, item.labels.get("app.kubernetes.io/component", "")
    return "-" in options(command.words).flags.get("--values", ()) and (
        item.path in command.reads or command.reads[-3:] == ("values", scope, component)
    )


def judge_curl(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """A public host of ours is one that an Ingress serves, at a path that leads somewhere."""
    for word in command.words[1:]:
        if word.startswith(("http://", "https://")):
            yield from judge_url(word, world, place)


def judge_url(url: str, world: World, place: Place) -> Iterator[Fault]:
    """The host and the path of `url`, where it is ours."""
    parts = urlsplit(url)
    application = re.fullmatch(r"/api/v1/applications/([a-z0-9.-]+)", parts.path)
    if application is not None:
        names = {
            item.name
            for item in world.inventory.by_kind.get(("argoproj.io", "Application"), ())
            if item.system == place.system
        }
        if application[1] not in names:
            yield Fault("object", f"there is no Application `{application[1]}`", "name one that exists")
    host = parts.hostname or ""
    if is_placeholder(url.partition("://")[2].partition("/")[0]) or host == "localhost":
        return
    paths = _served(world)
    domains = {known.split(".", 1)[1] for known in paths}
    if host in paths:
        if not any(_leads(path, parts.path or "/") for path in paths[host]):
            yield Fault(
                "path", f"no Ingress of {host} serves `{parts.path or '/'}`", "route it, or ask for one that is"
            )
    elif any(host.endswith(f".{domain}") for domain in domains):
        yield Fault("host", f"no Ingress serves the host `{host}`", f"write one of {', '.join(sorted(paths))}")


def _served(world: World) -> dict[str, set[str]]:
    """Host to the paths that Ingresses lead somewhere."""
    found: dict[str, set[str]] = {}
    for item in world.inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
        for rule in item.spec.get("rules", ()):
            paths = {str(path.get("path", "/")) for path in (rule.get("http") or {}).get("paths", ())}
            found.setdefault(str(rule.get("host", "")), set()).update(paths)
    return found


def _leads(route: str, path: str) -> bool:
    return route == "/" or path == route or path.startswith(f"{route.rstrip('/*')}/") or route.rstrip("*") == "/"


NAMES_NOTHING = frozenset(
    [
        "awk",
        "azcopy",
        "bandit",
        "base64",
        "break",
        "cat",
        "createdb",
        "cut",
        "date",
        "dig",
        "docker",
        "echo",
        "exit",
        "false",
        "gh",
        "gradlew",
        "grep",
        "gunzip",
        "gzip",
        "head",
        "id",
        "jq",
        "kubelogin",
        "mkdir",
        "mvnw",
        "mypy",
        "node",
        "npm",
        "npx",
        "openssl",
        "paste",
        "pg_dump",
        "pg_restore",
        "pip",
        "printf",
        "psql",
        "pylint",
        "pytest",
        "python",
        "python3",
        "rm",
        "sed",
        "seq",
        "set",
        "sleep",
        "sort",
        "tail",
        "tar",
        "test",
        "tr",
        "true",
        "unzip",
        "wc",
        "xargs",
        "[",
    ]
)
"""Tools that name nothing of the tree; what they are given is judged where a rule says so."""


def judge_argocd(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """The Application that is looked at or synced exists in the system."""
    if command.words[1:2] != ("app",):
        return
    known = {
        item.name
        for item in world.inventory.by_kind.get(("argoproj.io", "Application"), ())
        if item.system == place.system
    }
    for name in command.words[3:4]:
        if name not in known and not is_placeholder(name):
            yield Fault("object", f"there is no Application `{name}`", "name one that is rendered")


JUDGES: dict[str, Callable[[Command, World, Place], Iterator[Fault]]] = {
    "argocd": judge_argocd,
    "curl": judge_curl,
    "git": judge_git,
    "groundplan": judge_groundplan,
    "helm": judge_helm,
    "make": judge_make,
}
"""Tool to what judges it."""
