"""What docs/soft-attention.md says of gradients, computed anew on a small run, and in another way where there is one."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import gradients as lab  # noqa: E402
from soft_attention import Setting, model_of, program  # noqa: E402

HARD = Setting("f64", "hard")
SOFT = Setting("f64", "softmax", "after_max", 1e-7)


@pytest.fixture(scope="module")
def addition(tmp_path_factory):
    """A run of an addition by a model of the full instruction set."""
    return program("addition", b"1+1", "full", tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def positions(addition):
    """Some positions whose next token is generated."""
    return list(range(addition.prompt - 1, len(addition.tokens) - 1))[::40]


def test_the_gradient_of_the_last_stream_is_the_difference_of_two_rows(addition, positions):
    model = model_of(addition, HARD)
    seen = lab.run(model, addition.tokens)
    margins = lab.margins(seen["logits"], addition.tokens, positions)
    assert bool((margins > 0).all())
    last = lab.stream_names(model)[-1]
    gradient = torch.autograd.grad(margins.sum(), seen[last])[0][0]
    for position in positions:
        scores = seen["logits"][0, position].detach()
        true = addition.tokens[position + 1]
        rival = scores.masked_fill(scores == scores[true], float("-inf")).max(0).indices
        rows = model.head.weight
        assert torch.equal(gradient[position], rows[true] - rows[rival])


def test_most_tokens_have_the_score_of_another_one_and_are_the_first(addition):
    generated = list(range(addition.prompt - 1, len(addition.tokens) - 1))
    logits = model_of(addition, HARD)(torch.tensor([addition.tokens])).logits
    rows, true = lab.scores_of(logits, addition.tokens, generated)
    best = [int((row == row.max()).nonzero()[0, 0]) for row in rows]
    assert best == [addition.tokens[position + 1] for position in generated]
    assert int(((rows == true).sum(1) > 1).sum()) > len(generated) / 2


def test_what_selects_has_no_gradient(addition, positions):
    for setting in (HARD, SOFT):
        found = {flow.of: flow for flow in lab.flows(addition, setting, positions)}
        assert found["weights of query"].not_zero == found["weights of key"].not_zero == 0
        assert found["weights of value"].not_zero > 0
        for part in ("gate", "neuron value"):
            flow = found[f"weights of {part}"]
            assert 0 < flow.not_zero < flow.numbers / 2, "most neurons are shut at these positions"


def test_a_warm_softmax_has_gradients_of_what_selects(addition, positions):
    warm = Setting("f64", "softmax", "after_max", 1.0)
    found = {flow.of: flow for flow in lab.flows(addition, warm, positions)}
    assert found["weights of query"].not_zero > 0 and found["weights of key"].not_zero > 0


def test_a_change_without_a_gradient_may_change_the_margin(addition, positions):
    rows = lab.differences(addition, HARD, positions, samples=30, seed=1)
    whole = [row for row in rows if row["step"] == 1.0]
    assert any(row["gradient"] == 0 and row["difference"] != 0 for row in whole)
    assert all(row["agrees"] for row in rows if row["gradient"] == 0 and row["difference"] == 0)


def test_without_a_gradient_nothing_is_repaired(addition):
    generated = list(range(addition.prompt - 1, len(addition.tokens) - 1))
    for row in lab.repair(addition, generated, samples=3, steps=3, seed=1):
        assert row["missed"] > 0
        if row["gradient"] == 0:
            assert not row["repaired"] and row["found"] == row["wrong"]
