"""Rendering on every core: processes that end with the run, however it ends."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from groundplan.errors import UsageError

Input = TypeVar("Input")
Output = TypeVar("Output")

_PR_SET_PDEATHSIG = 1


def processes(workers: int | None, environments: int) -> int:
    """How many processes render: one per core, unless `workers` are asked for, and no more than `environments`.

    Raises:
        UsageError: where fewer than one is asked for.
    """
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers} leaves nobody to work", "write 1 or more")
    return max(1, min(workers or os.cpu_count() or 1, environments))


@contextlib.contextmanager
def imported_meanwhile(name: str) -> Iterator[None]:
    """Import the module `name` beside what the block does; whoever imports it in the block waits for the rest of it.

    cdk8s waits for its Node to start for as long as environments take to load. What goes wrong is said where the
    module is needed.
    """

    def load() -> None:
        with contextlib.suppress(Exception):
            importlib.import_module(name)

    thread = threading.Thread(target=load, name=f"import {name}")
    thread.start()
    try:
        yield
    finally:
        thread.join()


def map_in_processes(work: Callable[[Input], Output], inputs: Iterable[Input], count: int) -> list[Output]:
    """`work` over `inputs`, in their order; in this process where one is enough.

    Args:
        work: a function of a module, so that a worker can find it.
        inputs: what to work on.
        count: processes.

    Raises:
        UsageError: where a worker was killed from outside.
    """
    if count <= 1:
        return [work(item) for item in inputs]
    # fork, so that workers start with the package imported; cdk8s only starts inside a worker. Where its Node runs
    # already, forked workers would all talk through the one pipe to it, so they start afresh.
    context = multiprocessing.get_context("spawn" if "constructs" in sys.modules else "fork")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_follow_parent, initargs=(os.getpid(),)) as pool:
        try:
            return list(pool.map(work, inputs))
        except BrokenProcessPool:
            message = "a worker process was killed, which happens where memory runs out"
            raise UsageError(message, "free some, or use fewer with --workers 1") from None
        except Exception:  # the pool is whole: let it end by itself, without beginning anything new
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        except BaseException:  # interrupted: what the others still render is of no use
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.kill()
            raise


def _follow_parent(parent: int) -> None:
    """The parent alone answers to Ctrl-C; a parent that is killed takes its workers along (Linux)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the wish was heard
            os._exit(1)
