"""Programs, and how sources become programs."""

import os
import warnings
from typing import Any, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from . import _native, running
from .errors import CompileError, CompileWarning
from .instance import Instance
from .model import Model
from .progress import Report
from .run import Run
from .settings import MAX_MEMORY, MAX_TOKENS, Directories, Input, Path, settings
from .trace import Trace

__all__ = ["Program", "compile"]

#: How WebAssembly modules begin.
_MODULE = b"\0asm"
#: What a source can have and the name of a file hardly.
_TEXT = frozenset("\n{;")


class Program:
    """A program for the machine: a list of instructions."""

    #: What it is called: its file without the ending.
    name: str
    #: ``classic`` or ``full``.
    instruction_set: str
    #: What clang warned of.
    warnings: str

    def __init__(self, native: "_native.Program") -> None:
        self._native = native
        self.name, self.instruction_set, self.warnings = native.name, native.instruction_set, native.warnings
        self._exported: Optional["_native.Program"] = None if native.has_entry else native
        self._models: List[Optional[Model]] = [None, None]

    def __repr__(self) -> str:
        return f"<Program {self.name}: {len(self):,} instructions of {self.instruction_set}>"

    def __len__(self) -> int:
        """How many instructions it has."""
        return len(self._native)

    @property
    def text(self) -> str:
        """The token text, as ``tvm compile`` writes it."""
        return self._native.text()

    @property
    def functions(self) -> List[str]:
        """The names of its functions, in order."""
        return self._native.functions()

    @property
    def imports(self) -> List[Tuple[str, str]]:
        """The functions that it imports as a module for a host, ``module.name``, with their types."""
        return self._module().imports()

    @property
    def exports(self) -> List[Tuple[str, str]]:
        """The functions that it exports to a host, with their types."""
        return self._module().exports()

    def specialise(self, *, exports: bool = False) -> Model:
        """The model with the program in its weights; made once. With ``exports`` it is for instances.

        Layers and slots must be scheduled, which takes up to some seconds."""
        made = self._models[exports]
        if made is None:
            native = self._module() if exports else self._native
            made = self._models[exports] = Model(native.specialise(), native)
        return made

    def run(
        self,
        input: Optional[Input] = None,
        *,
        model: Optional[Model] = None,
        arguments: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Run:
        """Runs the program by the universal model, or by ``model``: a specialised model of this program, or a universal
        one.

        ``input`` is what ``compute`` gets; for a program of WASI it is standard input. ``arguments``, ``environment``
        and ``directories`` are for programs of WASI. ``engine`` is ``kernel``, ``native``, ``plan``, ``sparse`` or
        ``dense``. A trap and an exit status are in the result. Raises :class:`LimitError` beyond ``max_tokens``
        generated tokens, or ``max_memory`` megabytes of caches."""
        how = settings(arguments, environment, directories, engine, max_tokens, max_memory)
        return running.run(self._job(model), input, how, progress)

    def run_many(
        self,
        inputs: Iterable[Input],
        *,
        threads: Optional[int] = None,
        model: Optional[Model] = None,
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Iterator[Run]:
        """Runs the program for every input, ``threads`` at the same time (by default as many as there are processors).

        The results come in the order of the inputs, which are taken as threads become free. A limit is raised in its
        turn."""
        how = settings(engine=engine, max_tokens=max_tokens, max_memory=max_memory)
        return running.run_many(self._job(model), inputs, how, threads, progress)

    def trace(
        self,
        input: Optional[Input] = None,
        *,
        model: Optional[Model] = None,
        arguments: Sequence[str] = (),
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Trace:
        """Runs the program by the specialised model, or by ``model``, and keeps the tokens.

        At a limit the trace ends; it is no error."""
        how = settings(arguments, environment, directories, engine, max_tokens, max_memory)
        return running.trace(self._job(model or self.specialise()), input, how, progress)

    def instance(
        self,
        imports: Optional[Mapping[str, Any]] = None,
        *,
        model: Optional[Model] = None,
        environment: Optional[Mapping[str, str]] = None,
        directories: Directories = (),
        engine: Optional[str] = None,
        max_tokens: int = MAX_TOKENS,
        max_memory: int = MAX_MEMORY,
        progress: Report = None,
    ) -> Instance:
        """An instance whose exported functions are called from Python, by the universal model or by ``model``.

        ``imports`` has functions of Python by module and name: ``{"env.log": print}`` or ``{"env": {"log": print}}``.
        They take and return numbers, as their types in the program say, and may call the instance again. The functions
        of WASI are there too."""
        how = settings((), environment, directories, engine, max_tokens, max_memory)
        return running.instance(self._job(model, self._module()), imports, how, progress)

    def _module(self) -> "_native.Program":
        """The program as a module whose functions a host calls; compiled once, from the same source."""
        if self._exported is None:
            self._exported = self._native.exported()
        return self._exported

    def _job(self, model: Optional[Model], native: Optional["_native.Program"] = None) -> "_native.Job":
        native = native or self._native
        return _native.Job.of_program(native) if model is None else _native.Job(model._native, native)


class _C(NamedTuple):
    """What is asked of clang, as the native half takes it."""

    c_stack: str
    sources: List[str]
    includes: List[str]
    definitions: List[str]
    optimisation: Optional[str]


def compile(
    source: Union[str, bytes, "os.PathLike[str]"],
    *,
    language: Optional[str] = None,
    instruction_set: str = "full",
    name: Optional[str] = None,
    sources: Iterable[Path] = (),
    includes: Iterable[Path] = (),
    definitions: Iterable[str] = (),
    optimisation: Union[str, int, None] = None,
    c_stack: Union[str, int] = "64K",
) -> Program:
    """Compiles a program: C, C++, WebAssembly (binary or text) or token text.

    ``source`` is a path, or the source itself as ``str`` or ``bytes``. The ending of a file names its language. A
    ``str`` is a path if there is such a file, or if it is in one line without ``{`` and ``;``, and does not begin with
    ``(``. Text that begins with ``(`` is WebAssembly text, with ``{`` token text, and any other is C; ``language``
    (``c``, ``wasm``, ``wat``, ``tokens``) says it otherwise.

    ``sources``, ``includes``, ``definitions``, ``optimisation`` and ``c_stack`` are for C and C++: further files, and
    what ``-I``, ``-D``, ``-O`` and ``--c-stack`` are for ``tvm``. A warning of clang is a :class:`CompileWarning`.
    Raises :class:`CompileError`."""
    kind, given = _source(source, language)
    if name is None:
        name = os.path.splitext(os.path.basename(given))[0] if kind == "file" else "program"
    level = None if optimisation is None else str(optimisation)
    c = _C(str(c_stack), _paths(sources), _paths(includes), list(definitions), level)
    native = _native.compile(kind, given, instruction_set, name, c)
    if native.warnings:
        warnings.warn(native.warnings.rstrip(), CompileWarning, stacklevel=2)
    return Program(native)


def _source(source: Union[str, bytes, "os.PathLike[str]"], language: Optional[str]) -> Tuple[str, Any]:
    """What the native half takes: the kind of source, and the source."""
    if isinstance(source, os.PathLike) or (isinstance(source, str) and language is None and _is_path(source)):
        return "file", os.fspath(source)
    if isinstance(source, bytes):
        if language == "wasm" or (language is None and source.startswith(_MODULE)):
            return "wasm", source
        try:
            source = source.decode()
        except UnicodeDecodeError:
            raise CompileError("the bytes are neither a WebAssembly module nor text in UTF-8") from None
    if not isinstance(source, str):
        raise TypeError(f"a source is a path, str or bytes, not {type(source).__name__}")
    if language is None:
        language = {"(": "wat", "{": "tokens"}.get(source.lstrip()[:1], "c")
    elif language == "wasm":
        raise TypeError("a WebAssembly module is bytes, not str")
    return language, source


def _is_path(text: str) -> bool:
    try:
        if os.path.exists(text):
            return True
    except ValueError:  # A zero byte, which no name has.
        return False
    return bool(text) and _TEXT.isdisjoint(text) and not text.startswith("(")


def _paths(paths: Iterable[Path]) -> List[str]:
    return [os.fspath(path) for path in paths]
