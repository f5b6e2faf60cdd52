"""Traces as a table of Arrow, and the digest of what a table says."""

import hashlib
from typing import Any, Dict, List, Sequence

import numpy as np

from ..errors import UsageError
from .plan import Row
from .requirements import arrow

__all__ = ["digest", "schema", "table"]

#: What is not there, in a column of numbers of the native half.
_NOTHING = -1
#: What a list of Arrow can have at most, with those of all rows of a table.
_MOST = 2**31 - 1


def schema(truth: bool, values: Sequence[str]) -> Any:
    """The columns of a data set, with their types."""
    pa = arrow()
    i32, text = pa.list_(pa.int32()), pa.list_(pa.string())
    fields = [
        ("trace", pa.int64()),
        ("program", pa.string()),
        ("input", pa.binary()),
        ("seed", pa.int64()),
        ("output", pa.binary()),
        ("error_output", pa.binary()),
        ("end", pa.string()),
        ("exit_status", pa.int64()),
        ("trap", pa.string()),
        ("message", pa.string()),
        ("prompt_length", pa.int32()),
        ("generated_tokens", pa.int64()),
        ("tokens", i32),
        ("instruction_position", i32),
        ("instruction_tokens", i32),
        ("instruction_number", i32),
        ("instruction_text", text),
        ("operands", pa.list_(pa.list_(pa.int64()))),
        ("operand_types", text),
        ("results", pa.list_(pa.list_(pa.int64()))),
        ("result_types", text),
        ("instruction_output", i32),
    ]
    if truth:
        fields += [
            ("token_instruction", i32),
            ("token_role", text),
            ("token_byte", i32),
            ("instruction_function", text),
            ("instruction_effect", text),
            ("stack_depth", i32),
            ("call_depth", i32),
        ]
    fields += [(f"value.{name}", pa.list_(pa.float64())) for name in values]
    return pa.schema(fields)


def table(program: str, rows: Sequence[Row], columns: Dict[str, Any], truth: bool, values: Sequence[str]) -> Any:
    """The table of the traces of a program, from what the native half says of them."""
    pa = arrow()
    if max(len(columns["tokens"]), len(columns["instructions.operands"])) > _MOST:
        raise UsageError("a shard has more than 2^31 tokens: make per_shard smaller")
    by_token, by_instruction = columns["tokens.ends"], columns["instructions.ends"]
    texts = lambda name: _texts(columns[name], columns[f"{name}.list"])
    operands = lambda name: _lists(columns[f"{name}.ends"], pa.array(columns[name]))
    tokens = lambda numbers: _lists(by_token, numbers)
    instructions = lambda numbers: _lists(by_instruction, numbers)
    made = [
        pa.array([row.trace for row in rows], pa.int64()),
        pa.array([program] * len(rows), pa.string()),
        pa.array([row.input for row in rows], pa.binary()),
        pa.array([row.seed for row in rows], pa.int64()),
        *(pa.array(columns[name], pa.binary()) for name in ("output", "error_output")),
        pa.array(columns["end"], pa.string()),
        pa.array(columns["exit_status"], pa.int64()),
        *(pa.array(columns[name], pa.string()) for name in ("trap", "message")),
        pa.array(columns["prompt_length"]),
        pa.array(columns["generated_tokens"]),
        tokens(pa.array(columns["tokens"])),
        *(instructions(pa.array(columns[f"instructions.{name}"])) for name in ("position", "tokens", "number")),
        instructions(texts("instructions.text")),
        instructions(operands("instructions.operands")),
        instructions(texts("instructions.operand_types")),
        instructions(operands("instructions.results")),
        instructions(texts("instructions.result_types")),
        instructions(_numbers(columns["instructions.output"])),
    ]
    if truth:
        made += [
            tokens(_numbers(columns["truth.instruction"])),
            tokens(texts("truth.role")),
            tokens(_numbers(columns["truth.byte"])),
            *(instructions(texts(f"truth.{name}")) for name in ("function", "effect")),
            *(instructions(pa.array(columns[f"truth.{name}"])) for name in ("stack_depth", "call_depth")),
        ]
    made += [tokens(pa.array(columns[f"values.{number}"])) for number in range(len(values))]
    return pa.Table.from_arrays(made, schema=schema(truth, values))


def _numbers(numbers: "np.ndarray[Any, Any]") -> Any:
    return arrow().array(numbers, mask=numbers == _NOTHING)


def _texts(numbers: "np.ndarray[Any, Any]", texts: List[str]) -> Any:
    pa = arrow()
    return pa.DictionaryArray.from_arrays(_numbers(numbers), pa.array(texts, pa.string())).dictionary_decode()


def _lists(ends: "np.ndarray[Any, Any]", values: Any) -> Any:
    pa = arrow()
    return pa.ListArray.from_arrays(pa.array(np.concatenate([[0], ends]).astype(np.int32)), values)


def digest(table: Any) -> str:
    """A digest of the names, the types and the content of a table: not of how a file stores them, which changes with the
    version of a library and its settings."""
    found = hashlib.sha256()
    for field, column in zip(table.schema, table.columns):
        found.update(f"{field.name}:{_type(field.type)};".encode())
        _add(found, column.combine_chunks())
    return found.hexdigest()


def _type(type: Any) -> str:
    """A type without the names that files give to the parts of lists."""
    return f"list<{_type(type.value_type)}>" if arrow().types.is_list(type) else str(type)


def _add(found: Any, column: Any) -> None:
    """Adds an array: how many, which are null, and the others; of lists and texts the lengths and what is in them."""
    pa = arrow()
    # Combining the chunks of a column may still give an array of chunks.
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
    found.update(len(column).to_bytes(8, "big"))
    if column.null_count:
        found.update(column.is_valid().to_numpy(zero_copy_only=False).tobytes())
        column = column.drop_null()
    if pa.types.is_list(column.type):
        found.update(np.diff(_ends(column)).tobytes())
        _add(found, column.flatten())
    elif pa.types.is_string(column.type) or pa.types.is_binary(column.type):
        ends = _ends(column)
        found.update(np.diff(ends).tobytes())
        if len(column):
            found.update(memoryview(column.buffers()[2] or b"")[ends[0] : ends[-1]])
    else:
        found.update(column.to_numpy(zero_copy_only=False).tobytes())


def _ends(column: Any) -> "np.ndarray[Any, np.dtype[np.int32]]":
    """Where the parts of an array of lists or texts begin and end."""
    if not len(column):
        return np.zeros(1, np.int32)  # Such an array may have no buffer.
    return np.frombuffer(column.buffers()[1], np.int32)[column.offset :][: len(column) + 1]
