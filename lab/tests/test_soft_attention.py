"""What docs/soft-attention.md says, computed anew on small runs, and in another way where there is one."""

import math
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import soft_attention as lab  # noqa: E402
from soft_attention import Setting  # noqa: E402


@pytest.fixture(scope="module")
def addition(tmp_path_factory):
    """A run of an addition by a model of the full instruction set."""
    return lab.program("addition", b"1+1", "full", tmp_path_factory.mktemp("models"))


def free_run(of, setting):
    """The tokens that a model generates by itself, as many as the true run has."""
    model = lab.model_of(of, setting)
    return model.generate([of.tokens[: of.prompt]], max_tokens=len(of.tokens))[0]


@pytest.mark.parametrize(
    "setting",
    [
        Setting("f64", "softmax", "none", 1.0),
        Setting("f64", "softmax", "none", 1e-7),
        Setting("f64", "softmax", "bonus", 1e-6),
        Setting("f32", "hard"),
        Setting("bf16", "hard"),
    ],
)
def test_a_free_run_differs_where_the_followed_one_does(addition, setting):
    wrong = lab.first_difference(addition, setting)
    free = free_run(addition, setting)
    pairs = zip(free, addition.tokens)
    assert wrong == next(at for at, (own, true) in enumerate(pairs) if own != true)
    why = lab.origin(addition, setting, wrong)
    assert why is not None and why.error >= lab.HALF and why.position < wrong


def test_the_bonus_after_the_maximum_gives_the_true_run_in_f64(addition):
    setting = Setting("f64", "softmax", "after_max", 1e-7)
    assert lab.first_difference(addition, setting) is None
    assert free_run(addition, setting) == addition.tokens


def test_without_a_rule_for_ties_no_temperature_helps(addition):
    first = [lab.first_difference(addition, Setting("f64", "softmax", "none", t)) for t in lab.TEMPERATURES]
    assert None not in first
    why = lab.origin(addition, Setting("f64", "softmax", "none", 1e-7), first[-1])
    assert why.gap == 0 and why.weight == pytest.approx(0.5)


def test_a_bonus_is_lost_in_the_rounding_of_large_scores(addition):
    setting = Setting("f64", "softmax", "bonus", 1e-7)
    why = lab.origin(addition, setting, lab.first_difference(addition, setting))
    # The distance of a score to the next number of float64 is more than the bonus.
    assert why.gap == 0 and math.ulp(why.greatest) > lab.TIE
    assert why.greatest + lab.TIE == why.greatest


def test_the_weight_of_the_winner_is_that_of_the_formula(addition):
    temperature = 0.25
    model = lab.model_of(addition, Setting("f64", "softmax", "after_max", temperature))
    names = ["layers.0.attn.hook_attn_scores", "layers.0.attn.hook_pattern"]
    _, seen = model.run_with_cache(torch.tensor([addition.tokens[:80]]), names.__contains__)
    scores, pattern = (seen[name][0, 0, -1] for name in names)
    best = scores.max()
    weight = 1 / sum(math.exp(float(score - best) / temperature) for score in scores)
    assert float(pattern[int(scores.argmax())]) == pytest.approx(weight)
    # Of equal scores the later one is ahead by the bonus.
    one, other = lab.after_max(torch.tensor([5.0, 5.0], dtype=torch.float64))
    assert float(other - one) == lab.TIE


def test_what_is_lost_in_f32_needs_more_than_24_bits(addition):
    setting = Setting("f32", "hard")
    why = lab.origin(addition, setting, lab.first_difference(addition, setting))
    model = lab.model_of(addition, Setting("f64", "hard"))
    streams = lab.activations(model, addition.tokens[: why.position + 1])
    greatest = max(float(stream.abs().max()) for _, _, stream in streams)
    assert greatest >= 2**24
