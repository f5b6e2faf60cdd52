"""``tvm.torch``, and exports from Python."""

import json
import subprocess
import sys

import pytest

import transformer_vm as tvm


@pytest.fixture(scope="module")
def model(fibonacci):
    return fibonacci.specialise()


def test_a_module_of_pytorch_predicts_a_trace(model, fibonacci):
    torch = pytest.importorskip("torch")
    module = tvm.torch.TransformerVM(model)
    trace = fibonacci.trace(b"2")
    assert module.verify(trace.tokens.tolist(), trace.prompt_length).ok
    changed = trace.tokens.tolist()
    changed[trace.prompt_length + 5] ^= 1
    assert module.verify(changed, trace.prompt_length).position == trace.prompt_length + 5
    assert set(module.state_dict()) == {x if x.startswith("pos.") else x + ".weight" for x in model.weights()}
    assert module.state_dict()["head.weight"].dtype == torch.float64
    names = model.names()
    assert [layer.attn.head_names for layer in module.layers] == names["heads"]
    assert [layer.mlp.neuron_names for layer in module.layers] == names["neurons"]
    assert module.prompt(b"2") == trace.tokens[: trace.prompt_length].tolist()


def test_without_pytorch_the_rest_works():
    script = """
import sys
sys.modules["torch"] = None
import transformer_vm as tvm
try:
    tvm.torch
except ImportError as error:
    print(error)
try:
    tvm.touch
except AttributeError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == [
        "transformer_vm.torch needs PyTorch: `pip install torch`",
        "module 'transformer_vm' has no attribute 'touch'",
    ]


def test_exports_are_written_whole_or_not_at_all(model, tmp_path):
    folder, file = tmp_path / "folder", tmp_path / "fibonacci.c"
    model.export("pytorch", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["config.json", "model.safetensors", "modeling.py"]
    model.export("huggingface", tmp_path / "hugging")
    model.export("onnx", tmp_path / "onnx")
    model.export("circuits", tmp_path / "circuits")
    circuits = json.loads((tmp_path / "circuits" / "circuits.json").read_text())
    assert {"call", "return"} <= {opcode["opcode"] for opcode in circuits["opcodes"]}
    assert (tmp_path / "hugging" / "config.json").exists() and list((tmp_path / "onnx").glob("*.onnx"))
    model.export("c", file)
    assert "int main" in file.read_text()
    for format, path in (("pytorch", folder), ("c", file)):
        with pytest.raises(tvm.FileError, match="exists already"):
            model.export(format, path)
        model.export(format, path, force=True)
    for format, path, why in (("pytorch", file, "not a directory"), ("c", folder, "is a directory")):
        with pytest.raises(tvm.FileError, match=why):
            model.export(format, path, force=True)
    with pytest.raises(tvm.UsageError, match="input is for the format circuits"):
        model.export("pytorch", folder, force=True, input=b"1")
    with pytest.raises(tvm.FileError, match="cannot write `.*nowhere"):
        model.export("c", tmp_path / "nowhere" / "a.c")
    with pytest.raises(tvm.UsageError, match='no format "gguf": pytorch, huggingface, onnx, circuits, c'):
        model.export("gguf", tmp_path / "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["circuits", "fibonacci.c", "folder", "hugging", "onnx"]
