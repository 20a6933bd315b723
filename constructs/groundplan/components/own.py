"""Components that a system builds itself, with cdk8s and whatever library it likes.

A file `components/<name>.py` beside the environment files holds

    def build(chart: cdk8s.Chart, environment: Environment) -> None

and, where the defaults do not fit, `WAVE` (a wave by name, default `services`) and `NAMESPACE` (where its objects go
unless they say otherwise, default the environment's). A `build` that adds nothing leaves the component out.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from types import ModuleType
from typing import Any, get_args

from groundplan.blueprint import Blueprint
from groundplan.errors import EnvironmentFileError, Finding, GroundplanError, Location
from groundplan.kubernetes.validation import dns_label
from groundplan.model.charts import Wave, sync_wave
from groundplan.model.environment import Environment
from groundplan.model.own_files import OwnComponent
from groundplan.parts import Component

CONTRACT = "write `def build(chart, environment):`"

_ABSENT_PROGRAM = re.compile(r"unable to execute '([^']+)' to render Helm chart")


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component for each file.

    Raises:
        EnvironmentFileError: where a file cannot be run, or does not say what it must, at its line.
    """
    for own in environment.own_files.components:
        module = _run(own)
        yield Blueprint(
            name=own.name,
            wave=sync_wave(_wave(own, module)),
            namespace=_namespace(own, module, environment),
            sources=(own.file,),
            open=True,
            build=partial(_guarded, environment, own, _build_of(own, module)),
        )


def _run(own: OwnComponent) -> ModuleType:
    """The file as a module; nothing is left beside it, and no other file can import it by accident."""
    module = ModuleType(f"environment component {own.name}")
    module.__file__ = str(own.path)
    try:
        exec(compile(own.path.read_bytes(), str(own.path), "exec"), module.__dict__)
    except Exception as error:
        raise _at_its_line(own, error) from error
    return module


def _build_of(own: OwnComponent, module: ModuleType) -> Callable[[Component, Environment], object]:
    build = getattr(module, "build", None)
    if not callable(build):
        raise _wrong(own, "has no function `build`", CONTRACT)
    function: Callable[[Component, Environment], object] = build
    return function


def _wave(own: OwnComponent, module: ModuleType) -> Wave:
    wave: Any = getattr(module, "WAVE", "services")
    if wave not in get_args(Wave):
        raise _wrong(own, f"has the wave `{wave}`", f"write one of {', '.join(get_args(Wave))}", "WAVE")
    known: Wave = wave
    return known


def _namespace(own: OwnComponent, module: ModuleType, environment: Environment) -> str:
    namespace: Any = getattr(module, "NAMESPACE", environment.namespace)
    if not isinstance(namespace, str) or dns_label(namespace):
        raise _wrong(own, f"has the namespace `{namespace}`, which is no DNS label", "write a name", "NAMESPACE")
    return namespace


def _guarded(
    environment: Environment, own: OwnComponent, build: Callable[[Component, Environment], object], component: Component
) -> None:
    try:
        build(component, environment)
        list(component.documents())
    except GroundplanError as error:
        raise EnvironmentFileError(
            Finding(Location(own.file), finding.rule, str(finding.location), finding.message, finding.advice)
            for finding in error.findings
        ) from error
    except Exception as error:
        raise _at_its_line(own, error) from error


def _wrong(own: OwnComponent, message: str, advice: str, name: str = "") -> EnvironmentFileError:
    line = next(
        (
            number
            for number, text in enumerate(own.path.read_text("utf-8").splitlines(), 1)
            if name and text.startswith(name)
        ),
        0,
    )
    return EnvironmentFileError([Finding(Location(own.file, line), "own-component", name, message, advice)])


def _at_its_line(own: OwnComponent, error: Exception) -> EnvironmentFileError:
    """What the file raised, at the last of its own lines that took part."""
    line = error.lineno or 0 if isinstance(error, SyntaxError) else 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == str(own.path):
            line = frame.lineno or line
    said = re.sub(r"^(\S*Error: )+", "", str(error).strip().split("\n")[0]) or "no message"
    absent = _ABSENT_PROGRAM.search(said)
    message, advice = f"{type(error).__name__}: {said}", ""
    if absent:
        message = f"needs the program `{absent[1]}`, which is not on PATH"
        advice = "install it, or name the chart below `charts:`, where Argo CD renders it"
    return EnvironmentFileError([Finding(Location(own.file, line), "own-component", "", message, advice)])
