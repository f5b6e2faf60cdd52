"""Gradients through a run of a transformer with computed weights: of what with respect to what, where they are zero, where they
are useless, with finite differences beside them.

What is differentiated is the **margin** of a position: the score of the true next token less the greatest of its rivals. Those are the
tokens whose scores are not equal to that of the true one: of equal scores the first token wins, and most bytes have the score of
the same byte with a tick. The margin is positive where the model is right. With hard attention a gradient flows through the values that are fetched, never through what selects
them. With a softmax it flows through both.

Three things are measured, on a run of an addition:

1. How much of the gradient of the margins is zero: with respect to the embeddings of the input, to the residual stream of the same
   position after every half-layer, and to the weights.
2. Whether a gradient says what a change does. The stream is changed by ``step`` in one slot, and the change of the margin is compared
   with gradient times step.
3. Whether a weight that was made wrong can be found again by descending along the gradient of the cross entropy of the run.

    python lab/gradients.py            # the small default, a minute
    python lab/gradients.py --full     # the figures of docs/soft-attention.md
"""

import argparse
import json
import os
import platform
import random
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch

from soft_attention import ROOT, Program, Setting, model_of, program

#: How margins are computed: by the definition, and by softmaxes that give the true run and one that does not.
SETTINGS = [
    Setting("f64", "hard"),
    Setting("f64", "softmax", "after_max", 1e-7),
    Setting("f64", "softmax", "after_max", 1e-5),
    Setting("f64", "softmax", "after_max", 1.0),
]

#: What a slot is changed by, for finite differences.
STEPS = (1.0, 2.0**-20)

#: A change of a margin is that of the gradient if it differs by less than this share of the greater one.
AGREES = 1e-6


class Flow(NamedTuple):
    """How much of a gradient is not zero."""

    of: str
    numbers: int
    not_zero: int
    #: The greatest magnitude.
    greatest: float


def scores_of(logits: torch.Tensor, tokens: Sequence[int], positions: Sequence[int]) -> Tuple[torch.Tensor, torch.Tensor]:
    """At every position the scores of all tokens, and that of the true next one, as a column."""
    rows = logits[0, list(positions)]
    true = torch.tensor([tokens[position + 1] for position in positions])[:, None]
    return rows, rows.gather(1, true)


def rivals(logits: torch.Tensor, tokens: Sequence[int], positions: Sequence[int]) -> torch.Tensor:
    """At every position the tokens whose score is not that of the true next one."""
    rows, true = scores_of(logits.detach(), tokens, positions)
    return rows != true


def margins(
    logits: torch.Tensor, tokens: Sequence[int], positions: Sequence[int], among: Optional[torch.Tensor] = None
) -> torch.Tensor:
    """For every position the score of the true next token less the greatest of its rivals, or of those that are given."""
    rows, true = scores_of(logits, tokens, positions)
    among = rivals(logits, tokens, positions) if among is None else among
    return true[:, 0] - rows.masked_fill(~among, float("-inf")).max(1).values


def flow(name: str, gradient: torch.Tensor) -> Flow:
    """Counts the numbers of a gradient that are not zero."""
    return Flow(name, gradient.numel(), int((gradient != 0).sum()), float(gradient.abs().max()))


def stream_names(model: Any) -> List[str]:
    """The places of the residual stream: the embedding, and after every half-layer."""
    halves = [f"layers.{layer}.{half}" for layer in range(len(model.layers)) for half in ("hook_resid_mid", "hook_resid_post")]
    return ["hook_embed", *halves]


def run(model: Any, tokens: Sequence[int], change: Any = None) -> Dict[str, torch.Tensor]:
    """A forward pass: the logits, and the streams as tensors whose gradients can be asked for."""
    kept: Dict[str, torch.Tensor] = {}

    def keep(value: torch.Tensor, name: str) -> torch.Tensor:
        value = value if change is None else change(value, name)
        if not value.requires_grad:
            value = value.clone().requires_grad_(True)
        kept[name] = value
        return value

    hooks = [(name, keep) for name in stream_names(model)]
    kept["logits"] = model.run_with_hooks(torch.tensor([list(tokens)]), hooks).logits
    return kept


def flows(of: Program, setting: Setting, positions: Sequence[int]) -> List[Flow]:
    """The gradients of the sum of the margins."""
    model = model_of(of, setting)
    weights = [(name, weight.requires_grad_(True)) for name, weight in model.named_parameters()]
    seen = run(model, of.tokens)
    names = stream_names(model)
    total = margins(seen["logits"], of.tokens, positions).sum()
    tensors = [seen[name] for name in names] + [weight for _, weight in weights]
    gradients = torch.autograd.grad(total, tensors, allow_unused=True)
    gradients = [torch.zeros_like(t) if g is None else g for t, g in zip(tensors, gradients)]
    streams, of_weights = gradients[: len(names)], gradients[len(names) :]
    found = [
        flow("embeddings of the input", streams[0][0, : of.prompt]),
        flow("stream before the last layer", streams[-3][0, list(positions)]),
        flow("stream in the middle", streams[len(names) // 2][0, list(positions)]),
    ]
    # Of the weights those that are not zero: the others are no part of the model.
    parts = {"query": "attn.q", "key": "attn.k", "value": "attn.v", "gate": "mlp.gate", "neuron value": "mlp.value"}
    for label, part in parts.items():
        picked = [g[w != 0] for (name, w), g in zip(weights, of_weights) if f".{part}." in name]
        found.append(flow(f"weights of {label}", torch.cat(picked)))
    return found


def differences(of: Program, setting: Setting, positions: Sequence[int], samples: int, seed: int) -> List[Dict[str, Any]]:
    """Changes of one slot of the stream at a position, and what the gradient says of them."""
    model = model_of(of, setting)
    names, chosen = stream_names(model)[:-1], random.Random(seed)
    rows = []
    for _ in range(samples):
        position, boundary = chosen.choice(list(positions)), chosen.randrange(len(names))
        live = [slot for slot, name in enumerate(model.slot_names(boundary)) if name]
        slot, place = chosen.choice(live), names[boundary]
        seen = run(model, of.tokens[: position + 2])
        among = rivals(seen["logits"], of.tokens, [position])
        margin = margins(seen["logits"], of.tokens, [position], among)[0]
        gradient = torch.autograd.grad(margin, seen[place], allow_unused=True)[0]
        slope = 0.0 if gradient is None else float(gradient[0, position, slot])
        for step in STEPS:

            def change(value: torch.Tensor, name: str) -> torch.Tensor:
                if name == place:
                    value = value.detach().clone()
                    value[0, position, slot] += step
                return value

            with torch.no_grad():
                changed = run(model, of.tokens[: position + 2], change)["logits"]
            difference = float(margins(changed, of.tokens, [position], among)[0] - margin)
            expected = slope * step
            close = abs(difference - expected) <= AGREES * max(abs(difference), abs(expected))
            rows.append({"step": step, "gradient": slope, "difference": difference, "agrees": close})
    return rows


def repair(of: Program, positions: Sequence[int], samples: int, steps: int, seed: int) -> List[Dict[str, Any]]:
    """Makes one weight wrong at a time, and descends along the gradient of the cross entropy of the run."""
    chosen, rows = random.Random(seed), []
    true = torch.tensor([of.tokens[position + 1] for position in positions])
    while len(rows) < samples:
        model = model_of(of, Setting("f64", "hard"))
        name, weight = chosen.choice(list(model.named_parameters()))
        places = weight.nonzero()
        if len(places) == 0:
            continue
        place = tuple(places[chosen.randrange(len(places))].tolist())
        right = float(weight[place])
        with torch.no_grad():
            weight[place] = right + chosen.choice((-1.0, 1.0))
        weight.requires_grad_(True)
        row = {"weight": f"{name}{list(place)}", "right": right, "wrong": float(weight[place]), "gradient": 0.0}
        optimizer = torch.optim.Adam([weight], lr=0.05)
        for step in range(steps + 1):
            logits = model(torch.tensor([of.tokens]), patterns=False).logits[0, list(positions)]
            missed = int((logits.argmax(1) != true).sum())
            if step == 0:
                row["missed"] = missed
            if missed == 0 or step == steps:
                break
            loss = torch.nn.functional.cross_entropy(logits, true)
            # Queries and keys only select, so that nothing may depend on the weight.
            gradient = torch.autograd.grad(loss, weight, allow_unused=True)[0] if loss.requires_grad else None
            weight.grad = torch.zeros_like(weight)
            if gradient is not None:
                weight.grad[place] = gradient[place]
            row["gradient"] = max(row["gradient"], float(weight.grad.abs().max()))
            optimizer.step()
        if row["missed"] == 0:
            # The run does not need this weight to be right.
            continue
        row.update(found=float(weight[place]), missed_after=missed, repaired=missed == 0)
        rows.append(row)
    return rows


def measure(full: bool, scratch: Path) -> Dict[str, Any]:
    """All figures."""
    of = program("addition", b"1+1", "full", scratch)
    generated = list(range(of.prompt - 1, len(of.tokens) - 1))
    positions = generated if full else generated[::8]
    samples, weights, steps = (200, 20, 60) if full else (40, 4, 20)
    return {
        "run": of.name,
        "flows": [{**setting._asdict(), "flows": [f._asdict() for f in flows(of, setting, positions)]} for setting in SETTINGS],
        "differences": [
            {**setting._asdict(), "rows": differences(of, setting, generated, samples, seed=1)} for setting in SETTINGS[:3:2]
        ],
        "repair": repair(of, generated, weights, steps, seed=1),
    }


def label(setting: Dict[str, Any]) -> str:
    """A setting in a few words."""
    return "hard" if setting["attention"] == "hard" else f"softmax, {setting['temperature']:g}"


def table(figures: Dict[str, Any]) -> str:
    """The figures as Markdown."""
    lines = ["| gradient with respect to | " + " | ".join(label(one) for one in figures["flows"]) + " |"]
    lines.append("|" + "---|" * (1 + len(figures["flows"])))
    for row in zip(*(one["flows"] for one in figures["flows"])):
        cells = [f"{100 * f['not_zero'] / f['numbers']:.3g} %, up to {f['greatest']:.2g}" for f in row]
        lines.append(f"| {row[0]['of']} | " + " | ".join(cells) + " |")
    lines += ["", "| attention | step | gradient is zero | gradient is zero, but the margin changes | gradient says the change |", "|" + "---|" * 5]
    for one in figures["differences"]:
        for step in STEPS:
            rows = [row for row in one["rows"] if row["step"] == step]
            zero = [row for row in rows if row["gradient"] == 0]
            moved = [row for row in zero if row["difference"] != 0]
            agrees = [row for row in rows if row["agrees"]]
            counts = [f"{len(some)} of {len(rows)}" for some in (zero, moved, agrees)]
            lines.append(f"| {label(one)} | {step:g} | " + " | ".join(counts) + " |")
    rows = figures["repair"]
    none = sum(row["gradient"] == 0 for row in rows)
    repaired = sum(row["repaired"] for row in rows)
    lines += ["", f"Of {len(rows)} weights that were wrong by 1 and made the run wrong, {none} had no gradient, and {repaired} were repaired."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="all positions and more samples: the figures of the book")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/lab", help="the folder of the results")
    arguments = parser.parse_args()
    begun = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(arguments.full, Path(scratch))
    figures.update(
        seconds=round(time.time() - begun, 1),
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        torch=torch.__version__,
    )
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "gradients.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (arguments.output / "gradients.md").write_text(table(figures), encoding="utf-8")
    print(table(figures))
    print(f"{figures['seconds']} s; written to {arguments.output}")


if __name__ == "__main__":
    main()
