"""The ways in which a program is run by a model, as :class:`Program` and :class:`Model` offer them."""

import os
import time
from typing import Any, Iterable, Iterator, Mapping, Optional

from . import _native
from .instance import Instance
from .progress import Report, reporter
from .run import Run
from .settings import Input, Settings, encoded, functions
from .trace import Trace

__all__ = ["instance", "run", "run_many", "trace"]


def run(job: "_native.Job", given: Optional[Input], settings: Settings, report: Report) -> Run:
    """Runs it once."""
    with reporter(report) as tell:
        return Run(job.run(_bytes(given), settings, tell)).within_limits()


def run_many(
    job: "_native.Job", inputs: Iterable[Input], settings: Settings, threads: Optional[int], report: Report
) -> Iterator[Run]:
    """Runs it for every input, in several threads."""
    threads = os.cpu_count() or 1 if threads is None else threads
    if threads < 1:
        raise ValueError("threads: at least 1")
    total = len(inputs) if hasattr(inputs, "__len__") else None  # type: ignore[arg-type]
    return _runs(job.run_many(map(encoded, inputs), settings, threads), total, report)


def _runs(results: Iterator["_native.Run"], total: Optional[int], report: Report) -> Iterator[Run]:
    begun, tokens, instructions = time.monotonic(), 0, 0
    with reporter(report, counts_runs=True, total=total) as tell:
        for number, result in enumerate(results, 1):
            run = Run(result)
            tokens, instructions = tokens + run.tokens, instructions + run.instructions
            if tell is not None:
                tell(tokens, instructions, 0, time.monotonic() - begun, number)
            yield run.within_limits()


def trace(job: "_native.Job", given: Optional[Input], settings: Settings, report: Report) -> Trace:
    """Runs it once and keeps the tokens."""
    with reporter(report) as tell:
        native = job.trace(_bytes(given), settings, tell)
    return Trace(native, report)


def instance(
    job: "_native.Job", imports: Optional[Mapping[str, Any]], settings: Settings, report: Report
) -> Instance:
    """Makes an instance of it."""
    return Instance(_native.Instance(job, functions(imports), settings), report)


def _bytes(given: Optional[Input]) -> Optional[bytes]:
    return None if given is None else encoded(given)
