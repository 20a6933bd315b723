"""Reading a catalogue: every mistake in one run, each at its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from groundplan.errors import EnvironmentFileError, Finding, Location
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.complaints import validation_finding
from groundplan.loading.selection import environment_names
from groundplan.requirements.model import ALL, Catalogue
from groundplan.yaml.marked import YamlPath, dotted, locate, read_marked_yaml

FILE = "requirements.yaml"


@dataclass(frozen=True, slots=True)
class LoadedCatalogue:
    """A catalogue and where each of its values was written."""

    catalogue: Catalogue
    marks: Mapping[YamlPath, Location]
    file: str
    """Relative to the repository."""

    environments: tuple[str, ...]
    """Environments of the system."""

    sides: Mapping[str, str] = field(default_factory=dict)
    """Either side of a failover that has happened to the other side. Default none: everybody does what it is there for."""

    turned: frozenset[str] = frozenset()
    """Both sides of each pair whose copies go to the primary. Default none."""

    def locate(self, *path: str | int) -> Location:
        """Where the value at `path` below `requirements` was written."""
        return locate(self.marks, ("requirements", *path), self.file)


def catalogues(root: Path) -> dict[str, Path]:
    """The systems that have a catalogue, and its file."""
    folder = root / ENVIRONMENTS
    return {path.parent.name: path for path in sorted(folder.glob(f"*/{FILE}"))}


def load_catalogue(root: Path, path: Path) -> LoadedCatalogue:
    """Read and check one catalogue.

    Raises:
        EnvironmentFileError: with every problem of the file.
    """
    shown = path.relative_to(root).as_posix()
    marked = read_marked_yaml(path, shown)
    try:
        catalogue = Catalogue.model_validate(marked.data)
    except ValidationError as error:
        raise EnvironmentFileError(
            [validation_finding(problem, marked, shown, Catalogue) for problem in error.errors()]
        ) from None
    known = tuple(environment_names(root).get(path.parent.name, ()))
    sides, turned = dict(_sides(path.parent, known, "active")), dict(_sides(path.parent, known, "reversed"))
    loaded = LoadedCatalogue(catalogue, marked.marks, shown, known, sides, frozenset(turned))
    findings = [*_misnamed(loaded, path), *_duplicates(loaded), *_missing_environments(loaded)]
    if findings:
        raise EnvironmentFileError(findings)
    return loaded


def _sides(folder: Path, environments: tuple[str, ...], switch: str) -> Iterator[tuple[str, str]]:
    """Both sides of each pair whose standby has that switch set."""
    for name in environments:
        recovery = read_marked_yaml(folder / f"{name}.yaml", f"{name}.yaml").data.get("recovery") or {}
        if recovery.get(switch) is True and isinstance(recovery.get("peer"), str):
            yield name, recovery["peer"]
            yield recovery["peer"], name


def _misnamed(loaded: LoadedCatalogue, path: Path) -> list[Finding]:
    system = loaded.catalogue.system
    if system == path.parent.name:
        return []
    where = locate(loaded.marks, ("system",), loaded.file)
    message = f"is `{system}` in a folder called {path.parent.name}"
    return [Finding(where, "misnamed", "system", message, f"write {path.parent.name}")]


def _duplicates(loaded: LoadedCatalogue) -> list[Finding]:
    first: dict[str, Location] = {}
    findings = []
    for index, item in enumerate(loaded.catalogue.requirements):
        here = loaded.locate(index, "id")
        if item.id in first:
            message = f"`{item.id}` stands twice, first in line {first[item.id].line}"
            findings.append(
                Finding(here, "requirements.duplicate", f"requirements[{index}].id", message, "keep one of the two")
            )
        first.setdefault(item.id, here)
    return findings


def _missing_environments(loaded: LoadedCatalogue) -> list[Finding]:
    findings = []
    for index, item in enumerate(loaded.catalogue.requirements):
        told = [("evidence", n, it.environment) for n, it in enumerate(item.evidence)]
        told += [("relations", n, it.environment) for n, it in enumerate(item.relations)]
        for chapter, number, names in told:
            for name in names:
                if name == ALL or name in loaded.environments:
                    continue
                path: YamlPath = (index, chapter, number, "environment")
                findings.append(
                    Finding(
                        loaded.locate(*path),
                        "requirements.missing-environment",
                        f"{item.id}: {dotted(path[1:])}",
                        f"there is no environment `{name}`",
                        f"write one of {', '.join(loaded.environments)} or {ALL}",
                    )
                )
    return findings
