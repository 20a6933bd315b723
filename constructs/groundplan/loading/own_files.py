"""Finds what people put beside the environment files: `manifests/` and `components/`.

Files in the folder itself are for every environment that has workloads; those in a folder named after an environment
are for that one. A file is a component, called like the file; so is a folder of manifests.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from groundplan.errors import EnvironmentFileError, Finding, Location
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.kubernetes.validation import dns_label
from groundplan.model.own_files import OwnComponent, OwnFiles, OwnManifest
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, locate, read_marked_documents

MANIFESTS = "manifests"
COMPONENTS = "components"


def own_files(root: Path, folder: Path, environment: str, siblings: Iterable[str], *, workloads: bool) -> OwnFiles:
    """What the system in `folder` has for `environment`.

    Args:
        root: the repository.
        folder: the system's folder below `environments/`.
        environment: name of the environment.
        siblings: names of every environment of the system, whose folders are theirs alone.
        workloads: whether the environment has services and data, so that what is for all of those is for it too.

    Raises:
        EnvironmentFileError: with every problem of the files.
    """
    findings: list[Finding] = []
    manifests: dict[str, tuple[OwnManifest, ...]] = {}
    for name, file in _manifest_files(_places(folder / MANIFESTS, environment, workloads=workloads), set(siblings)):
        shown = file.relative_to(root).as_posix()
        try:
            manifests[name] = (*manifests.get(name, ()), *_manifests(file, shown))
        except EnvironmentFileError as error:
            findings.extend(error.findings)
    places = _places(folder / COMPONENTS, environment, workloads=workloads)
    files = [file for place in places for file in sorted(place.glob("*.py")) if not file.name.startswith("_")]
    components = [_component(file, file.relative_to(root).as_posix()) for file in files]
    findings.extend(_misnamed(manifests, components))
    if findings:
        raise EnvironmentFileError(findings)
    return OwnFiles(manifests, tuple(components))


def manifest_components(folder: Path, siblings: Iterable[str]) -> set[str]:
    """Names of the components that the system in `folder` has manifests for, in whichever environment."""
    places = [folder / MANIFESTS, *(folder / MANIFESTS / name for name in siblings)]
    return {name for name, _ in _manifest_files(places, set(siblings))}


def strays(root: Path, folder: Path) -> Iterator[Finding]:
    """Files that look like manifests or components and would be passed over in silence."""
    wanted = {MANIFESTS: ".yaml", COMPONENTS: ".py"}
    for kind, ending in wanted.items():
        for file in sorted((folder / kind).rglob("*")):
            if file.suffix in (".yml", ".json") or (file.suffix in wanted.values() and file.suffix != ending):
                at = Location(file.relative_to(root).as_posix())
                yield Finding(at, "file.ending", "", "is not read", f"{kind} are files that end in {ending}")


def _places(folder: Path, environment: str, *, workloads: bool) -> list[Path]:
    return [*([folder] if workloads else []), folder / environment]


def _manifest_files(places: Iterable[Path], siblings: set[str]) -> Iterator[tuple[str, Path]]:
    """Component and file; a folder is one component, however many files it has, unless it is an environment's."""
    for place in places:
        for entry in sorted(place.iterdir()) if place.is_dir() else ():
            if entry.suffix == ".yaml":
                yield entry.stem, entry
            elif entry.is_dir() and (place.name != MANIFESTS or entry.name not in siblings):
                yield from ((entry.name, file) for file in sorted(entry.glob("*.yaml")))


def _misnamed(
    manifests: Mapping[str, tuple[OwnManifest, ...]], components: Iterable[OwnComponent]
) -> Iterator[Finding]:
    """Components whose names Kubernetes would refuse, and two of one name."""
    named = [(name, item.location.file) for name, items in manifests.items() for item in items[:1]]
    for name, file in [*named, *((component.name, component.file) for component in components)]:
        if dns_label(name):
            what = f"makes a component called `{name}`, which is no DNS label"
            yield Finding(Location(file), "own-file.name", "", what, "rename it in lower case, with hyphens")
    first = dict(named)
    for component in components:
        if component.name in first:
            what = f"makes a component called `{component.name}`, and so does {first[component.name]}"
            yield Finding(Location(component.file), "own-file.twice", "", what, "rename one of the two")
        first[component.name] = component.file


def _component(file: Path, shown: str) -> OwnComponent:
    return OwnComponent(file.stem.replace("_", "-"), shown, file, _about(file))


def _about(file: Path) -> str:
    """First line of the docstring; nothing for what Python cannot read, which whoever runs the file says at its line."""
    try:
        docstring = ast.get_docstring(ast.parse(file.read_bytes()))
    except (SyntaxError, ValueError):
        return ""
    return (docstring or "").partition("\n")[0].rstrip(".")


def _manifests(file: Path, shown: str) -> tuple[OwnManifest, ...]:
    """The objects of one file.

    Raises:
        EnvironmentFileError: with everything in it that is no object of Kubernetes.
    """
    documents = read_marked_documents(file, shown)
    findings = [finding for document in documents for finding in _problems(document, shown)]
    if findings:
        raise EnvironmentFileError(findings)
    return tuple(OwnManifest(_plain(marked.data), locate(marked.marks, ("apiVersion",), shown)) for marked in documents)


def _problems(marked: MarkedYaml, shown: str) -> Iterator[Finding]:
    """What keeps a document from being an object with a place of its own."""
    document = marked.data

    def wrong(path: YamlPath, message: str, advice: str) -> Finding:
        return Finding(locate(marked.marks, path, shown), "manifest", dotted(path), message, advice)

    begin: YamlPath = (next(iter(document), ""),)
    for field, example in (("apiVersion", "v1"), ("kind", "ConfigMap")):
        if not isinstance(document.get(field), str):
            yield Finding(
                locate(marked.marks, begin, shown),
                "manifest",
                field,
                "is missing",
                f"write it like `{field}: {example}`",
            )
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if str(document.get("kind", "")).endswith("List") and isinstance(document.get("items"), list):
        yield wrong(
            ("kind",), f"is {document['kind']}, several objects in one", "write each as a document, between `---`"
        )
    elif not isinstance(name, str) or not name:
        path: YamlPath = ("metadata",) if "metadata" in document else begin
        yield Finding(
            locate(marked.marks, path, shown),
            "manifest",
            "metadata.name",
            "is missing",
            "every object has a name of its own",
        )
    elif isinstance(metadata, Mapping) and "namespace" in metadata and _is_cluster_scoped(document):
        yield wrong(("metadata", "namespace"), f"stands at a {document['kind']}, which lives in none", "remove it")
    for path in _nulls(document, ()):
        yield wrong(path, "has no value", "write one, or remove the key")


def _is_cluster_scoped(document: Mapping[str, Any]) -> bool:
    return is_cluster_scoped(str(document.get("apiVersion", "")), str(document.get("kind", "")))


def _nulls(value: Any, path: YamlPath) -> Iterator[YamlPath]:
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for step, item in items:
        if item is None:
            yield (*path, step)
        yield from _nulls(item, (*path, step))


def _plain(value: Any) -> Any:
    """Numbers that remember how they were spelled as the numbers they are: the cluster reads numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return float(value) if isinstance(value, float) else int(value)
