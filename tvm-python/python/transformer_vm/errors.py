"""Exceptions. All are an :class:`Error`; their messages are those of the command line ``tvm``."""

from typing import TYPE_CHECKING, List, Optional, Sequence

if TYPE_CHECKING:
    from .run import Run

__all__ = [
    "CompileError",
    "CompileWarning",
    "Error",
    "ExitError",
    "FileError",
    "HostError",
    "LimitError",
    "ModelError",
    "RunError",
    "Trap",
    "UsageError",
]


class Error(Exception):
    """Something of transformer-vm went wrong."""


class CompileError(Error):
    """A source is no program; the message says where."""


class ModelError(Error):
    """A file is no model, or a program cannot become one."""


class FileError(Error, OSError):
    """A file cannot be read or written."""


class UsageError(Error, ValueError):
    """A function was given what it cannot take."""


class HostError(Error):
    """A program asks its host for something that it does not get."""


class RunError(Error):
    """A run did not end as it should."""

    #: What the run came to until then, where that is known.
    run: "Optional[Run]" = None


class ExitError(RunError):
    """A program has ended with an exit status other than 0."""


class LimitError(RunError):
    """A run reached a limit of tokens or of memory."""


class Trap(RunError):
    """A program trapped."""

    def __init__(
        self, message: str, kind: str = "", instruction: int = 0, calls: Optional[Sequence[int]] = None
    ) -> None:
        super().__init__(message)
        #: The kind of trap, such as ``integer_divide_by_zero``.
        self.kind = kind
        #: The number of the instruction that trapped.
        self.instruction = instruction
        #: The numbers of the call instructions that lead there, the innermost first.
        self.calls: List[int] = list(calls or ())


class CompileWarning(UserWarning):
    """clang warns of something in a program."""
