"""What the tests have in common."""

import shutil
from pathlib import Path

import pytest

import transformer_vm as tvm

ROOT = Path(__file__).resolve().parents[2]

#: A module of functions: they compute, call the host, fail, and read and write memory.
FUNCTIONS = """(module
  (import "env" "log" (func $log (param i32 f64)))
  (import "env" "twice" (func $twice (param i64) (result i64)))
  (import "env" "pair" (func $pair (param i32) (result i32 f32)))
  (import "env" "nobody" (func $nobody))
  (memory (export "memory") 1 4)
  (func (export "f") (param i32 i32) (result i32)
    (call $log (local.get 0) (f64.const 1.5))
    (i32.add (local.get 0) (local.get 1)))
  (func (export "wide") (param i64) (result i64) (call $twice (local.get 0)))
  (func (export "several") (param i32) (result i32 f32) (call $pair (local.get 0)))
  (func (export "half") (param f64) (result f64) (f64.mul (local.get 0) (f64.const 0.5)))
  (func (export "byte") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "put") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "fail") unreachable)
  (func (export "missing") (call $nobody))
  (func (export "forever") (loop (br 0))))"""

#: Writes every byte of its input twice.
TWICE = """(module
  (import "tvm" "output" (func $output (param i32)))
  (global (export "tvm.input") i32 (i32.const 1024))
  (memory 1)
  (func (export "compute") (param $at i32)
    (loop $next
      (if (i32.load8_u (local.get $at))
        (then
          (call $output (i32.load8_u (local.get $at)))
          (call $output (i32.load8_u (local.get $at)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))))"""

ENDLESS = '(module (func (export "main") (result i32) (loop (br 0)) (i32.const 0)))'


def needs_clang() -> None:
    """Skips a test where no clang is; where CI is set, the test fails instead."""
    import os

    if not (shutil.which("clang") and shutil.which("wasm-ld")) and not os.environ.get("CI"):
        pytest.skip("no clang")


@pytest.fixture(scope="session")
def fibonacci() -> tvm.Program:
    return tvm.compile(ROOT / "programs" / "fibonacci.c")


@pytest.fixture(scope="session")
def twice() -> tvm.Program:
    return tvm.compile(TWICE)


@pytest.fixture
def functions() -> tvm.Program:
    return tvm.compile(FUNCTIONS)
