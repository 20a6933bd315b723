"""Four times the services cost four times the work, not sixteen: each stage of a run is linear."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from groundplan.bench.sample import NAME, OBJECTS_PER_SERVICE, write_sample
from groundplan.facts.callers import calling_pods
from groundplan.facts.system import System
from groundplan.loading.load import load_environment
from groundplan.model.environment import Environment
from groundplan.synth.render import render_environment
from groundplan.synth.system_files import render_system
from groundplan.workloads.callee_urls import derived_urls

MOST = 8.0
"""How many times the CPU four times the services may take: linear is 4, quadratic 16, and machines are never quiet."""


LONG_ENOUGH = 0.3
"""Seconds of processor time after which no more runs are needed."""

MOST_RUNS = 100


def loading(root: Path) -> Environment:
    return load_environment(root, NAME, "production").environment


def callers(environment: Environment) -> object:
    return [calling_pods(environment, name) for name in environment.services]


def addresses(environment: Environment) -> object:
    return [derived_urls(environment, service) for service in environment.services.values()]


def documents(environment: Environment) -> object:
    return render_system(System((environment,)))


def constructs(environment: Environment) -> object:
    return render_environment(environment)


@pytest.fixture(scope="module")
def of_size(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Environment]:
    """An environment with so many services, loaded once; each answer is another object, which remembers nothing yet."""
    folder = tmp_path_factory.mktemp("samples")
    loaded = cache(lambda count: loading(sample(folder, count)))
    return lambda count: loaded(count).model_copy()


def sample(folder: Path, services: int) -> Path:
    return write_sample(folder / str(services), services * OBJECTS_PER_SERVICE)


def cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time of one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def growth(work: Callable[[int], Callable[[], object]], services: int) -> float:
    """CPU of four times the services over that of the services, the least of many runs in turn.

    What else a machine does only ever adds; a stage that takes a moment is run more often.
    """
    few, many = work(services), work(4 * services)
    few(), many()  # what is loaded or imported once is no part of the question
    pairs = [(cpu(few), cpu(many)) for _ in range(3)]
    while sum(map(sum, pairs)) < LONG_ENOUGH and len(pairs) < MOST_RUNS:
        pairs.append((cpu(few), cpu(many)))
    return min(many for _, many in pairs) / min(few for few, _ in pairs)


@pytest.mark.parametrize(
    ("stage", "services"), [(callers, 200), (addresses, 200), (documents, 50), (constructs, 12)],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_a_stage_is_linear_in_services(
    stage: Callable[[Environment], object], services: int, of_size: Callable[[int], Environment]
) -> None:
    assert growth(lambda count: lambda: stage(of_size(count)), services) < MOST


def test_loading_is_linear_in_services(tmp_path: Path) -> None:
    def fresh(count: int) -> Callable[[], object]:
        root = sample(tmp_path, count)
        return lambda: loading(root)

    loading(sample(tmp_path / "warm-up", 1))

    assert growth(fresh, 50) < MOST
