"""What a data set consists of: which trace is in which shard. It depends on the arguments alone, so that every way to make
the shards makes the same ones."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from .inputs import Inputs, generated, identity, seed_of
from ..settings import encoded

__all__ = ["Part", "Plan", "Row"]

#: Raised with every change of what the same arguments give.
_FORMAT = 1


class Row(NamedTuple):
    """A trace that is to be made."""

    #: Its number in the data set.
    trace: int
    input: bytes
    #: The seed of the input, if it was generated.
    seed: Optional[int]


class Part(NamedTuple):
    """The traces of a program in a shard."""

    program: str
    rows: List[Row]


class Source(NamedTuple):
    """A program with its inputs."""

    name: str
    inputs: Inputs
    #: How many traces it has.
    count: int
    #: That of the model.
    digest: str


@dataclass(frozen=True)
class Plan:
    """What a data set consists of."""

    sources: Tuple[Source, ...]
    seed: int
    #: ``specialised`` or ``universal``.
    model: str
    truth: bool
    values: Tuple[str, ...]
    per_shard: int
    max_tokens: int
    max_memory: int
    #: Which engine makes the runs.
    run_engine: Optional[str]

    @property
    def traces(self) -> int:
        """How many traces there are."""
        return sum(source.count for source in self.sources)

    @property
    def shards(self) -> int:
        """How many shards there are: at least one."""
        return max(1, -(-self.traces // self.per_shard))

    def name(self, shard: int) -> str:
        """The name of a shard's file."""
        return f"traces-{shard:05}-of-{self.shards:05}.parquet"

    def identity(self) -> Dict[str, Any]:
        """What makes two data sets the same, for the manifest."""
        programs = {
            source.name: {
                "model": source.digest,
                "traces": source.count,
                "inputs": identity(source.inputs, self.seed, source.name),
            }
            for source in self.sources
        }
        return {
            "format": _FORMAT,
            "seed": self.seed,
            "model": self.model,
            "truth": self.truth,
            "values": list(self.values),
            "per_shard": self.per_shard,
            "max_tokens": self.max_tokens,
            "max_memory": self.max_memory,
            "programs": programs,
        }

    def digest(self) -> str:
        """That of :meth:`identity`."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()

    def parts(self, shard: int) -> Iterator[Part]:
        """The traces of a shard, program by program."""
        begin, end = shard * self.per_shard, min((shard + 1) * self.per_shard, self.traces)
        first = 0
        for source in self.sources:
            of_program = range(max(begin, first) - first, min(end, first + source.count) - first)
            if of_program:
                yield Part(source.name, [self._row(source, first, number) for number in of_program])
            first += source.count

    def _row(self, source: Source, first: int, number: int) -> Row:
        if not callable(source.inputs):
            return Row(first + number, encoded(source.inputs[number]), None)
        seed = seed_of(self.seed, source.name, number)
        return Row(first + number, generated(source.inputs, seed), seed)
