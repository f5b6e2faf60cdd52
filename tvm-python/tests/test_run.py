"""Runs: what they write, how they end, what they may take."""

import math
import sys
import types
import zlib

import pytest

import transformer_vm as tvm
from conftest import ENDLESS, ROOT, needs_clang

SUDOKU = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"


def test_fibonacci_and_figures(fibonacci):
    run = fibonacci.run(b"90")
    numbers = [0, 1]
    while len(numbers) < 90:
        numbers.append(numbers[-1] + numbers[-2])
    assert [int(line) for line in run.text.split()] == numbers
    assert (run.exit_status, run.trap, run.message, run.ok) == (0, None, "halt", True)
    assert run.tokens > run.generated_tokens > run.instructions > 90
    assert run.figures["tokens_per_second"] == pytest.approx(run.tokens / run.seconds)
    assert run.engine == "kernel"
    assert "halt" in repr(run)


def test_input_may_be_text(twice):
    assert twice.run("aé").output == bytes(byte for byte in "aé".encode() for _ in range(2))
    assert twice.run(bytearray(b"xy")).output == b"xxyy"
    assert twice.run().output == b""


@pytest.mark.parametrize("engine", ["kernel", "native", "plan", "sparse", "dense"])
def test_engines_agree(twice, engine):
    run = twice.run(b"ab", engine=engine)
    assert (run.output, run.engine) == (b"aabb", engine)


def test_an_engine_that_is_not_there(twice):
    with pytest.raises(tvm.UsageError, match="no engine warp"):
        twice.run(b"", engine="warp")
    with pytest.raises(tvm.UsageError, match="there is no kernel for this model"):
        twice.specialise().run(b"", engine="kernel")


def test_addition_against_python():
    program = tvm.compile(ROOT / "programs" / "addition.c")
    a, b = 10**40 - 7, 3**90
    assert program.run(f"{a}+{b}").text == f"{a}+{b}={a + b}\n"


def test_crc32_against_python():
    program = tvm.compile(ROOT / "tests" / "c" / "crc32.c")
    text = b"a sentence of my own"
    assert f"{zlib.crc32(text):08x}" in program.run(text).text.lower()


def test_factorials_against_python():
    needs_clang()
    program = tvm.compile("""
        #include <tvm.h>
        void compute(const char *input) {
            unsigned long long n = 0, product = 1;
            for (; *input; input++) n = 10 * n + (*input - '0');
            for (unsigned long long i = 2; i <= n; i++) product *= i;
            char digits[24]; int count = 0;
            do digits[count++] = '0' + product % 10; while (product /= 10);
            while (count) tvm_output(digits[--count]);
        }""")
    for n in (0, 1, 5, 12, 20):
        assert int(program.run(str(n)).text) == math.factorial(n)


def test_sudoku_is_solved():
    run = tvm.compile(ROOT / "programs" / "sudoku.c").run(SUDOKU)
    assert run.output == (ROOT / "programs" / "expected" / "sudoku.txt").read_bytes()
    digits = [character for character in run.text if character in "123456789"][-81:]
    rows = [digits[9 * row : 9 * row + 9] for row in range(9)]
    boxes = [[rows[3 * (b // 3) + i // 3][3 * (b % 3) + i % 3] for i in range(9)] for b in range(9)]
    for group in rows + [list(column) for column in zip(*rows)] + boxes:
        assert sorted(group) == list("123456789")
    assert all(given in (".", found) for given, found in zip(SUDOKU, digits))


def test_programs_of_the_repository():
    for name in ("queens", "quicksort", "life", "wide", "xorshift"):
        run = tvm.compile(ROOT / "tests" / "c" / f"{name}.c").run()
        assert run.output == (ROOT / "tests" / "c" / "expected" / f"{name}.txt").read_bytes(), name


def test_a_trap_is_in_the_result():
    run = tvm.compile('(module (func $f (export "_start") (drop (i32.div_s (i32.const 1) (i32.const 0)))))').run()
    assert (run.trap, run.exit_status, run.ok) == ("divide_by_zero", None, False)
    assert run.message.startswith("trap: integer divide by zero in function `f`")
    with pytest.raises(tvm.Trap, match="integer divide by zero") as caught:
        run.check()
    assert caught.value.kind == "divide_by_zero"
    assert caught.value.run is run
    assert caught.value.instruction > 0 and isinstance(caught.value.calls, list)


def test_an_exit_status_is_in_the_result(twice):
    exits = """(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 7))))"""
    run = tvm.compile(exits).run()
    assert (run.exit_status, run.trap, run.ok) == (7, None, False)
    with pytest.raises(tvm.ExitError, match="exit status 7") as caught:
        run.check()
    assert caught.value.run is run
    assert twice.run(b"a").check().output == b"aa"


def test_limits_are_errors_with_what_was_done():
    endless = tvm.compile(ENDLESS)
    with pytest.raises(tvm.LimitError, match="^no halt within 5000 tokens$") as caught:
        endless.run(max_tokens=5000)
    assert caught.value.run.generated_tokens == 5000
    growing = """(module (memory 100) (func (export "_start") (local i32)
        (loop (i32.store (local.get 0) (local.get 0)) (local.set 0 (i32.add (local.get 0) (i32.const 4)))
          (br_if 0 (i32.lt_u (local.get 0) (i32.const 6000000))))))"""
    with pytest.raises(tvm.LimitError, match="the caches take more than 2 MB"):
        tvm.compile(growing).run(max_memory=2)


def test_wasi(tmp_path):
    needs_clang()
    program = tvm.compile(r"""
        #include <stdio.h>
        #include <stdlib.h>
        int main(int argc, char **argv) {
            char line[100];
            printf("%d %s %s\n", argc, argv[1], getenv("WHO"));
            while (fgets(line, sizeof line, stdin)) fputs(line, stdout);
            FILE *file = fopen("/data/in.txt", "r");
            if (file && fgets(line, sizeof line, file)) fputs(line, stdout);
            file = fopen("/data/out.txt", "w");
            if (file) fputs("written", file);
            fputs("to the side\n", stderr);
            return 4;
        }""", name="wasi")
    (tmp_path / "in.txt").write_text("from a file\n")
    how = dict(arguments=["one"], environment={"WHO": "me"}, directories={tmp_path: "/data"})
    for run in (program.run("a\nb\n", **how), program.specialise().run("a\nb\n", **how)):
        assert run.text == "2 one me\na\nb\nfrom a file\n"
        assert (run.error_output, run.exit_status) == (b"to the side\n", 4)
        assert (tmp_path / "out.txt").read_text() == "written"
    with pytest.raises(tvm.UsageError):
        program.run(directories=[tmp_path / "nowhere"])


def test_what_a_program_without_a_host_does_not_take(twice):
    with pytest.raises(tvm.UsageError, match="the program takes no arguments"):
        twice.run(b"", arguments=["a"])
    with pytest.raises(tvm.UsageError, match="the program needs no host, and environment is for one that does"):
        twice.run(b"", environment={"a": "b"})


def test_progress_is_told():
    told = []
    with pytest.raises(tvm.LimitError):
        tvm.compile(ENDLESS).run(max_tokens=2_000_000, progress=told.append)
    assert told and all(isinstance(one, tvm.Progress) for one in told)
    assert told[-1].tokens > 0 and told[-1].seconds > 0
    assert [one.tokens for one in told] == sorted(one.tokens for one in told)


def test_an_exception_of_the_progress_ends_the_run():
    def stop(_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        tvm.compile(ENDLESS).run(progress=stop)


def test_a_line_of_progress_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(tvm.LimitError):
        tvm.compile(ENDLESS).run(max_tokens=2_000_000, progress=True)
    assert " tokens, " in capsys.readouterr().err


def test_a_bar_of_progress_with_tqdm(monkeypatch):
    bars = []

    class Bar:
        def __init__(self, **how):
            self.how, self.n, self.is_open = how, 0, True
            bars.append(self)

        def update(self, more):
            self.n += more

        def close(self):
            self.is_open = False

    monkeypatch.setitem(sys.modules, "tqdm.auto", types.SimpleNamespace(tqdm=Bar))
    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace())
    endless = tvm.compile(ENDLESS)
    with pytest.raises(tvm.LimitError):
        endless.run(max_tokens=2_000_000, progress=True)
    assert list(endless.run_many([], progress=True)) == []
    run, runs = bars
    assert 0 < run.n <= 2_000_100 and run.how["unit"] == " token" and not run.is_open
    assert runs.how["total"] == 0 and runs.how["unit"] == " run" and not runs.is_open


def test_a_library_has_nothing_to_run(functions):
    with pytest.raises(tvm.CompileError, match="exports no function to begin with"):
        functions.run()
