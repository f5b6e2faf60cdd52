"""A data set that several tests make, also in a process of their own: ``python datasets_support.py FOLDER ENGINE TRACES``."""

import sys
from pathlib import Path

import transformer_vm as tvm
from transformer_vm import datasets

#: Adds decimal digits of its input, or does not end where there are none.
DIGITS = """(module
  (import "tvm" "output" (func $output (param i32)))
  (global (export "tvm.input") i32 (i32.const 1024))
  (memory 1)
  (func (export "compute") (param $at i32) (local $sum i32)
    (if (i32.eqz (i32.load8_u (local.get $at))) (then (loop $forever (br $forever))))
    (loop $next
      (if (i32.gt_u (i32.load8_u (local.get $at)) (i32.const 57)) (then unreachable))
      (local.set $sum (i32.add (local.get $sum) (i32.sub (i32.load8_u (local.get $at)) (i32.const 48))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $next (i32.load8_u (local.get $at))))
    (call $output (i32.add (i32.const 48) (i32.rem_u (local.get $sum) (i32.const 10))))))"""


def digits() -> tvm.Program:
    return tvm.compile(DIGITS, name="digits")


def write(folder: Path, engine: str, traces: int, per_shard: int = 100, **other) -> datasets.Dataset:
    inputs = datasets.text("0123456789", 1, 4)
    return datasets.write(
        folder, [digits()], inputs, count=traces, seed=5, per_shard=per_shard, engine=engine, **other
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
