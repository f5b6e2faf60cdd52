"""One shard made: by a process that sees the folder of the data set and its plan. The programs and the models are in the folder,
so that every process has the same weights."""

import threading
from pathlib import Path
from typing import Dict, List, NamedTuple, Tuple

from .. import _native, settings
from ..model import Model, load, universal
from ..program import Program, compile
from . import shards as files
from .plan import Part, Plan
from .requirements import arrow
from .shards import Shard
from .table import schema, table

__all__ = ["MODELS", "PROGRAMS", "Maker"]

#: The folders of models and programs in that of the data set.
MODELS, PROGRAMS = "models", "programs"


class _Wanted(NamedTuple):
    truth: bool
    values: List[str]


class Maker:
    """Makes shards of a plan in a folder. Threads may share it."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self._digest = plan.digest()
        self._jobs: Dict[str, "_native.Job"] = {}
        self._lock = threading.Lock()

    def finished(self, number: int) -> "Shard | None":
        """The shard, if it is there already."""
        return files.finished(self.folder / self.plan.name(number), number, self._digest)

    def make(self, number: int) -> Shard:
        """Makes a shard."""
        pa, plan = arrow(), self.plan
        parts = [self._table(part) for part in plan.parts(number)]
        made = pa.concat_tables(parts) if parts else schema(plan.truth, plan.values).empty_table()
        return files.write(self.folder / plan.name(number), number, self._digest, made.combine_chunks())

    def _table(self, part: Part) -> object:
        plan = self.plan
        how = settings.settings(engine=plan.run_engine, max_tokens=plan.max_tokens, max_memory=plan.max_memory)
        inputs = [row.input for row in part.rows]
        wanted = _Wanted(plan.truth, list(plan.values))
        columns = self._job(part.program).traces(inputs, how, wanted)
        return table(part.program, part.rows, columns, plan.truth, plan.values)

    def _job(self, name: str) -> "_native.Job":
        with self._lock:
            if name not in self._jobs:
                program, model = stored(self.folder, name, self.plan.model)
                self._jobs[name] = _native.Job(model._native, program._native)
            return self._jobs[name]


def stored(folder: Path, name: str, kind: str) -> Tuple[Program, Model]:
    """A program and its model, from the folder of a data set."""
    (path,) = (folder / PROGRAMS).glob(f"{name}.*")
    instruction_set = path.suffixes[-2][1:]
    program = compile(path, name=name, instruction_set=instruction_set)
    model = universal(instruction_set) if kind == "universal" else load(folder / MODELS / f"{name}.tvm")
    return program, model
