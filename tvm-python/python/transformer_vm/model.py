"""Models: transformers with computed weights."""

import os
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

import numpy as np

from . import _native, running
from .errors import UsageError
from .explanation import Explanation
from .instance import Instance
from .progress import Report, reporter
from .run import Run
from .settings import MAX_MEMORY, MAX_TOKENS, Directories, Input, Path, encoded, settings
from .trace import Trace

__all__ = ["Model", "Weights", "load", "universal"]


class Weights(Mapping[str, "np.ndarray[Any, np.dtype[np.float64]]"]):
    """The matrices of a model by name, with all their zeros. Each is made when it is asked for.

    The names are those of :class:`transformer_vm.torch.TransformerVM`, without ``.weight``."""

    def __init__(self, native: "_native.Model") -> None:
        self._native = native
        #: The shape of every matrix, rows and columns.
        self.shapes = dict(native.shapes())

    def __getitem__(self, name: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
        matrix = self._native.matrix(name)
        if matrix is None:
            raise KeyError(name)
        return matrix

    def __iter__(self) -> Iterator[str]:
        return iter(self.shapes)

    def __len__(self) -> int:
        return len(self.shapes)

    def __repr__(self) -> str:
        return f"<Weights: {len(self)} matrices>"


class Model:
    """A transformer: a specialised one with a program in its weights, or a universal one, which reads a program as the
    beginning of its sequence."""

    #: ``classic`` or ``full``.
    instruction_set: str
    #: The name of the program in the weights; None for a universal model.
    program: Optional[str]
    #: The width of the residual stream.
    d_model: int
    layers: int
    #: Heads of all layers.
    heads: int
    #: Neurons of all layers.
    neurons: int

    def __init__(self, native: "_native.Model", program: Optional["_native.Program"] = None) -> None:
        self._native, self._program = native, program
        #: What the model is of, and how large it is.
        self.description: Dict[str, Any] = native.description()
        for name in ("instruction_set", "program", "d_model", "layers", "heads", "neurons"):
            setattr(self, name, self.description[name])

    def __repr__(self) -> str:
        of = self.instruction_set if self.program is None else f"{self.program} ({self.instruction_set})"
        size = f"{self.layers} layers, {self.heads} heads, {self.neurons:,} neurons, {self.d_model} wide"
        return f"<Model of {of}: {size}>"

    def save(self, path: Path) -> None:
        """Writes a model file, as ``tvm specialise`` does. A file that exists is replaced."""
        self._native.save(path)

    def to_bytes(self) -> bytes:
        """The model file."""
        return self._native.to_bytes()

    def export(self, format: str, path: Path, *, force: bool = False, input: Optional[Input] = None) -> None:
        """Writes the model in the format of others, as ``tvm export`` does: ``pytorch``, ``huggingface``, ``onnx`` and
        ``circuits`` are folders, ``c`` is a file.

        What exists is replaced only with ``force``. ``circuits`` of a specialised model have clean and corrupted
        sequences of a run with the ``input``. Raises :class:`ModelError` where the format could not hold the model
        exactly."""
        if input is not None and format != "circuits":
            raise UsageError("input is for the format circuits: no other one has a run in it")
        self._native.export(format, os.fspath(path), force, None if input is None else encoded(input))

    @property
    def digest(self) -> str:
        """The same for models with the same weights."""
        return self._native.digest

    def weights(self) -> Weights:
        """The matrices by name, as arrays of numpy."""
        return Weights(self._native)

    def names(self) -> Dict[str, Any]:
        """What the parts of the model are called.

        ``slots`` has for every named value of the residual stream its slot, the boundaries ``first`` and ``end``
        between which it lives, and the ``bias`` that is added to it; boundary 0 is the embedding, and every layer has
        two more.
        ``heads`` and ``neurons`` have a list of names for every layer, ``tokens`` the vocabulary."""
        return self._native.names()

    @property
    def vocabulary(self) -> List[str]:
        """The names of the tokens, by number."""
        return self._native.vocabulary()

    @property
    def generable(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """For every token whether it can be generated; the others are only read."""
        return self._native.generable()

    @property
    def selections(self) -> List[List[str]]:
        """How every head selects, layer by layer: ``latest`` or ``mean``."""
        return self._native.selections()

    def explain(
        self, trace: Union[Trace, Sequence[int]], position: int, *, top: int = 5, progress: Report = None
    ) -> Explanation:
        """What the model did at one position of a trace: the residual stream, heads and neurons by their names.

        ``trace`` is a trace of this model, or the numbers of tokens. ``top`` is how many next tokens are told."""
        if isinstance(trace, Trace):
            if trace._native.digest != self.digest:
                raise UsageError("the trace is of another model: trace the program with this one")
            tokens = trace.tokens
        else:
            tokens = np.asarray(trace, dtype=np.uint32)
        if not 0 <= position < len(tokens):
            raise UsageError(f"there is no position {position}: the run ends at {len(tokens) - 1}")
        with reporter(progress) as report:
            return Explanation(*self._native.explain(tokens[: position + 1], top, report))

    def run(
        self,
        input: Optional[Input] = None,
        *,
        arguments: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Run:
        """Runs the program in the weights, as :meth:`Program.run` does."""
        how = settings(arguments, environment, directories, engine, max_tokens, max_memory)
        return running.run(self._job(), input, how, progress)

    def run_many(
        self,
        inputs: Iterable[Input],
        *,
        threads: Optional[int] = None,
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Iterator[Run]:
        """Runs the program in the weights for every input, as :meth:`Program.run_many` does."""
        how = settings(engine=engine, max_tokens=max_tokens, max_memory=max_memory)
        return running.run_many(self._job(), inputs, how, threads, progress)

    def trace(
        self,
        input: Optional[Input] = None,
        *,
        arguments: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Trace:
        """Runs the program in the weights and keeps the tokens. A model that was loaded from a file does not know the
        program's instructions: use :meth:`Program.trace` with it as ``model``."""
        how = settings(arguments, environment, directories, engine, max_tokens, max_memory)
        return running.trace(self._job(), input, how, progress)

    def instance(
        self,
        imports: Optional[Mapping[str, Any]] = None,
        *,
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Instance:
        """An instance of the program in the weights, as :meth:`Program.instance` makes one. The program must have been
        specialised with ``exports=True``."""
        how = settings((), environment, directories, engine, max_tokens, max_memory)
        return running.instance(self._job(), imports, how, progress)

    def _job(self) -> "_native.Job":
        return _native.Job(self._native, self._program)



def load(path: Path) -> Model:
    """Reads a model file, which :meth:`Model.save`, ``tvm specialise`` or ``tvm build`` has written."""
    return Model(_native.load(os.fspath(path)))


def universal(instruction_set: str = "full") -> Model:
    """The universal model of an instruction set, ``classic`` or ``full``; it is a part of this package."""
    return Model(_native.universal(instruction_set))
