"""How far long work is, for people and for functions.

Wherever ``progress`` is an argument, it is ``True`` for a line that shows how far the work is (of tqdm where that is
installed, also in a notebook), a function that takes a :class:`Progress` every 50 milliseconds, or ``None``.
"""

import sys
from contextlib import contextmanager
from typing import Any, Callable, Iterator, NamedTuple, Optional, Union

__all__ = ["Progress", "Report"]


class Progress(NamedTuple):
    """How far work is."""

    #: Tokens read and generated.
    tokens: int
    #: Completed instructions.
    instructions: int
    #: The size of the caches in bytes.
    memory: int
    #: Time since the beginning.
    seconds: float
    #: Runs that are complete, of several.
    runs: int = 0


#: What ``progress`` may be.
Report = Union[None, bool, Callable[[Progress], Any]]


class _Line:
    """A line on standard error."""

    def __init__(self) -> None:
        self.width = 0

    def show(self, text: str) -> None:
        sys.stderr.write("\r" + text.ljust(self.width))
        sys.stderr.flush()
        self.width = len(text)

    def close(self) -> None:
        if self.width:
            sys.stderr.write("\r" + " " * self.width + "\r")
            sys.stderr.flush()


class _Bar:
    """A bar of tqdm that counts tokens, or runs."""

    def __init__(self, tqdm: Any, counts_runs: bool, total: Optional[int]) -> None:
        unit = "run" if counts_runs else "token"
        self.counts_runs = counts_runs
        self.bar = tqdm(total=total, unit=" " + unit, unit_scale=not counts_runs, leave=False)

    def __call__(self, progress: Progress) -> None:
        count = progress.runs if self.counts_runs else progress.tokens
        self.bar.update(count - self.bar.n)

    def close(self) -> None:
        self.bar.close()


class _Text(_Line):
    def __init__(self, counts_runs: bool, total: Optional[int]) -> None:
        super().__init__()
        self.counts_runs, self.total = counts_runs, total

    def __call__(self, progress: Progress) -> None:
        if self.counts_runs:
            of = "" if self.total is None else f" of {self.total}"
            self.show(f"{progress.runs}{of} runs, {progress.seconds:.1f} s")
        else:
            self.show(f"{progress.tokens:,} tokens, {progress.memory >> 20} MB, {progress.seconds:.1f} s")


def _shown(counts_runs: bool, total: Optional[int]) -> Any:
    try:
        from tqdm.auto import tqdm  # type: ignore[import-untyped]
    except ImportError:
        return _Text(counts_runs, total)
    return _Bar(tqdm, counts_runs, total)


@contextmanager
def reporter(
    progress: Report, counts_runs: bool = False, total: Optional[int] = None
) -> Iterator[Optional[Callable[..., None]]]:
    """What the native half calls with the fields of a :class:`Progress`, if anything."""
    if progress is None or progress is False:
        yield None
        return
    if not isinstance(progress, bool):
        function = progress
        yield lambda *fields: function(Progress(*fields))
        return
    shown = _shown(counts_runs, total)
    try:
        yield lambda *fields: shown(Progress(*fields))
    finally:
        shown.close()
