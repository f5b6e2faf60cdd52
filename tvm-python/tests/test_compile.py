"""Sources become programs, or say what is wrong with them."""

import pathlib
import warnings

import pytest

import transformer_vm as tvm
from conftest import ROOT, TWICE, needs_clang

WAT = """(module (import "tvm" "output" (func $output (param i32)))
  (func (export "_start") (call $output (i32.const 42))))"""
# The same module, put together by hand: types, an import, a function, an export, its code.
WASM = bytes.fromhex(
    "0061736d01000000" "0108026001 7f00600000" "020e01" "0374766d" "066f7574707574" "0000"
    "03020101" "070a01065f73746172740001" "0a08010600412a10000b".replace(" ", "")
)
TOKENS = "{ i32.const 2a 00 00 00 output 00 00 00 00 halt 00 00 00 00 }"
C = '#include <tvm.h>\nint main(void) { tvm_output(SIGN); return 0; }'


def test_every_language_as_text_and_as_bytes():
    assert tvm.compile(WAT).run().output == b"*"
    assert tvm.compile(WAT.encode()).run().output == b"*"
    assert tvm.compile(WASM).run().output == b"*"
    assert tvm.compile(TOKENS, instruction_set="classic").run().output == b"*"
    assert tvm.compile(TOKENS.encode(), instruction_set="classic").run().output == b"*"


def test_c_with_options():
    needs_clang()
    program = tvm.compile(C, definitions=["SIGN='x'"], optimisation=1, c_stack="128K")
    assert program.run().output == b"x"
    with pytest.raises(tvm.UsageError, match="c_stack: `7` is no size of a C stack"):
        tvm.compile(C, c_stack=7)


def test_files_by_their_endings(tmp_path):
    for name, content in [("a.wat", WAT.encode()), ("b.wasm", WASM)]:
        path = tmp_path / name
        path.write_bytes(content)
        for source in (path, str(path)):
            program = tvm.compile(source)
            assert (program.name, program.run().output) == (name[0], b"*")
    program = tvm.compile(ROOT / "programs" / "hello.c")
    assert program.name == "hello"
    assert program.run().output == b"Hello, world!\n"


def test_further_sources_and_headers(tmp_path):
    needs_clang()
    (tmp_path / "headers").mkdir()
    (tmp_path / "headers" / "other.h").write_text("int other(void);")
    (tmp_path / "other.c").write_text("int other(void) { return '5'; }")
    main = tmp_path / "main.c"
    main.write_text('#include <tvm.h>\n#include "other.h"\nint main(void) { tvm_output(other()); return 0; }')
    program = tvm.compile(main, sources=[tmp_path / "other.c"], includes=[str(tmp_path / "headers")])
    assert program.run().output == b"5"


def test_what_is_wrong_is_said():
    with pytest.raises(tvm.CompileError, match="`nowhere.c`: No such file"):
        tvm.compile("nowhere.c")
    with pytest.raises(tvm.CompileError, match="No such file"):
        tvm.compile(pathlib.Path("{nowhere;}.c"))
    with pytest.raises(tvm.CompileError, match="exports no function to begin with"):
        tvm.compile("(module)")
    with pytest.raises(tvm.CompileError, match="neither a WebAssembly module nor text"):
        tvm.compile(b"\xff\xfe")
    with pytest.raises(tvm.CompileError, match="token 2"):
        tvm.compile("{ nonsense }")
    with pytest.raises(tvm.CompileError):
        tvm.compile(WASM[:-3])
    with pytest.raises(tvm.UsageError, match="no instruction set 'mmx'|no instruction set \"mmx\""):
        tvm.compile(WAT, instruction_set="mmx")
    with pytest.raises(tvm.UsageError, match="no language"):
        tvm.compile(WAT, language="cobol")
    with pytest.raises(TypeError):
        tvm.compile(WAT, language="wasm")
    with pytest.raises(TypeError):
        tvm.compile(7)
    assert issubclass(tvm.UsageError, ValueError) and issubclass(tvm.CompileError, tvm.Error)


def test_c_that_is_wrong_names_its_place():
    needs_clang()
    with pytest.raises(tvm.CompileError, match="undeclared identifier 'x'"):
        tvm.compile("int main(void) { return x; }")


def test_warnings_of_clang_are_warnings():
    needs_clang()
    with pytest.warns(tvm.CompileWarning, match="unused variable"):
        program = tvm.compile("int main(void) { int unused; return 0; }")
    assert "unused variable" in program.warnings
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert tvm.compile(WAT).warnings == ""


def test_a_program_tells_of_itself(twice):
    assert "compute" in twice.functions
    assert len(twice) == twice.text.count("\n") - 2  # A line each, one for `{` and one for `}`.
    again = tvm.compile(twice.text)
    assert again.run(b"ab").output == b"aabb"
    assert "twice" not in repr(twice) and "instructions of full" in repr(twice)
    assert tvm.compile(TWICE, name="twice").name == "twice"
