"""No key without effect: every setting of the shipped environments, changed to another legal value, is rendered otherwise.

A setting counts where some other value of it changes a file below `dist/`, `argocd/` or `docs/`, or where every other
value is refused. Settings that stand at several places are tried at one of them.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sensitivity import Key, Sensitivity, idle_keys, leaves, one_of_each

from groundplan.causes import trial
from groundplan.synth.workers import map_in_processes

PARTS = 3
"""Into how many jobs the settings of a system are divided."""

ALL = "GROUNDPLAN_EVERY_KEY"
"""Environment variable that has every setting tried, which takes two minutes of processor time; `everywhere` has each tried at
every place where it stands, in every file."""

SHARE = 6
"""Otherwise one setting in so many is tried, always the same ones."""


def chosen(keys: list[Key]) -> list[Key]:
    """The settings that this run tries."""
    return keys if os.environ.get(ALL) else keys[::SHARE]


@pytest.mark.slow
def test_every_key_of_every_environment_file_has_an_effect(repository: Path) -> None:
    keys = list(leaves(repository)) if os.environ.get(ALL) == "everywhere" else chosen(one_of_each(repository))
    systems = sorted({key.system for key in keys})
    jobs = [
        (repository, system, [key for key in keys if key.system == system][part::PARTS])
        for system in systems
        for part in range(PARTS)
    ]

    idle = [name for found in map_in_processes(idle_keys, jobs, os.cpu_count() or 1) for name in found]

    assert idle == []


def test_settings_of_every_file_are_tried(repository: Path) -> None:
    tried = {key.file for key in one_of_each(repository)}

    assert len(one_of_each(repository)) > 300
    assert {"system.yaml", "observability.yaml", "operations.yaml", "pipelines.yaml"} <= {file.name for file in tried}


def a_key(repository: Path, system: str, *path: str) -> Key:
    return next(key for key in leaves(repository) if key.system == system and key.path == path)


def test_a_key_that_nothing_reads_is_found(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a system whose documents and workflows nobody renders, the title is in no file."""
    system = next(iter(leaves(repository))).system
    monkeypatch.setattr(trial, "render_system", lambda system: {})
    monkeypatch.setattr(trial, "render_environment", lambda environment: type("Rendered", (), {"files": {}}))

    judge = Sensitivity(repository, system)

    assert not judge.has_effect(a_key(repository, system, "title"))
    assert judge.has_effect(a_key(repository, system, "system"))  # any other name is refused
