"""Makes a data set, or what is missing of it."""

import contextlib
import dataclasses
import json
import os
import platform
import re
import time
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from .. import __version__
from ..errors import FileError, UsageError
from ..model import Model, universal
from ..model import load as load_model
from ..program import Program, compile
from ..progress import Report, reporter
from ..settings import MAX_MEMORY
from ..settings import Path as PathLike
from . import engines
from .dataset import MANIFEST, Dataset, digest, load, read_manifest
from .inputs import Inputs, by_program
from .making import MODELS, PROGRAMS, Maker
from .plan import Plan, Source
from .requirements import arrow
from .shards import Shard, remove_remains, replacing

__all__ = ["write"]

#: Generated tokens that a trace may have, unless it is said.
MAX_TOKENS = 1_000_000
#: Traces in a shard, unless it is said.
PER_SHARD = 1000

#: What a name of a program may be: it is the name of files.
_NAME = re.compile(r"[A-Za-z0-9_-]+")

Programs = Union[Iterable[Union[Program, PathLike]], Mapping[str, Union[Program, PathLike]]]


def write(
    folder: PathLike,
    programs: Programs,
    inputs: Union[Inputs, Mapping[str, Inputs]],
    *,
    count: Optional[int] = None,
    seed: int = 0,
    model: str = "specialised",
    truth: bool = False,
    values: Sequence[str] = (),
    per_shard: int = PER_SHARD,
    max_tokens: int = MAX_TOKENS,
    max_memory: int = MAX_MEMORY,
    run_engine: Optional[str] = "plan",
    engine: str = "threads",
    threads: Optional[int] = None,
    progress: Report = None,
) -> Dataset:
    """Makes a data set of traces in a folder.

    ``programs`` are programs or their files, with names if it is a dict. ``inputs`` are given ones, or a generator
    (:func:`numbers`, :func:`text`, :func:`choice`, :func:`template`, or any function of a :class:`random.Random`), for
    all programs or, in a dict, for each; ``count`` is then how many traces of each program are made. ``model`` says whose
    tokens a trace has: those of the ``specialised`` model, or of the ``universal`` one, which reads the program first.

    ``truth`` adds what is known of every token. ``values`` are names of the residual stream (:meth:`Model.names`),
    whose numbers are added for every token. ``run_engine`` makes the runs, as ``engine`` of :meth:`Program.run`; the
    tokens are the same with any.

    ``engine`` is ``sequential``, ``threads`` (as many as there are processors, or ``threads``), or ``ray``, which uses
    the cluster that ``ray.init`` has joined; all its machines must see the folder. The content does not depend on it. A
    trace that ended in a trap or at a limit is a row that says so. ``progress`` counts traces.

    Call it again with the same arguments to go on where an earlier call was ended. Raises :class:`FileError` if the
    folder has something else, or where a shard cannot be written."""
    folder = Path(folder)
    arrow()
    compiled = _compiled(programs)
    plan = _plan(
        folder,
        compiled,
        by_program(inputs, list(compiled)),
        count,
        Plan((), seed, model, truth, tuple(values), per_shard, max_tokens, max_memory, run_engine),
    )
    with _alone(folder):
        remove_remains(folder)
        maker = Maker(folder, plan)
        shards = _shards(maker, engine, threads, progress)
        _write_manifest(folder, plan, shards)
    return load(folder)


def _compiled(programs: Programs) -> Dict[str, Program]:
    """The programs by name."""
    if isinstance(programs, (str, bytes, os.PathLike, Program)):
        programs = [programs]  # type: ignore[list-item]
    named = programs.items() if isinstance(programs, Mapping) else ((None, one) for one in programs)
    found: Dict[str, Program] = {}
    for name, one in named:
        program = one if isinstance(one, Program) else compile(one)
        name = program.name if name is None else name
        if not _NAME.fullmatch(name):
            raise UsageError(f"the program {name!r} needs a name of letters, digits, - and _: give a dict of programs")
        if name in found:
            raise UsageError(f"two programs are called {name!r}: give a dict with a name for each")
        found[name] = program
    if not found:
        raise UsageError("programs: none are given")
    return found


def _plan(
    folder: Path, programs: Dict[str, Program], inputs: Dict[str, Inputs], count: Optional[int], plan: Plan
) -> Plan:
    """The plan, after its programs and models are in the folder."""
    if plan.model not in ("specialised", "universal"):
        raise UsageError(f"there is no model {plan.model!r}, but specialised and universal")
    if plan.per_shard < 1:
        raise UsageError("per_shard: at least 1")
    try:
        for name in (MODELS, PROGRAMS):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"cannot make the folder `{folder}`: {error.strerror}") from None
    sources = []
    for name, program in programs.items():
        own = inputs[name]
        if callable(own) == (count is None):
            needed = "generated inputs need a count" if count is None else "count is for generated inputs"
            raise UsageError(f"{needed}: see the program {name!r}")
        used = _stored(folder, name, program, plan.model)
        sources.append(Source(name, own, len(own) if count is None else count, used.digest))  # type: ignore[arg-type]
    plan = dataclasses.replace(plan, sources=tuple(sources))
    _check(folder, plan)
    _write(folder / MANIFEST, _manifest(plan, programs), keep=True)
    return plan


def _stored(folder: Path, name: str, program: Program, kind: str) -> Model:
    """The model of a program. It is in the folder afterwards, with the program."""
    language, source = program._native.portable()
    data = source.encode() if isinstance(source, str) else source
    path = folder / PROGRAMS / f"{name}.{program.instruction_set}.{language}"
    others = {one for one in (folder / PROGRAMS).glob(f"{name}.*")} - {path}
    if others or (path.exists() and path.read_bytes() != data):
        raise FileError(f"`{folder}` has another program {name!r}: choose another folder")
    _write(path, data, keep=True)
    if kind == "universal":
        return universal(program.instruction_set)
    model_path = folder / MODELS / f"{name}.tvm"
    model = program.specialise()
    if model_path.exists():
        # That of an earlier call, by which the traces that are there were made.
        return load_model(model_path)
    _write(model_path, model.to_bytes(), keep=True)
    return model


def _write(path: Path, data: bytes, keep: bool = False) -> None:
    """Writes a file as a whole; one that is there stays if it is to be kept."""
    if keep and path.exists():
        return
    try:
        with replacing(path) as file:
            file.write(data)
    except OSError as error:
        raise FileError(f"cannot write `{path}`: {error.strerror}") from None


def _check(folder: Path, plan: Plan) -> None:
    """That a data set that was begun in the folder is this one. Raises :class:`FileError` that says what differs."""
    if not (folder / MANIFEST).exists():
        return
    begun, wanted = read_manifest(folder)["plan"], json.loads(json.dumps(plan.identity()))
    differing = [name for name in wanted if begun.get(name) != wanted[name]]
    if differing:
        raise FileError(
            f"`{folder}` has a data set that was begun with other arguments ({', '.join(differing)}): "
            "choose another folder, or remove this one"
        )


def _manifest(plan: Plan, programs: Dict[str, Program]) -> bytes:
    (first, *_) = programs.values()
    model = universal(first.instruction_set) if plan.model == "universal" else first.specialise()
    return _as_json(
        {
            "plan": plan.identity(),
            "plan_digest": plan.digest(),
            "versions": {
                "transformer_vm": __version__,
                "pyarrow": arrow().__version__,
                "python": platform.python_version(),
            },
            "vocabulary": model.vocabulary,
        }
    )


def _as_json(manifest: Dict[str, Any]) -> bytes:
    return (json.dumps(manifest, indent=1) + "\n").encode()


def _write_manifest(folder: Path, plan: Plan, shards: Sequence[Shard]) -> None:
    """Says in the manifest that the data set is complete."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    manifest["shards"] = [
        {"file": shard.path.name, "traces": shard.traces, "tokens": shard.tokens, "digest": shard.digest}
        for shard in shards
    ]
    manifest["traces"], manifest["tokens"] = plan.traces, sum(shard.tokens for shard in shards)
    manifest["digest"] = digest(shards)
    _write(folder / MANIFEST, _as_json(manifest))


def _shards(maker: Maker, engine: str, threads: Optional[int], progress: Report) -> List[Shard]:
    """All shards; those that are missing are made."""
    found = {number: maker.finished(number) for number in range(maker.plan.shards)}
    missing = [number for number, shard in found.items() if shard is None]
    begun, done = time.monotonic(), [shard for shard in found.values() if shard is not None]
    with reporter(progress, counts_runs=True, total=maker.plan.traces) as tell:
        for shard in engines.made(engine, maker, missing, threads):
            found[shard.number] = shard
            done.append(shard)
            if tell is not None:
                sums = (sum(one.tokens for one in done), sum(one.instructions for one in done))
                tell(*sums, 0, time.monotonic() - begun, sum(one.traces for one in done))
    return [shard for shard in found.values() if shard is not None]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """That no other call makes the same data set meanwhile, where the system can say so."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileError(f"another process makes the data set in `{folder}`: wait for it") from None
        except OSError:
            pass  # A file system without locks.
        yield
