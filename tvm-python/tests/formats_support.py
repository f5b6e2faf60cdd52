"""What the tests of exported formats share: the ``tvm`` that exports and gives the expected tokens, and programs.

``TVM_BINARY`` names it; otherwise it is that of the debug build. The expected tokens are those of its fastest engine.
"""

import functools
import importlib.util
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import List, NamedTuple, Optional

ROOT = Path(__file__).resolve().parents[2]
TVM = Path(os.environ.get("TVM_BINARY", ROOT / "target/debug/tvm"))
PROGRAMS = ROOT / "programs"
FOLDER = tempfile.TemporaryDirectory(prefix="tvm-formats-")

#: A factorial: products and divisions of 64 bits, calls, a branch back.
FACTORIAL = """(module
    (import "tvm" "output" (func $output (param i32)))
    (func $print (param $n i64)
        (if (i64.ge_u (local.get $n) (i64.const 10))
            (then (call $print (i64.div_u (local.get $n) (i64.const 10)))))
        (call $output (i32.add (i32.const 48)
            (i32.wrap_i64 (i64.rem_u (local.get $n) (i64.const 10))))))
    (func (export "main") (local $n i64) (local $f i64)
        (local.set $f (i64.const 1))
        (loop $next
            (local.set $n (i64.add (local.get $n) (i64.const 1)))
            (local.set $f (i64.mul (local.get $f) (local.get $n)))
            (br_if $next (i64.lt_u (local.get $n) (i64.const {last}))))
        (call $print (local.get $f))))"""

SUDOKU = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"


class Trace(NamedTuple):
    """A run."""

    #: The names of all tokens.
    names: List[str]
    #: How many of them are the prompt.
    start: int
    output: bytes


def tvm(*arguments) -> bytes:
    """Runs ``tvm``; what it prints."""
    assert TVM.exists(), f"there is no {TVM}: build it by `cargo build -p tvm-cli`, or name it in TVM_BINARY"
    run = subprocess.run([TVM, *map(str, arguments)], capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def write(name: str, text: str) -> Path:
    """A file in the folder of the tests."""
    path = Path(FOLDER.name) / name
    path.write_text(text)
    return path


def factorial(last: int) -> Path:
    """A program that prints a factorial."""
    return write(f"factorial_{last}.wat", FACTORIAL.replace("{last}", str(last)))


def export(form: str, source: Optional[Path] = None, isa: str = "full") -> Path:
    """What ``tvm export`` writes for a program, or for the universal model."""
    name = f"{source.stem if source else 'universal'}-{isa}-{form}"
    path = Path(FOLDER.name) / (f"{name}.c" if form == "c" else name)
    if not path.exists():
        tvm("export", *([source] if source else []), "--isa", isa, "--format", form, "-o", path)
    return path


@functools.lru_cache(maxsize=None)
def trace(source: Path, input: Optional[str] = None, isa: str = "full", universal: bool = False) -> Trace:
    """A run of a program by the universal model, or by one that is specialised to it."""
    tokens = Path(FOLDER.name) / "trace.txt"
    given = ["--input", input] if input is not None else []
    if universal:
        model = [source, "--isa", isa]
    else:
        file = Path(FOLDER.name) / f"{source.stem}-{isa}.tvm"
        tvm("specialise", source, "--isa", isa, "-o", file)
        model = ["--model", file]
    figures = json.loads(tvm("run", *model, *given, "--json", "--trace", tokens))
    names = tokens.read_text().split()
    return Trace(names, len(names) - figures["generated_tokens"], figures["output"].encode())


@functools.lru_cache(maxsize=None)
def module():
    """modeling.py as an exported folder has it."""
    path = export("pytorch", PROGRAMS / "hello.c") / "modeling.py"
    spec = importlib.util.spec_from_file_location("modeling", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def load(source: Optional[Path] = None, isa: str = "full", **options):
    """The PyTorch module of a program, or of the universal model."""
    return module().TransformerVM.from_pretrained(export("pytorch", source, isa), **options)
