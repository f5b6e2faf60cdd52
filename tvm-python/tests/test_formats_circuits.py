"""The circuits say the truth: what they call unused may be ablated, and what they call an opcode's own breaks it."""

import json
import random

import pytest
import torch
from formats_support import export, module

OPCODES = ["i32.add", "i32.xor", "i32.gt_s", "i64.mul", "i32.clz", "f64.neg"]


class Circuits:
    def __init__(self, isa):
        folder = export("circuits", isa=isa)
        text = json.loads((folder / "circuits.json").read_text())
        pairs = json.loads((folder / "pairs.json").read_text())
        assert pairs["without"] == []
        self.pairs = pairs["pairs"]
        self.values, self.parts, self.edges = text["values"], text["parts"], text["edges"]
        self.opcodes = {one["opcode"]: one for one in text["opcodes"]}
        self.model = module().TransformerVM.from_pretrained(folder, check=False)


@pytest.fixture(scope="module", params=["full", "classic"])
def circuits(request):
    return Circuits(request.param)


def members(ranges):
    return [member for first, end in ranges for member in range(first, end)]


def full_trace(circuits, pair):
    """All tokens of a run, and how many of them are the prompt."""
    model, start = circuits.model, pair["prompt"]
    prompt = model.encode(pair["clean"])[:start]
    return model.generate([prompt], max_tokens=start + 400)[0], start


def pairs_of(circuits):
    """A clean sequence for every opcode to be looked at."""
    found = {pair["opcode"]: pair for pair in reversed(circuits.pairs)}
    return [found[opcode] for opcode in OPCODES if opcode in found]


def predicted(model, tokens, start, hooks=()):
    with torch.no_grad():
        logits = model.run_with_hooks(torch.tensor([tokens]), list(hooks)).logits[0]
    return logits[start - 1 : -1].argmax(-1)


def where(circuits, opcode, tokens):
    """The positions at which the machine has fetched an opcode: what its point says."""
    x, y = circuits.opcodes[opcode]["point"]
    slots = {name: (slot, first, end) for name, slot, first, end in circuits.values if name.startswith("fetched.opcode_")}
    (xs, first, _), (ys, _, _) = slots["fetched.opcode_x"], slots["fetched.opcode_y"]
    layer, half = (first - 1) // 2, "hook_resid_mid" if first % 2 else "hook_resid_post"
    place = f"layers.{layer}.{half}"
    stream = circuits.model.run_with_cache(torch.tensor([tokens]), lambda name: name == place)[1][place][0]
    return (stream[:, xs] == x) & (stream[:, ys] == y)


def test_the_graph_is_one(circuits):
    ends = {f"v{index}" for index in range(len(circuits.values))}
    ends |= {f"p{index}" for index in range(len(circuits.parts))} | {"tok_embed", "pos.linear", "pos.periodic", "head"}
    assert all(source in ends and to in ends for source, _, to in circuits.edges)
    written = {to for _, role, to in circuits.edges if role == "writes"}
    read = {source for source, role, _ in circuits.edges if role not in ("writes", "overwrites")}
    for index, (name, *_) in enumerate(circuits.values):
        assert f"v{index}" in written and f"v{index}" in read, name


def test_unused_slots_heads_and_neurons_may_hold_anything(circuits):
    """At every position of an opcode all that it does not need for the next token is replaced at once."""
    model = circuits.model
    for pair in pairs_of(circuits):
        tokens, start = full_trace(circuits, pair)
        right = torch.tensor(tokens[start:])
        assert torch.equal(predicted(model, tokens, start), right)
        at = where(circuits, pair["opcode"], tokens)
        assert bool(at.any())
        # What later positions find must stay: the needs of both kinds.
        needs = circuits.opcodes[pair["opcode"]]["remembers"]
        hooks, ablated = [], 0
        for index, layer in enumerate(model.layers):
            heads = sorted(set(range(len(layer.attn.kinds))) - set(members(needs["heads"][index])))
            neurons = sorted(set(range(len(layer.mlp.neuron_names))) - set(members(needs["neurons"][index])))
            ablated += len(heads) + len(neurons)

            def without_heads(z, name, heads=heads):
                z = z.clone()
                z[:, at] = z[:, at].index_fill(2, torch.tensor(heads, dtype=torch.long), 0.0)
                return z

            def without_neurons(post, name, neurons=neurons):
                post = post.clone()
                post[:, at] = post[:, at].index_fill(2, torch.tensor(neurons, dtype=torch.long), 0.0)
                return post

            hooks += [(f"layers.{index}.attn.hook_z", without_heads), (f"layers.{index}.mlp.hook_post", without_neurons)]
        assert ablated > 0
        assert torch.equal(predicted(model, tokens, start, hooks), right), pair["opcode"]


def test_what_the_next_token_does_not_need(circuits):
    """The same for one position at a time, where nothing after it is asked: fewer heads and neurons are needed."""
    model = circuits.model
    for pair in pairs_of(circuits)[:3]:
        tokens, start = full_trace(circuits, pair)
        at = where(circuits, pair["opcode"], tokens)
        needs = circuits.opcodes[pair["opcode"]]["predicts"]
        for position in [int(each) for each in at.nonzero()[:, 0] if each >= start - 1][:4]:
            hooks = []
            for index, layer in enumerate(model.layers):
                heads = sorted(set(range(len(layer.attn.kinds))) - set(members(needs["heads"][index])))
                neurons = sorted(set(range(len(layer.mlp.neuron_names))) - set(members(needs["neurons"][index])))

                def without(value, name, members=heads):
                    value = value.clone()
                    value[:, -1, members] = 0.0
                    return value

                hooks.append((f"layers.{index}.attn.hook_z", without))
                hooks.append((f"layers.{index}.mlp.hook_post", lambda value, name, members=neurons: without(value, name, members)))
            read = tokens[: position + 1]
            with torch.no_grad():
                logits = model.run_with_hooks(torch.tensor([read]), hooks).logits[0, -1]
            if position + 1 < len(tokens):
                assert int(logits.argmax()) == tokens[position + 1], (pair["opcode"], position)


def test_own_neurons_are_what_an_opcode_is_made_of(circuits):
    """Without its own neurons an opcode breaks, and programs that do not have it do not."""
    model, pairs = circuits.model, pairs_of(circuits)
    for pair in pairs:
        own = circuits.opcodes[pair["opcode"]]["own_neurons"]
        hooks = [
            (f"layers.{index}.mlp.hook_post", lambda post, name, ranges=ranges: post.index_fill(2, torch.tensor(members(ranges)), 0.0))
            for index, ranges in enumerate(own)
            if ranges
        ]
        assert hooks, pair["opcode"]
        for other in pairs:
            tokens, start = full_trace(circuits, other)
            same = torch.equal(predicted(model, tokens, start, hooks), torch.tensor(tokens[start:]))
            assert same == (other["opcode"] != pair["opcode"]), (pair["opcode"], other["opcode"])


def test_pairs_differ_in_one_token_and_in_what_follows(circuits):
    model = circuits.model
    assert {pair["opcode"] for pair in circuits.pairs} == set(circuits.opcodes)
    for pair in random.Random(1).sample(circuits.pairs, 20):
        clean, corrupted = pair["clean"].split(), pair["corrupted"].split()
        different = [(at, one, other) for at, (one, other) in enumerate(zip(clean, corrupted)) if one != other]
        assert different == [(pair["position"], pair["clean_token"], pair["corrupted_token"])]
        assert len(clean) == len(corrupted) == pair["answer_position"]
        with torch.no_grad():
            answers = [int(model(torch.tensor([model.encode(pair[one])])).logits[0, -1].argmax()) for one in ("clean", "corrupted")]
        assert answers == model.encode(pair["clean_answer"] + " " + pair["corrupted_answer"]) and answers[0] != answers[1]
