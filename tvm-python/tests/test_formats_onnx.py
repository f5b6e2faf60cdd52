"""The graphs of ONNX give the tokens of ``tvm`` in ONNX Runtime, by standard operators."""

import numpy as np
import onnx
import onnxruntime
import pytest
from formats_support import PROGRAMS, SUDOKU, export, factorial, load, trace

ADDITION = PROGRAMS / "addition.c"


def session(folder, graph):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(folder / f"{graph}.onnx"), options, providers=["CPUExecutionProvider"])


def vocabulary(folder):
    import json

    return {name: token for token, name in enumerate(json.loads((folder / "config.json").read_text())["vocabulary"])}


class Stepping:
    """The step graph with its caches."""

    def __init__(self, folder, batch=1):
        self.session, self.position = session(folder, "step"), 0
        past = [one for one in self.session.get_inputs() if one.name.startswith("past.")]
        size = {"batch": batch, "past": 0}
        self.caches = {one.name: np.zeros([size.get(each, each) for each in one.shape]) for one in past}
        self.names = [one.name for one in self.session.get_outputs()]

    def read(self, tokens):
        given = {"tokens": np.array(tokens), "position": np.array(self.position), **self.caches}
        found = dict(zip(self.names, self.session.run(None, given)))
        self.caches = {name: found[name.replace("past.", "present.")] for name in self.caches}
        self.position += len(tokens[0])
        return found["next_token"]


def test_graphs_are_valid_and_named():
    folder = export("onnx", ADDITION)
    for graph in ["step", "sequence"]:
        onnx.checker.check_model(str(folder / f"{graph}.onnx"), full_check=True)
        model = onnx.load(str(folder / f"{graph}.onnx"), load_external_data=False)
        assert {one.domain for one in model.opset_import} == {""}
        assert all(node.domain == "" for node in model.graph.node)
        names = {node.name for node in model.graph.node}
        assert {"layers.0.attn.z", "layers.0.mlp.gate", "head"} <= names
        ends = [node for node in model.graph.node if node.name.endswith("resid_post")]
        assert all("one" in node.doc_string for node in ends)


def test_generation_step_by_step():
    folder = export("onnx", ADDITION)
    tokens, names = vocabulary(folder), trace(ADDITION, "19+23").names
    expected, start = [tokens[name] for name in names], trace(ADDITION, "19+23").start
    stepping = Stepping(folder)
    generated = list(expected[:start])
    following = stepping.read([generated])[0, -1]
    while len(generated) < len(expected):
        generated.append(int(following))
        following = stepping.read([generated[-1:]])[0, -1]
    assert generated == expected


@pytest.mark.parametrize(
    "source, input, isa, most",
    [(PROGRAMS / "sudoku.c", SUDOKU, "full", 2000), (ADDITION, "5+17", "classic", None), (None, None, "full", None)],
)
def test_whole_sequences(source, input, isa, most):
    folder = export("onnx", source, isa)
    run = trace(source, input, isa) if source else trace(factorial(3), universal=True)
    tokens = vocabulary(folder)
    sequence = [tokens[name] for name in run.names[:most]]
    found, _ = session(folder, "sequence").run(None, {"tokens": np.array([sequence])})
    assert found[0, run.start - 1 : -1].tolist() == sequence[run.start :]


def test_a_batch():
    folder = export("onnx", ADDITION)
    tokens = vocabulary(folder)
    rows = [[tokens[name] for name in trace(ADDITION, input).names[:100]] for input in ["12+34", "98+76"]]
    found, _ = session(folder, "sequence").run(None, {"tokens": np.array(rows)})
    for row in range(2):
        start = trace(ADDITION, "12+34").start
        assert found[row, start - 1 : -1].tolist() == rows[row][start:]
    stepping = Stepping(folder, batch=2)
    assert np.array_equal(stepping.read([row[:90] for row in rows]), found[:, :90])
    assert np.array_equal(stepping.read([row[90:] for row in rows]), found[:, 90:])


def test_no_token_where_a_limit_is_passed():
    folder = export("onnx", ADDITION)
    stepping = Stepping(folder)
    assert stepping.read([[0]])[0, 0] >= 0
    sums = [name for name in stepping.caches if name.endswith(".sums")]
    stepping.caches[sums[0]] += 2.0**45
    assert stepping.read([[0]])[0, 0] == -1
