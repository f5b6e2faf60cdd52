"""Programs as transformers with computed weights.

>>> import transformer_vm as tvm
>>> program = tvm.compile("{ i32.const 2a 00 00 00 output 00 00 00 00 halt 00 00 00 00 }")
>>> program.run().output
b'*'

A :class:`Program` is compiled from C, WebAssembly or token text. A :class:`Model` is a transformer: one that has the
program in its weights (:meth:`Program.specialise`), or a universal one that reads it. Every run is a sequence of tokens
that such a model generates, one after the other.
"""

from typing import Any

from ._native import VERSION as __version__
from .errors import (
    CompileError,
    CompileWarning,
    Error,
    ExitError,
    FileError,
    HostError,
    LimitError,
    ModelError,
    RunError,
    Trap,
    UsageError,
)
from .explanation import Explanation
from .instance import Instance, Memory
from .model import Model, Weights, load, universal
from .program import Program, compile
from .progress import Progress
from .run import Run
from .trace import Instruction, Instructions, Trace

__all__ = [
    "CompileError",
    "CompileWarning",
    "Error",
    "ExitError",
    "Explanation",
    "FileError",
    "HostError",
    "Instance",
    "Instruction",
    "Instructions",
    "LimitError",
    "Memory",
    "Model",
    "ModelError",
    "Program",
    "Progress",
    "Run",
    "RunError",
    "Trace",
    "Trap",
    "UsageError",
    "Weights",
    "compile",
    "load",
    "universal",
]


def __getattr__(name: str) -> Any:
    """Imports :mod:`transformer_vm.torch` and :mod:`transformer_vm.datasets` when they are first used: they need other
    packages."""
    if name in ("datasets", "torch"):
        import importlib

        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
