"""A run with its tokens, and what they say of every instruction."""

from html import escape
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union, overload

import numpy as np

from . import _native
from .progress import Report, reporter
from .run import Run

__all__ = ["Instruction", "Instructions", "Trace"]

#: Instructions that a table shows in a notebook.
_SHOWN = 60


class Instruction(NamedTuple):
    """An instruction that was executed."""

    #: The position of its first token.
    position: int
    #: How many tokens it took.
    tokens: int
    #: Its number in the program, from 0.
    instruction: int
    #: The function that it is in, where functions are known.
    function: Optional[str]
    #: The instruction as text.
    text: str
    #: In the order in which WebAssembly pushes them; integers have a sign.
    operands: Tuple[Union[int, float], ...]
    results: Tuple[Union[int, float], ...]
    #: What it did beyond that: a dict with a ``kind``, as ``tvm trace --json`` writes it.
    effect: Optional[Dict[str, Any]]
    #: The byte that it wrote.
    output: Optional[int]
    #: The trap in which the program ended here.
    trap: Optional[str]
    #: Words of 32 bits on the stack after it.
    stack_depth: int
    #: Calls that were open when it was executed.
    call_depth: int


class Instructions(Sequence[Instruction]):
    """The instructions of a run, in order."""

    def __init__(self, columns: Dict[str, Any]) -> None:
        self._lines: List[str] = columns.pop("line")
        self._columns = {name: columns[name] for name in Instruction._fields}

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, index: int) -> Instruction: ...
    @overload
    def __getitem__(self, index: slice) -> "Instructions": ...
    def __getitem__(self, index: Union[int, slice]) -> Union[Instruction, "Instructions"]:
        if isinstance(index, slice):
            columns = {name: column[index] for name, column in self._columns.items()}
            return Instructions({**columns, "line": self._lines[index]})
        cells = (column[index] for column in self._columns.values())
        return Instruction(*(cell.item() if isinstance(cell, np.generic) else cell for cell in cells))

    def __iter__(self) -> Iterator[Instruction]:
        columns = [x.tolist() if isinstance(x, np.ndarray) else x for x in self._columns.values()]
        return map(Instruction._make, zip(*columns))

    def at(self, position: int) -> Instruction:
        """The instruction that the token at a position belongs to."""
        index = int(np.searchsorted(self._columns["position"], position, side="right")) - 1
        if index < 0 or position >= self._columns["position"][index] + self._columns["tokens"][index]:
            raise IndexError(f"the token at position {position} is of no instruction")
        return self[index]

    def to_dict(self) -> Dict[str, Any]:
        """A list or an array for every field of :class:`Instruction`, as ``pandas.DataFrame`` takes it."""
        return dict(self._columns)

    def to_pandas(self) -> Any:
        """A data frame; needs pandas."""
        import pandas  # type: ignore[import-untyped]

        return pandas.DataFrame(self.to_dict())

    def __str__(self) -> str:
        return "\n".join(self._lines)

    def __repr__(self) -> str:
        return f"<Instructions: {len(self):,}>"

    def _repr_html_(self) -> str:
        more = len(self) - _SHOWN
        rest = f"\n... and {more:,} more" if more > 0 else ""
        return f"<pre>{escape(chr(10).join(self._lines[:_SHOWN]) + rest)}</pre>"


class Trace:
    """A run with its tokens."""

    #: What the run came to.
    run: Run
    #: All tokens, by number.
    tokens: "np.ndarray[Any, np.dtype[np.uint32]]"
    #: How many of them are the prompt.
    prompt_length: int

    def __init__(self, native: "_native.Trace", report: Report = None) -> None:
        self._native, self._progress = native, report
        self.run = Run(native.run)
        self.tokens, self.prompt_length = native.tokens(), native.prompt_length
        self._instructions: Optional[Instructions] = None

    def __len__(self) -> int:
        return len(self.tokens)

    @property
    def positions(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        """The positions of the tokens, from 0."""
        return np.arange(len(self.tokens))

    @property
    def names(self) -> List[str]:
        """The names of the tokens, one for every position."""
        vocabulary = self._native.vocabulary()
        return [vocabulary[token] for token in self.tokens]

    @property
    def instructions(self) -> Instructions:
        """What the tokens say of every instruction, compared with the reference executor; read when first asked for."""
        if self._instructions is None:
            with reporter(self._progress) as report:
                self._instructions = Instructions(self._native.instructions(report))
        return self._instructions

    def to_dict(self) -> Dict[str, Any]:
        """The instructions: a list or an array for every field of :class:`Instruction`."""
        return self.instructions.to_dict()

    def to_pandas(self) -> Any:
        """The instructions as a data frame; needs pandas."""
        return self.instructions.to_pandas()

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>" + self.instructions._repr_html_()

    def __repr__(self) -> str:
        return f"<Trace: {len(self):,} tokens, {self.prompt_length:,} of them the prompt; {self.run.message}>"
