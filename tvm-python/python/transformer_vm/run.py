"""What a run came to."""

from typing import Any, Dict, Optional

from . import _native
from .errors import ExitError, LimitError, RunError, Trap

__all__ = ["Run"]


class Run:
    """What a run came to: its output, how it ended, and figures."""

    #: What the program wrote.
    output: bytes
    #: What a program with a host wrote to its standard error.
    error_output: bytes
    #: The exit status, which only a program of WASI says, else 0; None if the program did not end by itself.
    exit_status: Optional[int]
    #: The kind of trap in which the program ended, such as ``unreachable``; None if in none.
    trap: Optional[str]
    #: How it ended: ``halt``, or the message of the command line.
    message: str
    #: All tokens, those of the prompt too.
    tokens: int
    generated_tokens: int
    #: Completed instructions.
    instructions: int
    seconds: float
    tokens_per_second: float
    #: Which engine computed it.
    engine: str

    def __init__(self, native: "_native.Run") -> None:
        self._native = native
        self.output, self.error_output = native.output, native.error_output
        self.exit_status, self.trap, self.message = native.exit_status, native.trap, native.message
        self.__dict__.update(native.figures())

    @property
    def text(self) -> str:
        """The output as text in UTF-8; what is none is replaced."""
        return self.output.decode(errors="replace")

    @property
    def ok(self) -> bool:
        """Did it end by itself, with exit status 0?"""
        return self.exit_status == 0

    @property
    def figures(self) -> Dict[str, Any]:
        """Tokens, instructions and time."""
        return self._native.figures()

    def check(self) -> "Run":
        """This run, if it is :attr:`ok`.

        Raises :class:`Trap`, :class:`ExitError` or :class:`LimitError` otherwise, with the run as ``run``."""
        if self.ok:
            return self
        error: RunError = ExitError(self.message)
        place = self._native.place
        if self.trap is not None and place is not None:
            error = Trap(self.message, self.trap, *place)
        elif self._native.limit is not None:
            error = LimitError(self.message)
        error.run = self
        raise error

    def within_limits(self) -> "Run":
        """This run, unless it ended at a limit: then raises :class:`LimitError`."""
        return self if self._native.limit is None else self.check()

    def __repr__(self) -> str:
        shown = self.output if len(self.output) <= 60 else self.output[:60] + b"..."
        return f"<Run {self.message}: {shown!r}, {self.tokens:,} tokens, {self.seconds:.3f} s, {self.engine}>"
