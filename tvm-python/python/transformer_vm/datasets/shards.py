"""Shards as files: written as a whole or not at all, and recognised when they are there already."""

import contextlib
import os
import uuid
from pathlib import Path
from typing import Any, Dict, Iterator, NamedTuple, Optional

from ..errors import FileError
from . import table as tables
from .requirements import parquet

__all__ = ["Shard", "finished", "remove_remains", "replacing", "write"]

#: Begins the names of what is in a file beside the table.
_PREFIX = "transformer_vm."
#: Ends the name of a file that is being written.
_UNFINISHED = ".unfinished"


class Shard(NamedTuple):
    """A file of a data set."""

    #: Its number.
    number: int
    path: Path
    #: How many traces it has.
    traces: int
    #: How many tokens these have.
    tokens: int
    #: How many instructions were executed.
    instructions: int
    #: The size of the file.
    bytes: int
    #: That of its content.
    digest: str


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Any]:
    """A file that takes its place, and that of a file there, when it is complete and on the disk.

    A name of its own for each writer: two that write the same file do not disturb each other."""
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_UNFINISHED}")
    try:
        with open(unfinished, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
        _sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    """Makes sure that a new name in a folder is on the disk, where folders can be opened."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def remove_remains(folder: Path) -> None:
    """Removes what a writer that was killed has left."""
    for unfinished in folder.rglob(f".*{_UNFINISHED}"):
        with contextlib.suppress(OSError):
            unfinished.unlink()


def write(path: Path, number: int, plan: str, table: Any) -> Shard:
    """Writes a table as the shard of a plan, of which this is the digest. Raises :class:`FileError`, and leaves no file, where
    it cannot be written."""
    counts = {
        "plan": plan,
        "traces": table.num_rows,
        "tokens": _length(table, "tokens"),
        "instructions": _length(table, "instruction_position"),
        "digest": tables.digest(table),
    }
    metadata = {f"{_PREFIX}{name}": str(value) for name, value in counts.items()}
    table = table.replace_schema_metadata(metadata)
    try:
        with replacing(path) as file:
            parquet().write_table(table, file, compression="zstd")
        size = path.stat().st_size
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise FileError(
            f"cannot write the shard `{path}`: {reason}. The shards that are complete stay; "
            "the same call goes on with this one"
        ) from None
    return Shard(number, path, counts["traces"], counts["tokens"], counts["instructions"], size, counts["digest"])


def _length(table: Any, name: str) -> int:
    return sum(len(chunk.flatten()) for chunk in table.column(name).chunks)


def finished(path: Path, number: int, plan: Optional[str] = None) -> Optional[Shard]:
    """The shard that is in a file; None if there is no file. Raises :class:`FileError` if the file is something else, or a
    shard of another plan."""
    if not path.exists():
        return None
    try:
        found = parquet().read_schema(path).metadata or {}
        stated: Dict[str, str] = {key.decode(): value.decode() for key, value in found.items()}
        of = {name: stated[_PREFIX + name] for name in ("plan", "traces", "tokens", "instructions", "digest")}
    except (OSError, ValueError, KeyError) as error:
        raise FileError(f"`{path}` is no shard of traces ({error}): remove it, or choose another folder") from None
    if plan is not None and of["plan"] != plan:
        raise FileError(f"`{path}` is a shard of another data set: remove it, or choose another folder")
    counts = [int(of[name]) for name in ("traces", "tokens", "instructions")]
    return Shard(number, path, *counts, path.stat().st_size, of["digest"])
