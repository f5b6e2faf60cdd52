"""Instances: exported functions called from Python, imported functions in Python."""

import gc
import os
import threading
import time

import pytest

import transformer_vm as tvm
from conftest import FUNCTIONS, needs_clang


class Host:
    """Functions of a host that remember what they were called with."""

    def __init__(self):
        self.logged = []
        self.instance = None

    def log(self, number, half):
        self.logged.append((number, half))
        return "nobody asked for it"

    def imports(self, **more):
        return {"env.log": self.log, "env": {"twice": lambda x: 2 * x, "pair": lambda x: (x + 1, 0.5), **more}}


@pytest.fixture
def host():
    return Host()


@pytest.fixture
def instance(functions, host):
    host.instance = functions.instance(imports=host.imports())
    return host.instance


def test_calls_and_imports(instance, host, capsys):
    assert instance.call("f", 1, 2) == 3
    assert host.logged == [(1, 1.5)]
    assert instance.call("f", -1, -2) == -3
    assert instance.call("f", 2**32 - 1, 0) == -1
    assert instance.call("wide", 2**62 - 1) == 2**63 - 2
    assert instance.call("several", 4) == (5, 0.5)
    assert instance.call("half", 3.0) == 1.5 == instance.call("half", 3)
    assert instance.call("put", 0, 0) is None
    before = instance.tokens
    instance.call("half", 1.0)
    assert instance.tokens > before and instance.instructions > 0
    printing = tvm.compile(FUNCTIONS).instance(imports={"env.log": print})
    printing.call("f", 1, 2)
    assert capsys.readouterr().out == "1 1.5\n"


def test_memory(instance):
    memory = instance.memory
    assert len(memory) == 65536
    memory.write(100, b"hello\0rest")
    assert instance.call("byte", 101) == ord("e")
    instance.call("put", 100, ord("J"))
    assert memory.read(100, 5) == b"Jello" and memory.text(100) == "Jello"
    assert instance.call("grow") == 1 and len(memory) == 2 * 65536
    with pytest.raises(tvm.UsageError, match="5 bytes at address 131070 are outside of memory, which has 131072"):
        memory.read(131070, 5)
    with pytest.raises(tvm.UsageError, match="outside of memory"):
        memory.write(2**32 - 1, b"ab")
    with pytest.raises(ValueError, match="no text"):
        memory.write(200, b"x" * 80)
        memory.text(200, limit=70)
    assert memory.text(131070) == ""


def test_functions_of_the_host_use_the_instance(functions):
    def twice(number):
        instance.memory.write(50, bytes([number % 256]))
        return instance.call("f", number, number) + instance.call("byte", 50)

    instance = functions.instance(imports={"env.twice": twice, "env.log": lambda *_: None})
    assert instance.call("wide", 7) == 21
    assert instance.memory.read(50, 1) == b"\x07"


def test_exceptions_of_functions_are_raised(functions):
    class Mine(Exception):
        pass

    def log(*_):
        raise Mine("not today")

    instance = functions.instance(imports={"env.log": log})
    assert instance.call("half", 2.0) == 1.0
    with pytest.raises(Mine, match="not today"):
        instance.call("f", 1, 2)
    with pytest.raises(tvm.HostError, match="the program has ended; make a new instance"):
        instance.call("half", 2.0)


def test_an_exception_passes_through_nested_calls(functions):
    def twice(number):
        return instance.call("f", number, 0)

    def log(*_):
        raise LookupError("inside")

    instance = functions.instance(imports={"env.twice": twice, "env.log": log})
    with pytest.raises(LookupError, match="inside"):
        instance.call("wide", 1)


def test_traps_and_limits(functions, instance):
    with pytest.raises(tvm.Trap, match="unreachable in function `fail`") as caught:
        instance.call("fail")
    assert caught.value.kind == "unreachable"
    with pytest.raises(tvm.HostError, match="has ended"):
        instance.call("half", 1.0)
    with pytest.raises(tvm.LimitError, match="no halt within 3000 tokens"):
        functions.instance(max_tokens=3000).call("forever")


def test_what_is_missing_is_said(functions, instance):
    with pytest.raises(tvm.UsageError, match="exports no function `nothing`; it exports `byte`, `f`, `fail`"):
        instance.call("nothing")
    assert instance.call("half", 2.0) == 1.0
    with pytest.raises(tvm.HostError, match="env.nobody: nobody provides `nobody` of module `env`"):
        instance.call("missing")
    with pytest.raises(TypeError, match="env.log is no function"):
        functions.instance(imports={"env.log": 7})
    with pytest.raises(ValueError, match="'log' has no module"):
        functions.instance(imports={"log": print})


def test_numbers_that_do_not_fit(instance, functions):
    with pytest.raises(tvm.UsageError, match=r"`f` takes 2 arguments \(i32 i32\), and 1 are given"):
        instance.call("f", 1)
    with pytest.raises(tvm.UsageError, match="4294967296 is no i32"):
        instance.call("f", 2**32, 0)
    with pytest.raises(tvm.UsageError, match="-2147483649 is no i32"):
        instance.call("f", -(2**31) - 1, 0)
    for wrong in ("1", None, 1.5):
        with pytest.raises(TypeError):
            instance.call("f", wrong, 0)
    assert instance.call("half", 2.0) == 1.0
    for result in (None, "x", 2**64, (1, 2)):
        other = functions.instance(imports={"env.twice": lambda _, result=result: result})
        with pytest.raises((TypeError, tvm.UsageError)):
            other.call("wide", 1)
    other = functions.instance(imports={"env.pair": lambda _: 1})
    with pytest.raises(TypeError, match=r"env.pair is to return a tuple of 2 values \(i32 f32\)"):
        other.call("several", 1)


def test_a_module_tells_its_types(functions):
    assert ("f", "(i32 i32) -> (i32)") in functions.exports
    assert ("env.pair", "(i32) -> (i32 f32)") in functions.imports


def test_a_specialised_model_has_instances(functions, host, tmp_path):
    model = functions.specialise()
    model.save(tmp_path / "functions.tvm")
    for instance in (
        model.instance(imports=host.imports()),
        tvm.load(tmp_path / "functions.tvm").instance(imports=host.imports()),
        functions.instance(imports=host.imports(), model=model),
        functions.instance(imports=host.imports(), engine="sparse"),
    ):
        assert instance.call("f", 3, 4) == 7
        assert instance.call("wide", -4) == -8


def test_c_with_a_host():
    needs_clang()
    program = tvm.compile("""
        __attribute__((import_module("env"), import_name("log"))) void log_number(int);
        __attribute__((export_name("f"))) int f(int a, int b) { log_number(a); return a * b; }
        int main(void) { return 0; }""")
    logged = []
    instance = program.instance(imports={"env.log": logged.append})
    assert instance.call("f", 6, 7) == 42
    assert logged == [6]


def test_output_of_wasi_is_kept(tmp_path):
    writes = """(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\\10\\00\\00\\00\\03\\00\\00\\00") (data (i32.const 16) "abc")
        (func (export "say") (param i32)
          (drop (call $write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 8)))))"""
    instance = tvm.compile(writes).instance()
    instance.call("say", 1)
    instance.call("say", 1)
    instance.call("say", 2)
    assert (instance.take_output(), instance.take_error_output()) == (b"abcabc", b"abc")
    assert instance.take_output() == b""


def test_another_thread_waits_its_turn(functions):
    inside, go_on, refused = threading.Event(), threading.Event(), []

    def log(*_):
        inside.set()
        assert go_on.wait(10)

    instance = functions.instance(imports={"env.log": log})
    thread = threading.Thread(target=lambda: instance.call("f", 1, 2))
    thread.start()
    assert inside.wait(10)
    with pytest.raises(tvm.UsageError, match="another thread is in a call"):
        instance.call("half", 1.0)
    go_on.set()
    thread.join()
    assert instance.call("half", 1.0) == 0.5


def threads_of_this_process():
    return len(os.listdir("/proc/self/task"))


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted as Linux has them")
def test_instances_end_with_their_last_name(functions):
    def use():
        # The function refers to the instance, and the instance to the function.
        instance = functions.instance(imports={"env.twice": lambda x: 2 * x + instance.call("byte", 0)})
        assert instance.call("wide", 4) == 8

    gc.collect()
    before = threads_of_this_process()
    for _ in range(20):
        use()
    gc.collect()
    deadline = time.monotonic() + 5
    while threads_of_this_process() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads_of_this_process() <= before


def test_a_program_that_was_specialised_as_a_whole_has_no_functions(twice):
    with pytest.raises(tvm.UsageError, match="no exported functions to be called"):
        twice.specialise().instance()
    assert twice.specialise(exports=True).instance().call("compute", 0) is None


def test_what_a_module_does_first_it_does_at_once():
    starts = """(module (import "env" "log" (func $log (param i32))) (memory 1)
        (func $start (i32.store (i32.const 8) (i32.const 5)) (call $log (i32.const 3))) (start $start)
        (func (export "at") (result i32) (i32.load (i32.const 8))))"""
    logged = []
    program = tvm.compile(starts)
    instance = program.instance(imports={"env.log": logged.append})
    assert logged == [3] and instance.memory.read(8, 1) == b"\x05"
    assert instance.call("at") == 5 and logged == [3]
    with pytest.raises(tvm.HostError, match="nobody provides `log`"):
        program.instance()
