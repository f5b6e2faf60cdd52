"""Models: their files, matrices and names; traces and explanations."""

import json

import numpy as np
import pytest

import transformer_vm as tvm

@pytest.fixture(scope="module")
def model(fibonacci):
    return fibonacci.specialise()


@pytest.fixture(scope="module")
def trace(fibonacci):
    return fibonacci.trace(b"12")


def test_a_model_is_saved_and_loaded(model, tmp_path):
    path = tmp_path / "fibonacci.tvm"
    model.save(path)
    assert path.read_bytes() == model.to_bytes()
    loaded = tvm.load(str(path))
    assert (loaded.program, loaded.instruction_set, loaded.digest) == ("fibonacci", "full", model.digest)
    assert loaded.run("9").output == model.run("9").output
    # Safetensors: the length of a JSON header, then the header.
    header = json.loads(path.read_bytes()[8 : 8 + int.from_bytes(path.read_bytes()[:8], "little")])
    assert "transformer-vm" in header["__metadata__"]


def test_files_that_are_no_models(model, tmp_path):
    with pytest.raises(tvm.FileError, match="cannot read `.*nowhere.tvm`: No such file"):
        tvm.load(tmp_path / "nowhere.tvm")
    with pytest.raises(OSError):
        model.save(tmp_path / "nowhere" / "a.tvm")
    for content in (b"", b"x" * 100, model.to_bytes()[:-9]):
        (tmp_path / "bad.tvm").write_bytes(content)
        with pytest.raises(tvm.ModelError, match="bad.tvm"):
            tvm.load(tmp_path / "bad.tvm")
    damaged = bytearray(model.to_bytes())
    damaged[-1] ^= 1
    (tmp_path / "bad.tvm").write_bytes(damaged)
    with pytest.raises(tvm.ModelError, match="the file is damaged"):
        tvm.load(tmp_path / "bad.tvm")


def test_dimensions(model):
    assert model.layers == len(model.selections) == len(model.names()["heads"])
    assert model.heads == sum(map(len, model.selections))
    assert model.neurons == sum(map(len, model.names()["neurons"]))
    assert len(model.vocabulary) == len(model.generable) == model.description["vocabulary"]
    assert repr(model).startswith("<Model of fibonacci (full): ")


def test_weights_have_the_shapes_of_a_transformer(model):
    weights, tokens, width = model.weights(), len(model.vocabulary), model.d_model
    assert weights["tok_embed"].shape == weights["head"].shape == (tokens, width)
    assert weights["pos.linear"].shape == (1, width)
    for layer, (selections, neurons) in enumerate(zip(model.selections, model.names()["neurons"])):
        for name in "qkv":
            assert weights[f"layers.{layer}.attn.{name}"].shape == (2 * len(selections), width)
        assert weights[f"layers.{layer}.attn.o"].shape == (width, 2 * len(selections))
        assert weights[f"layers.{layer}.mlp.gate"].shape == (len(neurons), width)
        assert weights[f"layers.{layer}.mlp.value"].shape == (len(neurons), width)
        assert weights[f"layers.{layer}.mlp.out"].shape == (width, len(neurons))
    assert len(weights) == 4 + 7 * model.layers == len(list(weights))
    assert all(matrix.dtype == np.float64 for matrix in weights.values())
    assert "layers.0.attn.x" not in weights
    with pytest.raises(KeyError):
        weights["layers.0.attn.x"]


def predictions(model, tokens):
    """A forward pass in numpy by the definition: the next token after every position, and the streams at the end."""
    weights, length = model.weights(), len(tokens)
    positions = np.arange(length)
    x = weights["tok_embed"][tokens] + positions[:, None] * weights["pos.linear"]
    x = x + weights["pos.periodic"][positions % len(weights["pos.periodic"])]
    future = positions[None, :] > positions[:, None]
    for layer, selections in enumerate(model.selections):
        q, k, v = (x @ weights[f"layers.{layer}.attn.{name}"].T for name in "qkv")
        fetched = np.zeros_like(v)
        for head, selection in enumerate(selections):
            own = slice(2 * head, 2 * head + 2)
            if selection == "mean":
                fetched[:, own] = np.cumsum(v[:, own], 0) / (positions[:, None] + 1)
                continue
            scores = np.where(future, -np.inf, q[:, own] @ k[:, own].T)
            latest = length - 1 - np.argmax(scores[:, ::-1], 1)
            fetched[:, own] = v[latest][:, own]
        x = x + fetched @ weights[f"layers.{layer}.attn.o"].T
        gate, value = (x @ weights[f"layers.{layer}.mlp.{name}"].T for name in ("gate", "value"))
        x = x + (np.maximum(gate, 0) * value) @ weights[f"layers.{layer}.mlp.out"].T
    scores = np.where(model.generable, x @ weights["head"].T, -np.inf)
    return np.argmax(scores, 1), x


def test_weights_predict_the_trace_in_numpy(model, trace):
    tokens = trace.tokens[:600].astype(np.int64)
    found, _ = predictions(model, tokens)
    begun = trace.prompt_length
    assert (found[begun - 1 : -1] == tokens[begun:]).all()


def test_a_trace_has_tokens_by_number_and_by_name(model, trace):
    assert trace.tokens.dtype == np.uint32 and len(trace) == trace.run.tokens
    assert trace.names == [model.vocabulary[token] for token in trace.tokens]
    assert trace.names[:2] == ["{", "}"] and trace.names[-1] == "halt"
    assert (trace.positions == np.arange(len(trace))).all()
    output = [name[4:-1] for name in trace.names if name.startswith("out(")]
    assert bytes(ord(x) if len(x) == 1 else int(x, 16) for x in output) == trace.run.output


def test_a_trace_has_a_table_of_instructions(trace):
    table = trace.instructions
    assert len(table) == trace.run.instructions
    assert sum(x.tokens for x in table) == trace.run.generated_tokens
    assert bytes(x.output for x in table if x.output is not None) == trace.run.output
    first = table[0]
    assert first.position == trace.prompt_length and first.text.startswith("memory.declare")
    assert first.effect["kind"] == "memory_declared"
    added = next(x for x in table if x.text.startswith("i32.add"))
    assert added.results == (sum(added.operands),) and added.function == "compute"
    assert table[-1].text == "halt" and list(table)[-1] == table[-1]
    assert table.at(added.position) == table.at(added.position + added.tokens - 1) == added
    with pytest.raises(IndexError):
        table.at(0)
    assert [x.position for x in table[3:5]] == [table[3].position, table[4].position]
    assert str(table[:2]).count("\n") == 1 and "memory.declare" in table._repr_html_()


def test_a_table_becomes_a_data_frame(trace):
    columns = trace.to_dict()
    assert set(columns) == set(tvm.Instruction._fields)
    assert {len(column) for column in columns.values()} == {len(trace.instructions)}
    pandas = pytest.importorskip("pandas")
    frame = trace.to_pandas()
    assert isinstance(frame, pandas.DataFrame) and len(frame) == len(trace.instructions)


def test_a_trace_ends_at_a_limit_or_in_a_trap(fibonacci):
    short = fibonacci.trace(b"12", max_tokens=203)
    assert len(short) == short.prompt_length + 203
    assert short.run.message == "no halt within 203 tokens" and not short.run.ok
    assert sum(x.tokens for x in short.instructions) <= 203
    with pytest.raises(tvm.LimitError):
        short.run.check()
    trapped = tvm.compile('(module (func (export "_start") unreachable))').trace()
    assert trapped.run.trap == trapped.instructions[-1].trap == "unreachable"


def test_a_program_with_a_host_is_traced():
    greets = """(module (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\\10\\00\\00\\00\\06\\00\\00\\00") (data (i32.const 16) "hello\\n")
        (func (export "_start") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"""
    trace = tvm.compile(greets).trace()
    assert trace.run.output == b"hello\n"
    assert [x.effect["number"] for x in trace.instructions if x.effect and x.effect["kind"] == "request"] == [0]


def test_an_explanation_says_what_the_forward_pass_does(model, trace):
    position = 200
    explanation = model.explain(trace, position=position)
    assert explanation["position"] == position and explanation["token"] == trace.names[position]
    assert explanation["top"][0]["token"] == trace.names[position + 1]
    assert len(explanation["layers"]) == model.layers
    # The residual stream at the end is that of the forward pass in numpy.
    _, streams = predictions(model, trace.tokens[: position + 1].astype(np.int64))
    assert explanation["layers"][-1]["feed_forward"]["residual"] == streams[-1].tolist()
    heads = [[head["name"] for head in layer["attention"]["heads"]] for layer in explanation["layers"]]
    assert heads == model.names()["heads"]
    named = {value["name"] for value in model.names()["slots"]}
    assert {*explanation.values_at(0), *explanation.values_at(3), *explanation.values_at(4)} <= named
    assert explanation.values_at(0)["position"] == position
    for layer, of in enumerate(explanation["layers"]):
        for neuron in of["feed_forward"]["active"]:
            assert neuron["name"] == model.names()["neurons"][layer][neuron["neuron"]]
            assert neuron["product"] == neuron["gate"] * neuron["value"]


def test_an_explanation_is_text_and_html(model, trace):
    explanation = model.explain(trace, position=trace.prompt_length, top=2)
    assert len(explanation["top"]) == 2
    assert str(explanation).startswith(f"position {trace.prompt_length}: `")
    html = explanation._repr_html_()
    assert html.count("<details>") == model.layers + 1 and "byte_number" in html
    assert f"token {explanation['token']!r}" in repr(explanation)
    json.dumps(explanation)


def test_positions_and_traces_that_are_not_there(model, trace, twice):
    with pytest.raises(tvm.UsageError, match=f"there is no position {len(trace)}: the run ends at {len(trace) - 1}"):
        model.explain(trace, position=len(trace))
    with pytest.raises(tvm.UsageError, match="the trace is of another model"):
        twice.specialise().explain(trace, position=0)
    with pytest.raises(tvm.UsageError, match="no token 999999"):
        model.explain([999999], position=0)
    numbers = model.explain(trace.tokens[:60].tolist(), position=50)
    assert numbers == model.explain(trace, position=50)


def test_a_loaded_model_is_traced_with_its_program(model, fibonacci, trace, twice, tmp_path):
    model.save(tmp_path / "a.tvm")
    loaded = tvm.load(tmp_path / "a.tvm")
    again = loaded.trace(b"12")
    assert (again.tokens == trace.tokens).all()
    with pytest.raises(tvm.UsageError, match="does not say the instructions"):
        again.instructions
    assert list(fibonacci.trace(b"12", model=loaded).instructions) == list(trace.instructions)
    assert loaded.explain(trace, position=50) == model.explain(trace, position=50)
    with pytest.raises(tvm.UsageError, match="the model holds another program, fibonacci"):
        twice.run(b"", model=loaded)


def test_universal_models(twice):
    full, classic = tvm.universal(), tvm.universal("classic")
    assert (full.program, full.instruction_set, classic.instruction_set) == (None, "full", "classic")
    trace = twice.trace(b"ab", model=full)
    assert trace.run.engine == "kernel" and trace.run.output == b"aabb"
    specialised = twice.trace(b"ab")
    assert trace.names[trace.prompt_length :] == specialised.names[specialised.prompt_length :]
    assert full.explain(trace, position=30)["position"] == 30
    with pytest.raises(tvm.UsageError, match="this model is universal: say which program to run"):
        full.run(b"")
    with pytest.raises(tvm.UsageError, match="instruction set full, and the model is of classic"):
        twice.run(b"", model=classic)


def test_a_token_program_has_its_own_input():
    program = tvm.compile(
        "{ input_base 00 04 00 00 i32.const 00 04 00 00 i32.load8_u 00 00 00 00 output 00 00 00 00 halt 00 00 00 00 }"
        " h i 00 commit(+0,sts=0,bt=0)"
    )
    assert program.run().output == program.specialise().run(b"h").output == b"h"
    assert program.run(b"x").output == b"x"
