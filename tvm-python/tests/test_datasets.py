"""Data sets of traces."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import transformer_vm as tvm
from datasets_support import digits, write

pytest.importorskip("pyarrow")
import pyarrow.parquet as parquet  # noqa: E402

from transformer_vm import datasets  # noqa: E402


def row_of(table, number):
    (row,) = table.slice(number, 1).to_pylist()
    return row


def test_rows_are_traces(tmp_path):
    program, inputs = digits(), [b"1", b"12", b"999"]
    made = datasets.write(tmp_path / "set", {"sum": program}, inputs, engine="sequential", per_shard=2)
    assert (made.traces, len(made.shards)) == (3, 2)
    table = made.table()
    for number, given in enumerate(inputs):
        row, trace = row_of(table, number), program.trace(given)
        assert (row["trace"], row["program"], row["input"], row["seed"]) == (number, "sum", given, None)
        assert row["output"] == trace.run.output == b"%d" % (sum(digit - 48 for digit in given) % 10)
        assert (row["end"], row["exit_status"], row["trap"], row["message"]) == ("exit", 0, None, "halt")
        assert row["tokens"] == trace.tokens.tolist()
        assert [made.vocabulary[token] for token in row["tokens"]] == trace.names
        assert row["prompt_length"] == trace.prompt_length
        assert row["generated_tokens"] == len(trace) - trace.prompt_length
        steps = list(trace.instructions)
        assert row["instruction_position"] == [step.position for step in steps]
        assert row["instruction_tokens"] == [step.tokens for step in steps]
        assert row["instruction_number"] == [step.instruction for step in steps]
        assert row["instruction_text"] == [step.text for step in steps]
        assert [tuple(one) for one in row["operands"]] == [step.operands for step in steps]
        assert [tuple(one) for one in row["results"]] == [step.results for step in steps]
        assert row["instruction_output"] == [step.output for step in steps]


def test_numbers_of_all_types_are_exact(tmp_path):
    program = tvm.compile(
        """(module (func (export "_start")
          (drop (i64.mul (i64.const -3) (i64.const 3074457345618258602)))
          (drop (f64.mul (f64.const 0.1) (f64.const 3)))
          (drop (f32.neg (f32.const 1.5)))
          (drop (f64.neg (f64.const nan:0x123)))))""",
        name="wide",
    )
    row = row_of(datasets.write(tmp_path, [program], [b""]).table(), 0)
    found = dict(zip(row["instruction_text"], zip(row["operand_types"], row["operands"], row["result_types"], row["results"])))
    computed = {text.split()[0]: one for text, one in found.items()}
    types, operands, result_types, results = computed["i64.mul"]
    assert (result_types, results) == ("i64", [-3 * 3074457345618258602])
    # The last of the instructions that a multiplication becomes.
    *_, result_types, results = computed["f64.round4"]
    assert (result_types, np.int64(results[0]).view(np.float64)) == ("f64", 0.1 * 3)
    *_, result_types, results = computed["f32.neg"]
    assert (result_types, np.uint32(results[0]).view(np.float32)) == ("f32", -1.5)
    *_, results = computed["f64.neg"]
    assert np.int64(results[0]).view(np.uint64) == 0xFFF0000000000123


def test_traps_and_limits_are_rows(tmp_path):
    made = datasets.write(tmp_path, [digits()], [b"x", b"", b"7"], max_tokens=2000)
    rows = made.table().to_pylist()
    assert [row["end"] for row in rows] == ["trap", "limit", "exit"]
    assert [row["trap"] for row in rows] == ["unreachable", None, None]
    assert [row["exit_status"] for row in rows] == [None, None, 0]
    assert "unreachable" in rows[0]["message"] and "2000" in rows[1]["message"].replace(",", "")
    assert rows[1]["generated_tokens"] == 2000 == len(rows[1]["tokens"]) - rows[1]["prompt_length"]


def test_the_truth_of_tokens(tmp_path):
    program = digits()
    names = [value["name"] for value in program.specialise().names()["slots"]]
    values = [names[0], names[len(names) // 2], names[-1]]
    row = row_of(datasets.write(tmp_path, [program], [b"25"], truth=True, values=values).table(), 0)
    trace = program.trace(b"25")
    for position, (instruction, role, byte) in enumerate(
        zip(row["token_instruction"], row["token_role"], row["token_byte"])
    ):
        if position < trace.prompt_length:
            assert instruction is None
            continue
        assert trace.instructions[instruction] == trace.instructions.at(position)
        last = position == row["instruction_position"][instruction] + row["instruction_tokens"][instruction] - 1
        assert last == (role not in ("byte", "silent")), position
        assert (byte is not None) == (role in ("byte", "output"))
    assert row["stack_depth"] == [step.stack_depth for step in trace.instructions]
    assert row["call_depth"] == [step.call_depth for step in trace.instructions]
    assert row["instruction_function"] == [step.function for step in trace.instructions]
    effects = [None if one is None else json.loads(one) for one in row["instruction_effect"]]
    assert effects == [step.effect for step in trace.instructions]
    # Forward passes one by one are another way to the same numbers.
    slots = {value["name"]: value for value in reversed(program.specialise().names()["slots"])}
    for position in range(0, len(trace), 37):
        explanation = program.specialise().explain(trace, position)
        for name in values:
            held = explanation.values_at(slots[name]["first"])[name]
            assert row[f"value.{name}"][position] == held, (name, position)


def test_a_universal_model_reads_the_program(tmp_path):
    program = digits()
    made = datasets.write(tmp_path, [program], [b"25"], model="universal", run_engine=None)
    row = row_of(made.table(), 0)
    trace = program.trace(b"25", model=tvm.universal())
    assert row["tokens"] == trace.tokens.tolist()
    assert [made.vocabulary[token] for token in row["tokens"]] == trace.names


def test_ways_to_make_it_give_the_same(tmp_path):
    sequential = write(tmp_path / "sequential", "sequential", 10_000, per_shard=1000)
    threads = write(tmp_path / "threads", "threads", 10_000, per_shard=1000, threads=3)
    assert sequential.traces == 10_000
    assert sequential.digest == threads.digest
    assert [one.digest for one in sequential.shards] == [one.digest for one in threads.shards]
    threads.verify()
    # What the tokens are does not depend on which engine generated them.
    few = [write(tmp_path / str(engine), "threads", 50, run_engine=engine).digest for engine in ("plan", "sparse", None)]
    assert len(set(few)) == 1
    other_seed = datasets.write(tmp_path / "seed", [digits()], datasets.text("0123456789", 1, 4), count=50, seed=6)
    assert other_seed.digest != few[0]


def test_the_digest_is_of_the_content(tmp_path):
    made = write(tmp_path, "sequential", 20)
    path = made.shards[0].path
    table = parquet.read_table(path)
    metadata = table.schema.metadata
    parquet.write_table(table, path, compression="gzip", row_group_size=3, use_dictionary=False)
    datasets.load(tmp_path).verify()
    wrong = table.set_column(4, "output", [[b"9"] * table.num_rows]).cast(table.schema).replace_schema_metadata(metadata)
    parquet.write_table(wrong, path)
    with pytest.raises(tvm.errors.FileError, match="is not what was written"):
        datasets.load(tmp_path).verify()


def test_inputs_depend_on_the_seed_alone():
    sums = datasets.template("{a}+{b}", a=datasets.numbers(0, 9), b=datasets.choice("x", datasets.text("ab", 2, 2)))
    made = [sums(random.Random(seed)) for seed in range(50)]
    assert made == [sums(random.Random(seed)) for seed in range(50)]
    assert len(set(made)) > 20
    assert all(one[0].isdigit() and one[1] == "+" and one[2:] in ("x", "aa", "ab", "ba", "bb") for one in made)


def test_a_killed_driver_loses_nothing(tmp_path):
    whole = write(tmp_path / "whole", "threads", 2000)
    folder = tmp_path / "killed"
    support = Path(__file__).with_name("datasets_support.py")
    driver = subprocess.Popen([sys.executable, str(support), str(folder), "sequential", "2000"])
    while len(list(folder.glob("*.parquet"))) < 3:
        assert driver.poll() is None, "it ended before it was killed"
        time.sleep(0.005)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}
    assert 3 <= len(before) < 20
    # What a writer leaves that is killed within a file.
    (folder / ".traces-00019-of-00020.parquet.0.unfinished").write_bytes(b"half")
    with pytest.raises(tvm.errors.FileError, match="not complete"):
        datasets.load(folder)
    again = write(folder, "threads", 2000)
    assert again.digest == whole.digest
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not list(folder.rglob("*.unfinished"))


def test_a_full_disk_names_the_shard(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system can be mounted")
    try:
        with pytest.raises(tvm.errors.FileError, match=r"traces-\d{5}-of-00040.parquet`: No space left on device"):
            write(small, "threads", 4000)
        complete = list(small.glob("*.parquet"))
        assert complete and not list(small.rglob("*.unfinished"))
        # Every file that is there is whole.
        assert all(parquet.read_table(path).num_rows == 100 for path in complete)
        subprocess.run(["mount", "-o", "remount,size=64m", str(small)], check=True)
        assert write(small, "threads", 4000).traces == 4000
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_of_other_arguments_is_refused(tmp_path):
    write(tmp_path, "sequential", 20)
    with pytest.raises(tvm.errors.FileError, match=r"other arguments \(truth\)"):
        write(tmp_path, "sequential", 20, truth=True)
    with pytest.raises(tvm.errors.FileError, match=r"other arguments \(programs\)"):
        write(tmp_path, "sequential", 21)
    (tmp_path / "traces-00000-of-00001.parquet").write_bytes(b"something else")
    with pytest.raises(tvm.errors.FileError, match="is no shard of traces"):
        write(tmp_path, "sequential", 20)
    with pytest.raises(tvm.errors.FileError, match="manifest.json"):
        datasets.load(tmp_path / "nothing")


@pytest.mark.parametrize(
    "other, message",
    [
        ({"engine": "magic"}, "there is no engine 'magic'"),
        ({"engine": "sequential", "threads": 2}, "threads are for engine='threads'"),
        ({"threads": 0}, "at least 1"),
        ({"per_shard": 0}, "per_shard: at least 1"),
        ({"model": "trained"}, "there is no model 'trained'"),
        ({"values": ["byte_numbers"]}, "`byte_numbers`; the nearest name is `byte_number"),
        ({"count": None}, "generated inputs need a count"),
    ],
)
def test_what_cannot_be_made_is_an_error(tmp_path, other, message):
    arguments = {"count": 3, "engine": "threads", **other}
    with pytest.raises(tvm.errors.UsageError, match=message):
        datasets.write(tmp_path, [digits()], datasets.text("12", 1, 2), **arguments)


def test_inputs_that_are_none_are_errors(tmp_path):
    with pytest.raises(tvm.errors.UsageError, match="a list of inputs or a generator"):
        datasets.write(tmp_path, [digits()], b"12")
    with pytest.raises(tvm.errors.UsageError, match="there is no program 'other', but digits"):
        datasets.write(tmp_path, [digits()], {"other": [b"1"]})
    with pytest.raises(tvm.errors.UsageError, match="two programs are called 'digits'"):
        datasets.write(tmp_path, [digits(), digits()], [b"1"])
    with pytest.raises(tvm.errors.UsageError, match="has a place for which nothing is given"):
        datasets.template("{a}+{b}", a=datasets.numbers(0, 9))


def test_programs_are_kept_beside_the_traces(tmp_path):
    made = datasets.write(tmp_path, [digits()], [b"12"])
    program = tvm.compile(next((made.folder / "programs").iterdir()))
    model = tvm.load(made.folder / "models" / "digits.tvm")
    assert program.trace(b"12", model=model).tokens.tolist() == row_of(made.table(), 0)["tokens"]


def test_no_inputs_are_a_data_set_too(tmp_path):
    made = datasets.write(tmp_path, [digits()], [], truth=True)
    made.verify()
    assert (made.traces, made.table().num_rows, len(made.shards)) == (0, 0, 1)


def test_progress_counts_traces(tmp_path):
    told = []
    write(tmp_path, "sequential", 300, progress=told.append)
    assert [one.runs for one in told] == [100, 200, 300]


def test_hugging_face_reads_it(tmp_path, monkeypatch):
    hugging_face = pytest.importorskip("datasets")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    made = write(tmp_path / "set", "threads", 250, truth=True)
    found = hugging_face.load_dataset("parquet", data_files=made.files, split="train", cache_dir=str(tmp_path / "cache"))
    assert len(found) == 250
    assert found[249] == row_of(made.table(), 249)


def test_without_pyarrow_it_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import transformer_vm; from transformer_vm import datasets\n"
        f"datasets.write({str(tmp_path)!r}, [], [])"
    )
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert failed.returncode and "pip install 'transformer-vm[datasets]'" in failed.stderr
