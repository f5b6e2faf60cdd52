"""The PyTorch module gives the tokens of ``tvm``, in all the ways in which it computes."""

import pytest
import torch
from formats_support import PROGRAMS, SUDOKU, factorial, load, module, trace

HELLO, ADDITION = PROGRAMS / "hello.c", PROGRAMS / "addition.c"


def expected(model, run, most=None):
    return model.encode(run.names)[:most]


@pytest.mark.parametrize("isa", ["full", "classic"])
def test_programs_in_the_weights(isa):
    model, run = load(ADDITION, isa), trace(ADDITION, "19+23", isa)
    tokens = expected(model, run)
    prompt = model.prompt(b"19+23")
    assert prompt == tokens[: run.start]
    assert model.verify(tokens, run.start) == (len(tokens) - run.start, None, None)
    assert model.output(tokens) == run.output == b"19+23=42\n"
    assert model.generate([prompt]) == [tokens]


def test_a_factorial():
    source = factorial(13)
    model, run = load(source), trace(source)
    tokens = expected(model, run)
    assert model.verify(tokens, run.start).checked == len(tokens) - run.start
    assert model.output(tokens) == b"6227020800"


def test_the_first_thousands_of_tokens_of_sudoku():
    source = PROGRAMS / "sudoku.c"
    model, run = load(source), trace(source, SUDOKU)
    tokens = expected(model, run, 3000)
    assert model.verify(tokens, run.start).checked == 3000 - run.start


def test_universal_models():
    model, run = load(), trace(factorial(5), universal=True)
    tokens = expected(model, run)
    assert model.verify(tokens, run.start).checked == len(tokens) - run.start
    model, run = load(isa="classic"), trace(ADDITION, "98765+4321", "classic", universal=True)
    tokens = expected(model, run)
    assert model.verify(tokens, run.start).checked == len(tokens) - run.start


def test_a_batch_of_prompts_of_different_lengths():
    model = load(ADDITION)
    inputs = [b"1+1", b"999+1", b"7+88"]
    rows = model.generate([model.prompt(input) for input in inputs])
    for row, input in zip(rows, inputs):
        assert model.decode(row).split() == trace(ADDITION, input.decode()).names
    short = model.generate([model.prompt(inputs[0])], max_tokens=60)[0]
    assert short == rows[0][:60]


def test_a_wrong_token_is_found():
    model, run = load(HELLO), trace(HELLO)
    tokens = expected(model, run)
    wrong = list(tokens)
    wrong[100] = model.generable[0] if tokens[100] != model.generable[0] else model.generable[1]
    found = model.verify(wrong, run.start)
    assert (found.checked, found.position, found.expected) == (100 - run.start, 100, tokens[100])
    for block in [1, 7, 64]:
        assert model.verify(wrong, run.start, block) == found


def test_patterns_are_the_attention():
    model, run = load(HELLO), trace(HELLO)
    tokens = torch.tensor([expected(model, run, 200)])
    full, fast = model(tokens), model(tokens, patterns=False)
    assert torch.equal(full.logits, fast.logits) and fast.patterns is None
    for layer, pattern in zip(model.layers, full.patterns):
        assert pattern.shape == (1, len(layer.attn.kinds), 200, 200)
        assert torch.allclose(pattern.sum(-1), torch.ones(1, dtype=torch.float64))
        for head, kind in enumerate(layer.attn.kinds):
            weights = pattern[0, head]
            assert torch.equal(weights, weights.tril())
            if kind == "latest":
                assert bool(((weights == 0) | (weights == 1)).all())
            else:
                assert torch.equal(weights[3, :4], torch.full((4,), 0.25, dtype=torch.float64))


def test_hooks_see_and_change_everything():
    model, run = load(HELLO), trace(HELLO)
    tokens = torch.tensor([expected(model, run, 120)])
    output, seen = model.run_with_cache(tokens)
    assert set(seen) == set(model.hook_points())
    assert torch.equal(output.logits, model(tokens).logits)
    last = f"layers.{len(model.layers) - 1}.hook_resid_post"
    assert torch.equal((seen[last] @ model.head.weight.T)[..., model.generable], output.logits[..., model.generable])
    some = model.run_with_cache(tokens, lambda name: name.endswith("hook_pattern"))[1]
    assert len(some) == len(model.layers)
    # A head that is patched to look at its own position.
    layer = next(index for index, one in enumerate(model.layers) if one.attn._searching_heads())
    head = model.layers[layer].attn._searching_heads()[0]

    def own(pattern, name):
        pattern = pattern.clone()
        pattern[:, head] = torch.eye(pattern.shape[-1], dtype=pattern.dtype)
        return pattern

    model.set_check(False)
    values = f"layers.{layer}.attn.hook_v"
    names = [f"layers.{layer}.attn.hook_pattern", f"layers.{layer}.attn.hook_z", values]
    kept = {}
    keep = lambda value, name: kept.__setitem__(name, value)
    model.run_with_hooks(tokens, [(names[0], own), (names[1], keep), (names[2], keep)])
    assert torch.equal(kept[names[1]][:, :, head], kept[values][:, :, head])


def test_everything_has_a_name():
    model = load(HELLO)
    for layer in model.layers:
        assert all(layer.attn.head_names) and all(layer.mlp.neuron_names)
    one = next(value for value in model.values if value.name == "one")
    boundaries = range(2 * len(model.layers) + 1)
    assert all(model.slot_names(boundary)[one.slot] == "one" for boundary in boundaries)
    name = model.layers[0].mlp.neuron_names[0]
    assert (0, 0) in model.neurons_named(name)
    head = model.layers[0].attn.head_names[0]
    assert (0, 0) in model.heads_named(head)
    assert model.value_at(one.slot, 0) == one


def test_a_softmax_is_near_where_nothing_ties_and_wrong_where_something_does():
    model, run = load(HELLO), trace(HELLO)
    tokens = torch.tensor([expected(model, run, 150)])
    hard, cache = model.run_with_cache(tokens)
    layer = next(index for index, one in enumerate(model.layers) if one.attn._searching_heads())
    pattern = f"layers.{layer}.attn.hook_pattern"
    model.set_attention("softmax", temperature=1 / 1024)
    model.set_check(False)
    soft = model.run_with_cache(tokens, lambda name: name == pattern)[1][pattern]
    scores = cache[f"layers.{layer}.attn.hook_attn_scores"]
    ties = (scores == scores.max(-1, keepdim=True).values).sum(-1)
    alone = (ties == 1) & torch.tensor([kind == "latest" for kind in model.layers[layer].attn.kinds])[:, None]
    assert bool(alone.any()) and bool((ties > 1).any())
    assert torch.equal(soft[alone], cache[pattern][alone])
    assert not torch.equal(soft, cache[pattern])
    # A bonus for later positions that is less than the distance of scores resolves ties.
    model.set_attention("softmax", temperature=1 / 2**24, tie_bonus=1 / 1024)
    bonus = model.run_with_cache(tokens, lambda name: name == pattern)[1][pattern]
    latest = torch.tensor([kind == "latest" for kind in model.layers[layer].attn.kinds])
    assert torch.equal(bonus[:, latest], cache[pattern][:, latest])
    model.set_attention()
    assert torch.equal(model(tokens).logits, hard.logits)


def test_what_float64_may_not_hold_is_an_error():
    model, run = load(ADDITION), trace(ADDITION, "1+1")
    tokens = torch.tensor([expected(model, run, 60)])
    model(tokens)
    point = "layers.0.hook_resid_post"
    slot = model.layers[0].mlp_limits.limits[0][0]

    def beyond(value, name):
        value = value.clone()
        value[..., slot] = 2.0**60
        return value

    with pytest.raises(module().NotExact, match=rf"layer 0: slot {slot} "):
        model.run_with_hooks(tokens, [(point, beyond)])
    watched = next(one for one in model.layers if one.attn.watched_heads)
    head = watched.attn.watched_heads[0][0]
    watched.attn.q.weight[2 * head] *= 2.0**60
    with pytest.raises(module().NotExact, match=rf"head {head} .*too large"):
        model(tokens)


def test_few_rows_are_added_in_order():
    model = load()
    matrices = [one for one in model.modules() if hasattr(one, "order")]
    assert 0 < sum(len(one.order) for one in matrices) < 40
    assert sum(one.weight.shape[0] for one in matrices) > 10_000
