"""What soft attention does to a transformer with computed weights: when does a run first differ, and why.

The definition takes the value at the latest of the positions with the greatest score. Here heads take a softmax instead,
``softmax(score / temperature)`` over all positions until now, in three types and with three rules for ties:

``none``
    Positions of equal scores share their weight.
``bonus``
    ``TIE`` is added to a score for every position before it, so that the latest is the greatest.
``after_max``
    The greatest score is subtracted first, and then the bonus is added: the bonus is not lost in the rounding of large scores.

A run is followed token by token: at every position the module reads the true tokens before it, and says which token follows. A free
run has read the same tokens until the first one that differs, so it differs at the same position.

    python lab/soft_attention.py            # the small default, half a minute
    python lab/soft_attention.py --full     # the figures of docs/soft-attention.md

It needs PyTorch 1.13 or later, safetensors, and ``tvm``: the executable that TVM_BINARY names, or target/debug/tvm.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import torch

ROOT = Path(__file__).resolve().parent.parent

#: What is added to a score for every position before it. Scores are integers, and so the bonus changes no order of different
#: scores as long as a run has fewer than 1 / TIE tokens.
TIE = 2.0**-14

TYPES = {"f64": torch.float64, "f32": torch.float32, "bf16": torch.bfloat16}
RULES = ("none", "bonus", "after_max")

#: Temperatures, from what models are trained with to what leaves no weight to the second position.
TEMPERATURES = (1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7)

SMALL = [("addition", b"1+1", "full"), ("addition", b"1+1", "classic"), ("hello", b"", "full")]
FULL = [
    *SMALL,
    ("addition", b"123456789+987654321", "full"),
    ("fibonacci", b"10", "full"),
    ("fibonacci", b"5", "classic"),
]

#: An activation of the true run is an integer, so that one that is off by this may become another.
HALF = 0.5


class Program(NamedTuple):
    """A program with its model and its true run."""

    name: str
    folder: Path
    tokens: List[int]
    prompt: int


class Setting(NamedTuple):
    """How heads select, and in which type everything is computed: weights, activations and scores."""

    type: str
    attention: str
    rule: str = "none"
    temperature: float = 0.0


class Origin(NamedTuple):
    """Where the activations of a run first differ by a half or more from those of the true one, on the way to a wrong token."""

    #: The position, at most that of the forward pass that gives the wrong token.
    position: int
    layer: int
    #: ``embedding``, ``attention`` or ``neurons``.
    half: str
    #: The value that the slot holds, by its name, and how far it is off.
    value: str
    error: float
    #: The head that differs the most, where it is the attention.
    head: Optional[str] = None
    #: The greatest score less the next one, in the true run; 0 for a tie.
    gap: Optional[float] = None
    #: The greatest score in magnitude, in the true run.
    greatest: Optional[float] = None
    #: The weight of the position that should have been selected.
    weight: Optional[float] = None


def tvm(*arguments: str) -> None:
    """Runs ``tvm`` from the root of the repository."""
    binary = os.environ.get("TVM_BINARY", str(ROOT / "target/debug/tvm"))
    subprocess.run([binary, *arguments], cwd=ROOT, check=True)


def module(folder: Path) -> Any:
    """The module of PyTorch that is in an exported folder."""
    spec = importlib.util.spec_from_file_location("modeling", folder / "modeling.py")
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["modeling"] = loaded
    spec.loader.exec_module(loaded)
    return loaded


def program(name: str, given: bytes, instruction_set: str, scratch: Path) -> Program:
    """Exports the model of a program and generates its run, by the definition."""
    folder = scratch / f"{name}-{instruction_set}"
    if not folder.exists():
        tvm("export", f"programs/{name}.c", "--format", "pytorch", "--isa", instruction_set, "-o", str(folder))
    model = module(folder).TransformerVM.from_pretrained(folder)
    prompt = model.prompt(given)
    tokens = model.generate([prompt])[0]
    return Program(f"{name} {given.decode()} ({instruction_set})".replace("  ", " "), folder, tokens, len(prompt))


def model_of(of: Program, setting: Setting) -> Any:
    """The model of a program in a type, with the attention of a setting."""
    model = module(of.folder).TransformerVM.from_pretrained(of.folder, check=False).to(TYPES[setting.type])
    if setting.attention == "softmax":
        bonus = TIE if setting.rule == "bonus" else 0.0
        model.set_attention("softmax", setting.temperature, bonus)
        if setting.rule == "after_max":
            for layer in model.layers:
                layer.attn.hook_attn_scores.register_forward_hook(lambda _module, _inputs, scores: after_max(scores))
    return model


def after_max(scores: torch.Tensor) -> torch.Tensor:
    """Scores less the greatest one, with the bonus of each position."""
    later = torch.arange(scores.shape[-1], dtype=scores.dtype)
    return scores - scores.max(-1, keepdim=True).values + TIE * later


def first_difference(of: Program, setting: Setting) -> Optional[int]:
    """The first position whose token the model does not give; None if it gives the whole run."""
    return model_of(of, setting).verify(of.tokens, of.prompt).position


def activations(model: Any, tokens: Sequence[int]) -> List[Tuple[int, str, torch.Tensor]]:
    """The residual stream after the embedding and after every half-layer, ``[positions, slots]`` in float64."""
    wanted = lambda name: name == "hook_embed" or name.endswith(("hook_resid_mid", "hook_resid_post"))
    _, seen = model.run_with_cache(torch.tensor([list(tokens)]), wanted)
    streams = [(0, "embedding", seen["hook_embed"][0].double())]
    for layer in range(len(model.layers)):
        for half, name in (("attention", "hook_resid_mid"), ("neurons", "hook_resid_post")):
            streams.append((layer, half, seen[f"layers.{layer}.{name}"][0].double()))
    return streams


def origin(of: Program, setting: Setting, wrong: int) -> Optional[Origin]:
    """Where the activations first differ on the way to the wrong token at a position.

    What a half-layer gives at a position depends on earlier half-layers alone, at this position and before it. So the first
    half-layer with an error is where it arises, and there the first position.
    """
    tokens = of.tokens[:wrong]
    truth, other = model_of(of, Setting("f64", "hard")), model_of(of, setting)
    pairs = zip(activations(truth, tokens), activations(other, tokens))
    for boundary, ((layer, half, expected), (_, _, got)) in enumerate(pairs):
        names = truth.slot_names(boundary)
        live = torch.tensor([bool(name) for name in names])
        errors = torch.where(live, (got - expected).abs(), torch.zeros(()).double())
        if not bool((errors >= HALF).any()):
            continue
        position = int((errors >= HALF).any(1).nonzero()[0, 0])
        slot = int(errors[position].argmax())
        found = Origin(position, layer, half, names[slot], float(errors[position, slot]))
        return attended(found, (truth, other), tokens) if half == "attention" else found
    return None


def attended(found: Origin, models: Tuple[Any, Any], tokens: Sequence[int]) -> Origin:
    """The head whose values are off the most, with its scores in the true run."""
    names = [f"layers.{found.layer}.attn.{hook}" for hook in ("hook_z", "hook_attn_scores", "hook_pattern")]
    read = torch.tensor([list(tokens[: found.position + 1])])
    (_, true), (_, other) = (model.run_with_cache(read, names.__contains__) for model in models)
    off = (true[names[0]] - other[names[0]].double()).abs()[0, -1].amax(-1)
    head = int(off.argmax())
    scores = true[names[1]][0, head, -1]
    best = scores.topk(min(2, len(scores))).values
    latest = int((scores == best[0]).nonzero()[-1, 0])
    return found._replace(
        head=models[0].layers[found.layer].attn.head_names[head],
        gap=float(best[0] - best[-1]) if len(best) > 1 else None,
        greatest=float(best[0].abs()),
        weight=float(other[names[2]][0, head, -1, latest]),
    )


def settings(temperatures: Sequence[float]) -> List[Setting]:
    """All settings that are measured."""
    hard = [Setting(type, "hard") for type in TYPES]
    soft = [Setting(type, "softmax", rule, t) for type in TYPES for rule in RULES for t in temperatures]
    return hard + soft


@torch.no_grad()
def measure(programs: Sequence[Tuple[str, bytes, str]], temperatures: Sequence[float], scratch: Path) -> List[Dict[str, Any]]:
    """A row for every program and setting."""
    rows = []
    for name, given, instruction_set in programs:
        of = program(name, given, instruction_set, scratch)
        for setting in settings(temperatures):
            wrong = first_difference(of, setting)
            why = None if wrong is None else origin(of, setting, wrong)
            rows.append(
                {
                    "program": of.name,
                    "tokens": len(of.tokens),
                    "generated": len(of.tokens) - of.prompt,
                    **setting._asdict(),
                    "first_difference": wrong,
                    "generated_before": len(of.tokens) - of.prompt if wrong is None else wrong - of.prompt,
                    "origin": None if why is None else why._asdict(),
                }
            )
    return rows


def why_text(row: Dict[str, Any]) -> str:
    """Why a run differs, in a few words."""
    why = row["origin"]
    if why is None:
        return "" if row["first_difference"] is None else "no value is off by a half"
    text = f"`{why['value']}` is off by {why['error']:.3g} after the {why['half']} of layer {why['layer']}"
    if why["head"] is None:
        return text
    if why["gap"] is None:
        return f"{text}: head `{why['head']}`, of a single position"
    gap = "a tie" if why["gap"] == 0 else f"a gap of {why['gap']:.4g}"
    return f"{text}: head `{why['head']}`, {gap}, scores up to {why['greatest']:.2g}, weight {why['weight']:.2g}"


def table(rows: Sequence[Dict[str, Any]]) -> str:
    """The rows as Markdown."""
    lines = ["| program | type | attention | ties | temperature | tokens before the first difference | why |", "|" + "---|" * 7]
    for row in rows:
        before = row["generated_before"]
        cells = [
            row["program"],
            row["type"],
            row["attention"],
            row["rule"] if row["attention"] == "softmax" else "",
            f"{row['temperature']:g}" if row["attention"] == "softmax" else "",
            f"all {before}" if row["first_difference"] is None else f"{before} of {row['generated']}",
            why_text(row),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="all programs and temperatures: the figures of the book")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/lab", help="the folder of the results")
    arguments = parser.parse_args()
    begun = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        programs = FULL if arguments.full else SMALL
        temperatures = TEMPERATURES if arguments.full else (1.0, 1e-3, 1e-6, 1e-7)
        rows = measure(programs, temperatures, Path(scratch))
    figures = {
        "seconds": round(time.time() - begun, 1),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "tie": TIE,
        "rows": rows,
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "soft_attention.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (arguments.output / "soft_attention.md").write_text(table(rows), encoding="utf-8")
    print(table(rows))
    print(f"{figures['seconds']} s; written to {arguments.output}")


if __name__ == "__main__":
    main()
