"""TransformerLens, nnsight and pyvene work on the PyTorch module. They want a newer PyTorch than Debian has, so these tests
are for an environment of their own: docs/open-weights.md says which. Where a library is missing its test is skipped."""

import importlib.util
from pathlib import Path

import pytest
import torch
from formats_support import PROGRAMS, load, trace

HELLO = PROGRAMS / "hello.c"
PACKAGE = Path(__file__).resolve().parents[1] / "python/transformer_vm"


def begun():
    model = load(HELLO)
    tokens = torch.tensor([model.encode(trace(HELLO).names)[:100]])
    return model, tokens, model(tokens).logits


def searching(model):
    """A head that searches: its layer and its number."""
    return next((index, one.attn._searching_heads()[0]) for index, one in enumerate(model.layers) if one.attn._searching_heads())


def test_transformer_lens():
    pytest.importorskip("transformer_lens", reason="TransformerLens is not installed")
    spec = importlib.util.spec_from_file_location("lens", PACKAGE / "lens.py")
    lens = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lens)
    model, tokens, right = begun()
    layer, head = searching(model)
    hooked = lens.HookedTransformerVM(model)
    logits, cache = hooked.run_with_cache(tokens)
    assert torch.equal(logits, right)
    pattern = cache[f"blocks.{layer}.attn.hook_pattern"]
    assert pattern.shape[1] == len(hooked.names()[layer]["heads"]) and hooked.names()[layer]["heads"][head]
    assert cache[f"blocks.{layer}.mlp.hook_post"].shape[-1] == len(hooked.names()[layer]["neurons"])
    assert {f"blocks.{layer}.{name}" for name in ["hook_resid_pre", "hook_resid_mid", "hook_resid_post"]} <= set(cache)
    model.set_check(False)

    def ablate(value, hook):
        value[:, :, head] = 0.0
        return value

    patched = hooked.run_with_hooks(tokens, fwd_hooks=[(f"blocks.{layer}.attn.hook_z", ablate)])
    assert not torch.equal(patched, right)
    assert torch.equal(hooked(tokens), right)


def test_nnsight():
    nnsight = pytest.importorskip("nnsight", reason="nnsight is not installed")
    model, tokens, right = begun()
    layer, head = searching(model)
    traced = nnsight.NNsight(model)
    with traced.trace(tokens):
        pattern = traced.layers[layer].attn.hook_pattern.output.save()
        logits = traced.output.logits.save()
    assert torch.equal(logits, right)
    assert pattern.shape[1] == len(model.layers[layer].attn.head_names)
    model.set_check(False)
    with traced.trace(tokens):
        traced.layers[layer].attn.hook_z.output[:, :, head] = 0.0
        patched = traced.output.logits.save()
    assert not torch.equal(patched, right)


def test_pyvene():
    pyvene = pytest.importorskip("pyvene", reason="pyvene is not installed")
    model, tokens, right = begun()
    layer, head = searching(model)
    model.set_check(False)
    seen = {}

    def ablate(base, source=None, subspaces=None):
        seen["shape"] = base.shape
        base = base.clone()
        base[:, :, head] = 0.0
        return base

    place = {"component": f"layers[{layer}].attn.hook_z.output", "intervention": ablate}
    intervened = pyvene.IntervenableModel(pyvene.IntervenableConfig(place), model=model)
    _, patched = intervened({"tokens": tokens})
    assert seen["shape"][2] == len(model.layers[layer].attn.head_names)
    assert not torch.equal(patched.logits, right)
    assert torch.equal(model(tokens).logits, right)
