"""A data set that is there: its shards, and what its manifest says."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Sequence, Tuple

from ..errors import FileError
from ..settings import Path as PathLike
from . import shards as files
from . import table as tables
from .requirements import parquet
from .shards import Shard

__all__ = ["Dataset", "MANIFEST", "Shard", "load", "read_manifest"]

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Dataset:
    """A data set that is complete."""

    folder: Path
    #: What it was made from, and the versions of what made it.
    manifest: Dict[str, Any]
    shards: Tuple[Shard, ...]

    @property
    def files(self) -> List[str]:
        """The names of the files, for ``datasets.load_dataset("parquet", data_files=..)`` of Hugging Face."""
        return [str(shard.path) for shard in self.shards]

    @property
    def traces(self) -> int:
        """How many traces it has."""
        return sum(shard.traces for shard in self.shards)

    @property
    def tokens(self) -> int:
        """How many tokens these have."""
        return sum(shard.tokens for shard in self.shards)

    @property
    def instructions(self) -> int:
        """How many instructions were executed."""
        return sum(shard.instructions for shard in self.shards)

    @property
    def bytes(self) -> int:
        """The size of the files."""
        return sum(shard.bytes for shard in self.shards)

    @property
    def digest(self) -> str:
        """That of the content: the same for the same arguments, whatever made it."""
        return digest(self.shards)

    @property
    def vocabulary(self) -> List[str]:
        """The names of the tokens, by number."""
        return list(self.manifest["vocabulary"])

    def table(self, columns: Any = None) -> Any:
        """All traces as a table of Arrow, or some columns of it."""
        return parquet().read_table(self.files, columns=columns)

    def verify(self) -> None:
        """Reads every file and computes its digest. Raises :class:`FileError` where the content is another one."""
        for shard in self.shards:
            try:
                found = tables.digest(parquet().read_table(shard.path))
            except (OSError, ValueError) as error:
                raise FileError(f"cannot read the shard `{shard.path}`: {error}") from None
            if found != shard.digest:
                raise FileError(f"the shard `{shard.path}` is not what was written: remove it, and make it again")

    def __repr__(self) -> str:
        return (
            f"<Dataset {self.folder}: {self.traces:,} traces, {self.tokens:,} tokens, "
            f"{len(self.shards)} shards, {self.bytes:,} bytes>"
        )


def digest(shards: Sequence[Shard]) -> str:
    """The digest of shards, in order."""
    return hashlib.sha256("".join(shard.digest for shard in shards).encode()).hexdigest()


def read_manifest(folder: Path) -> Dict[str, Any]:
    """The manifest of a data set. Raises :class:`FileError` where there is none."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise FileError(f"cannot read `{path}`, which every data set has: {error}") from None
    if not isinstance(found, dict) or not isinstance(found.get("plan"), dict):
        raise FileError(f"`{path}` is no manifest of a data set")
    return found


def load(folder: PathLike) -> Dataset:
    """A data set that :func:`write` has made. Raises :class:`FileError` if it is not complete."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    names = manifest.get("shards")
    if not names:
        raise FileError(f"the data set in `{folder}` is not complete: call `write` again with the same arguments")
    found = []
    for number, one in enumerate(names):
        shard = files.finished(folder / one["file"], number, manifest["plan_digest"])
        if shard is None or shard.digest != one["digest"]:
            raise FileError(f"the shard `{folder / one['file']}` of the data set is missing, or another one")
        found.append(shard)
    return Dataset(folder, manifest, tuple(found))
