"""How runs are made: what all ways to run a program have in common."""

import os
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

__all__ = ["MAX_MEMORY", "MAX_TOKENS", "Directories", "Input", "Path"]

#: Generated tokens that a run may have, unless it is said.
MAX_TOKENS = 1_000_000_000
#: Megabytes of 2^20 bytes that the caches of a run may take, unless it is said.
MAX_MEMORY = 4096

Path = Union[str, "os.PathLike[str]"]
#: The input of a program; text is encoded in UTF-8.
Input = Union[bytes, bytearray, memoryview, str]
#: Directories that a program may use: their names, or for each the name that the program sees.
Directories = Union[Iterable[Path], Mapping[Path, str]]


class Settings(NamedTuple):
    """What the native half takes."""

    arguments: List[str]
    environment: List[Tuple[str, str]]
    directories: List[Tuple[str, str]]
    engine: Optional[str]
    max_tokens: int
    max_memory: int


def settings(
    arguments: Sequence[str] = (),
    environment: Optional[Mapping[str, str]] = None,
    directories: Directories = (),
    engine: Optional[str] = None,
    max_tokens: int = MAX_TOKENS,
    max_memory: int = MAX_MEMORY,
) -> Settings:
    """The same in the form that the native half takes."""
    if isinstance(directories, Mapping):
        pairs = [(os.fspath(path), name) for path, name in directories.items()]
    else:
        pairs = [(os.fspath(path), os.fspath(path)) for path in directories]
    return Settings(list(arguments), list((environment or {}).items()), pairs, engine, max_tokens, max_memory)


def encoded(given: Input) -> bytes:
    """An input as bytes."""
    return given.encode() if isinstance(given, str) else bytes(memoryview(given))


def functions(imports: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """Functions of a host by module and name with a point between: from that form, or from a dict for every module."""
    found: Dict[str, Any] = {}
    for name, function in (imports or {}).items():
        inner = function.items() if isinstance(function, Mapping) else None
        found.update({f"{name}.{own}": one for own, one in inner} if inner is not None else {name: function})
    for name, function in found.items():
        if not callable(function):
            raise TypeError(f"imports: {name} is no function")
        if "." not in name:
            raise ValueError(f"imports: {name!r} has no module; a name is `module.name`")
    return found
