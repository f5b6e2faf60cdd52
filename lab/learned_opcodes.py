"""Opcodes that are learned by gradient and then become integers: saturating addition and subtraction, minimum, maximum, and `and`.

The machine is the scaffold: it fetches the instruction, finds the operands, compares them, and emits a result byte by byte with a
carry from each to the next. What is learned is the body of an opcode: the neurons that make, of what the machine has at a tick,
the byte and the carry. A tick has

- ``a`` and ``b``: the bytes of the operands, 0 to 255
- ``carry``: that of the byte before, 0 or 1
- ``relation``: what the machine says of the whole words, 0 or 1: does their sum exceed 32 bits, or is the first less

A body has the form of what the machine is made of: steps (two neurons each), gated neurons ``max(0, gate) * value``, and a linear
part. All is trained from examples: a smooth step that becomes steeper, then the steps as they are and the other weights to the end.
What was learned is rounded to integers, and compared with the opcode for all pairs of bytes, carries and relations. The declarations are `lab/learned-opcodes/src/learned.rs`; the tests of that crate run them in
transformers.

    python lab/learned_opcodes.py            # the small default: three seeds each, a minute
    python lab/learned_opcodes.py --full     # twenty seeds each: the figures of docs/learned-opcodes.md
    python lab/learned_opcodes.py --full --write    # writes the declarations

It needs PyTorch 1.13 or later.
"""

import argparse
import json
import math
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch

ROOT = Path(__file__).resolve().parent.parent
DECLARATIONS = ROOT / "lab/learned-opcodes/src/learned.rs"

REAL = torch.float64

#: How many gated neurons and steps a body has.
NEURONS, STEPS = 4, 1
#: Steps of Adam, and the examples of each.
UPDATES, BATCH = 3000, 1024
#: The widths of a smooth step, at the beginning and at the end.
WIDTHS = (0.3, 0.003)
#: Examples and iterations of L-BFGS.
SAMPLE, ITERATIONS = 4096, 300

Bytes = torch.Tensor


class Opcode(NamedTuple):
    """What is learned."""

    name: str
    code: int
    #: For the documentation of its declaration.
    documentation: str
    #: The relation of the words, as an opcode's body says it.
    relation: str
    #: The byte and the carry, from ``a``, ``b``, ``carry`` and ``relation``.
    tick: Callable[[Bytes, Bytes, Bytes, Bytes], Tuple[Bytes, Bytes]]


def _added(a: Bytes, b: Bytes, carry: Bytes, over: Bytes) -> Tuple[Bytes, Bytes]:
    total = a + b + carry
    return torch.where(over == 1, 255, total % 256), (total >= 256) & (over == 0)


def _subtracted(a: Bytes, b: Bytes, carry: Bytes, less: Bytes) -> Tuple[Bytes, Bytes]:
    total = a - b - carry
    return torch.where(less == 1, 0, total % 256), (total < 0) & (less == 0)


def _none(a: Bytes) -> Bytes:
    return torch.zeros_like(a)


_LESS = "step(order(a, b).unsigned < 0)"
OPCODES = (
    Opcode("sat_add", 0xE0, "The sum of two numbers without sign, at most 2^32 - 1.", "step(a.value + b.value >= {threshold})", _added),
    Opcode("sat_sub", 0xE1, "The difference of two numbers without sign, at least 0.", _LESS, _subtracted),
    Opcode("min_u", 0xE2, "The less of two numbers without sign.", _LESS, lambda a, b, c, less: (torch.where(less == 1, a, b), _none(a))),
    Opcode("max_u", 0xE3, "The greater of two numbers without sign.", _LESS, lambda a, b, c, less: (torch.where(less == 1, b, a), _none(a))),
)
AND = Opcode("and", 0xE4, "The bits that both have.", _LESS, lambda a, b, c, r: (a & b, _none(a)))

#: All pairs of bytes, with both carries and both relations.
DOMAIN = tuple(
    part.flatten()
    for part in torch.meshgrid(torch.arange(256), torch.arange(256), torch.arange(2), torch.arange(2), indexing="ij")
)
#: The same as a body sees it: bytes and carry as parts of 255.
FEATURES = torch.stack([DOMAIN[0] / 255, DOMAIN[1] / 255, DOMAIN[2] / 255, DOMAIN[3].double()], 1).to(REAL)


class Body(torch.nn.Module):
    """The body of an opcode: what is learned."""

    def __init__(self, neurons: int = NEURONS, steps: int = STEPS) -> None:
        super().__init__()

        def weights(*shape: int) -> torch.nn.Parameter:
            return torch.nn.Parameter(torch.randn(*shape, dtype=REAL) / 2)

        inputs, known = FEATURES.shape[1], FEATURES.shape[1] + steps
        self.step, self.step_bias = weights(inputs, steps), weights(steps)
        self.gate, self.gate_bias = weights(known, neurons), weights(neurons)
        self.value, self.value_bias = weights(known, neurons), weights(neurons)
        self.linear, self.bias = weights(known), weights(1)
        self.carry, self.carry_bias = weights(steps), weights(1)

    def stepped(self, features: torch.Tensor, width: Optional[float] = None) -> torch.Tensor:
        """The steps: smooth ones of a width, or 0 and 1."""
        sums = features @ self.step + self.step_bias
        return (sums > 0).to(REAL) if width is None else torch.sigmoid(sums / width)

    def byte(self, features: torch.Tensor, stepped: torch.Tensor) -> torch.Tensor:
        """The byte, as a part of 255."""
        known = torch.cat([features, stepped], 1)
        gates = torch.relu(known @ self.gate + self.gate_bias)
        return known @ self.linear + self.bias + (gates * (known @ self.value + self.value_bias)).sum(1)

    def forward(self, features: torch.Tensor, width: Optional[float] = None) -> Tuple[torch.Tensor, torch.Tensor]:
        """The byte as a part of 255, and the carry."""
        stepped = self.stepped(features, width)
        return self.byte(features, stepped), stepped @ self.carry + self.carry_bias


def train(opcode: Opcode, seed: int, neurons: int = NEURONS, updates: int = UPDATES) -> Body:
    """Learns the byte and the carry from random examples, with steps that become steeper; then the byte with the steps as they
    are."""
    torch.manual_seed(seed)
    body = Body(neurons)
    byte, carry = (part.to(REAL) for part in opcode.tick(*DOMAIN))
    optimiser = torch.optim.Adam(body.parameters(), lr=2e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, updates, 1e-4)
    for update in range(updates):
        chosen = torch.randint(0, len(FEATURES), (BATCH,))
        width = WIDTHS[0] * (WIDTHS[1] / WIDTHS[0]) ** (update / updates)
        made, carried = body(FEATURES[chosen], width)
        loss = ((made - byte[chosen] / 255) ** 2).mean() + ((carried - carry[chosen]) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    settle(body, opcode)
    return body


def settle(body: Body, opcode: Opcode, iterations: int = ITERATIONS) -> None:
    """Learns the byte to the end with the steps as they are: by L-BFGS, from a sample."""
    chosen = torch.randint(0, len(FEATURES), (SAMPLE,))
    byte = opcode.tick(*(part[chosen] for part in DOMAIN))[0].to(REAL) / 255
    with torch.no_grad():
        features, stepped = FEATURES[chosen], body.stepped(FEATURES[chosen])
    learned = [body.gate, body.gate_bias, body.value, body.value_bias, body.linear, body.bias]
    optimiser = torch.optim.LBFGS(
        learned, max_iter=iterations, history_size=50, tolerance_grad=1e-14, tolerance_change=1e-18, line_search_fn="strong_wolfe"
    )

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        found = ((body.byte(features, stepped) - byte) ** 2).mean()
        found.backward()
        return found

    optimiser.step(loss)


@torch.no_grad()
def accuracy(body: Body, opcode: Opcode) -> Tuple[float, float]:
    """The parts of all cases in which the byte and the carry are right."""
    byte, carry = opcode.tick(*DOMAIN)
    made, carried = body(FEATURES)
    right = (made * 255).round() == byte, carried.round() == carry
    return float(right[0].double().mean()), float(right[1].double().mean())


class Crystal(NamedTuple):
    """A body of integers: ``carry = step(wraps >= 0)`` where there is a step, and
    ``byte = linear + max(0, relation) * value``. Sums are coefficients of ``a``, ``b``, ``carry``, ``relation``, the step and 1."""

    wraps: Optional[List[int]]
    linear: List[int]
    value: List[int]

    def tick(self, a: Bytes, b: Bytes, carry: Bytes, relation: Bytes) -> Tuple[Bytes, Bytes]:
        """The byte and the carry."""
        sums = lambda terms, step: sum(x * y for x, y in zip(terms, (a, b, carry, relation, step, 1)))
        step = _none(a)
        if self.wraps is not None:
            step = (sums(self.wraps, step) >= 0).long()
        return sums(self.linear, step) + relation.clamp(min=0) * sums(self.value, step), step


@torch.no_grad()
def crystallise(body: Body, opcode: Opcode) -> Optional[Crystal]:
    """The body as integers, if it computes the opcode in all cases; None where rounding does not give that.

    The step is scaled until its greatest weight for a byte is 1, and its bound is rounded up. For each relation the body that was
    learned must be a sum of the bytes, the carry and the step; the coefficients are read off what it computes, and rounded. With
    the relation as a gate, one neuron makes the second sum of the first."""
    wraps = _whole_step(body) if bool(opcode.tick(*DOMAIN)[1].any()) else None
    stepped = body.stepped(FEATURES)
    byte = 255 * body.byte(FEATURES, stepped)
    known = torch.cat([*(part[:, None].to(REAL) for part in DOMAIN[:3]), stepped, torch.ones_like(stepped)], 1)
    sums = []
    for relation in (0, 1):
        of = DOMAIN[3] == relation
        found = torch.linalg.lstsq(known[of], byte[of, None], driver="gelsd").solution[:, 0]
        if float((known[of] @ found - byte[of]).abs().max()) >= 0.5:
            return None
        a, b, carry, step, one = (int(round(float(x))) for x in found)
        sums.append([a, b, carry, 0, 0 if wraps is None else step, one])
    linear, other = sums
    crystal = Crystal(wraps, linear, [y - x for x, y in zip(linear, other)])
    return crystal if is_exact(crystal, opcode) else None


def _whole_step(body: Body) -> List[int]:
    weights, bias = body.step[:, 0].tolist(), float(body.step_bias[0])
    unit = max(abs(weights[0]), abs(weights[1])) / 255
    a, b, carry = (round(weight / 255 / unit) for weight in weights[:3])
    # A sum of integers exceeds the bound where it is at least the next integer.
    return [a, b, carry, round(weights[3] / unit), 0, -(math.floor(-bias / unit) + 1)]


def is_exact(crystal: Crystal, opcode: Opcode) -> bool:
    """Is it the opcode for all pairs of bytes, carries and relations?"""
    return all(bool((made == right).all()) for made, right in zip(crystal.tick(*DOMAIN), opcode.tick(*DOMAIN)))


#: The names of a sum's terms in the body of an opcode.
_TERMS = ("a.byte", "b.byte", "carry", "relation", "wraps")


def _sum(terms: List[int]) -> str:
    """A sum as an opcode's body has it."""
    parts = []
    for number, name in zip(terms, (*_TERMS, "")):
        if number:
            factor = str(abs(number)) if abs(number) != 1 or not name else ""
            parts.append(("-" if number < 0 else "+", " * ".join(filter(None, (factor, name)))))
    if not parts:
        return "0"
    first, *others = parts
    head = first[1] if first[0] == "+" else f"0 - {first[1]}"
    return head + "".join(f" {sign} {text}" for sign, text in others)


def declaration(opcode: Opcode, crystal: Crystal, threshold: int) -> str:
    """The opcode as tvm_core's macro takes it."""
    relation = opcode.relation.format(threshold=threshold)
    lines = [f"/// {opcode.documentation}", f"learned.{opcode.name} = {opcode.code:#x} : [a: i32 b: i32] -> [result: i32] {{"]
    lines.append(f"    let relation = {relation};")
    if crystal.wraps is not None:
        *terms, constant = crystal.wraps
        lines.append(f"    let wraps = step({_sum([*terms, 0])} >= {-constant});")
    lines.append(f"    result.byte = {_sum(crystal.linear)} + reglu({_sum(crystal.value)}, relation);")
    if crystal.wraps is not None:
        lines.append("    result.carry = wraps;")
    return "\n".join("        " + line for line in [*lines, "}"]) + "\n"


def declarations(crystals: Dict[str, Crystal], threshold: int) -> str:
    """The file of declarations."""
    bodies = "\n".join(declaration(opcode, crystals[opcode.name], threshold) for opcode in OPCODES)
    return f"""//! Opcodes that were learned by gradient. `lab/learned_opcodes.py --write` writes this file: every number in it was a weight that
//! was trained and then rounded.

tvm_core::opcode! {{
    /// Arithmetic that was learned.
    pub LEARNED {{
{bodies}    }}
}}
"""


def learn_threshold(seed: int, updates: int = 4000, examples: int = 256) -> float:
    """Where the sums of two words begin that do not fit into 32 bits: learned from examples of words and of whether their sum fits.

    A gradient says something near the threshold alone. So the step is as wide as the sums at first, and half of the
    examples are near where it is believed to be."""
    source = torch.Generator().manual_seed(seed)
    bound = torch.nn.Parameter(torch.rand(1, generator=source, dtype=REAL) * 2**33)
    optimiser = torch.optim.SGD([bound], lr=1.0)
    for update in range(updates):
        width = 2.0**31 * 2.0 ** (-33 * update / updates)
        words = torch.randint(0, 2**32, (2, examples), generator=source).to(REAL).sum(0)
        near = bound.detach() + 3 * width * torch.randn(examples, generator=source, dtype=REAL)
        sums = torch.cat([words, near]).round().clamp(0, 2.0**33 - 2)
        fits = (sums >= 2.0**32).to(REAL)
        logits = (sums - bound) / width
        # The width squared makes an update as large as the width, whatever it is.
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, fits) * width**2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return float(bound)


def learn_digits(seed: int, updates: int = 3000) -> List[int]:
    """`and` from what the machine computes with: the sum of the spreads of two nibbles, a digit in base 3 for each bit.

    A staircase of 81 levels is learned by gradient from bytes and the sums of both nibbles; the levels are rounded."""
    torch.manual_seed(seed)
    a, b = DOMAIN[0], DOMAIN[1]
    spread = lambda nibble: sum((nibble >> bit & 1) * 3**bit for bit in range(4))
    low, high = spread(a & 15) + spread(b & 15), spread(a >> 4) + spread(b >> 4)
    levels = torch.nn.Parameter(torch.rand(81, dtype=REAL) * 15)
    optimiser = torch.optim.Adam([levels], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, updates, 1e-3)
    for _ in range(updates):
        chosen = torch.randint(0, len(a), (BATCH,))
        loss = ((levels[low[chosen]] + 16 * levels[high[chosen]] - (a & b)[chosen]) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return [int(level) for level in levels.detach().round()]


def digits_are_exact(levels: List[int]) -> bool:
    """Do the levels give `and` for all pairs of bytes?"""
    a, b = torch.meshgrid(torch.arange(256), torch.arange(256), indexing="ij")
    spread = lambda nibble: sum((nibble >> bit & 1) * 3**bit for bit in range(4))
    table = torch.tensor(levels)
    made = table[spread(a & 15) + spread(b & 15)] + 16 * table[spread(a >> 4) + spread(b >> 4)]
    return bool((made == (a & b)).all())


def measure_opcode(opcode: Opcode, seeds: int) -> Tuple[Dict[str, Any], Optional[Crystal]]:
    """Learns an opcode with several seeds: how often it is exact, and how often it becomes integers; one of these."""
    begun, tried, crystals = time.time(), [], []
    for seed in range(seeds):
        body = train(opcode, seed)
        byte, carry = accuracy(body, opcode)
        crystal = None
        if byte == carry == 1:
            crystal = crystallise(body, opcode)
        tried.append({"seed": seed, "byte": byte, "carry": carry, "integers": crystal})
        crystals += [] if crystal is None else [crystal]
    seconds = round((time.time() - begun) / seeds, 1)
    return {"opcode": opcode.name, "seeds": tried, "seconds a seed": seconds}, max(crystals, key=crystals.count, default=None)


def measure_and(neurons: int, seeds: int) -> Dict[str, Any]:
    """Learns `and` from the bytes, with so many neurons."""
    begun, found = time.time(), []
    for seed in range(seeds):
        found.append(accuracy(train(AND, seed, neurons), AND)[0])
    return {"neurons": neurons, "byte": found, "seconds a seed": round((time.time() - begun) / seeds, 1)}


def table(figures: Dict[str, Any]) -> str:
    """The figures as Markdown."""
    lines = ["| opcode | seeds | exact by gradient | became exact integers | worst part of bytes right | seconds a seed |", "|" + "---|" * 6]
    for row in figures["opcodes"]:
        tried = row["seeds"]
        exact = sum(one["byte"] == one["carry"] == 1 for one in tried)
        whole = sum(one["integers"] is not None for one in tried)
        worst = min(one["byte"] for one in tried)
        lines.append(f"| {row['opcode']} | {len(tried)} | {exact} | {whole} | {worst:.2%} | {row['seconds a seed']} |")
    lines += ["", "| `and` from two bytes, neurons | part of bytes right | seconds a seed |", "|---|---|---|"]
    for row in figures["and"]:
        lines.append(f"| {row['neurons']} | {min(row['byte']):.1%} to {max(row['byte']):.1%} | {row['seconds a seed']} |")
    lines += ["", f"`and` from the machine's digits: exact with {sum(figures['digits'])} of {len(figures['digits'])} seeds.", ""]
    bounds = ", ".join(f"{bound:.3f}" for bound in figures["thresholds"])
    lines += [f"The threshold of sat_add: {bounds}; 2^32 is {2**32}.", ""]
    return "\n".join(lines)


def measure(seeds: int, neurons: Tuple[int, ...]) -> Tuple[Dict[str, Any], Dict[str, Crystal]]:
    """All figures, and the opcodes that became integers."""
    measured = [(opcode, *measure_opcode(opcode, seeds)) for opcode in OPCODES]
    figures = {
        "opcodes": [row for _, row, _ in measured],
        "and": [measure_and(count, min(seeds, 3)) for count in neurons],
        "digits": [digits_are_exact(learn_digits(seed)) for seed in range(seeds)],
        "thresholds": [learn_threshold(seed) for seed in range(seeds)],
    }
    return figures, {opcode.name: crystal for opcode, _, crystal in measured if crystal is not None}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help="twenty seeds: the figures of the book")
    parser.add_argument("--write", action="store_true", help="write the declarations of the opcodes")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/lab", help="the folder of the results")
    arguments = parser.parse_args()
    begun = time.time()
    figures, crystals = measure(20 if arguments.full else 3, (4, 16, 64, 256) if arguments.full else (4,))
    figures = {
        "seconds": round(time.time() - begun, 1),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
        **figures,
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "learned_opcodes.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (arguments.output / "learned_opcodes.md").write_text(table(figures), encoding="utf-8")
    print(table(figures))
    if arguments.write:
        if missing := [opcode.name for opcode in OPCODES if opcode.name not in crystals]:
            sys.exit(f"no seed has given {', '.join(missing)}: nothing is written; --full tries more seeds")
        DECLARATIONS.write_text(declarations(crystals, math.ceil(figures["thresholds"][0])), encoding="utf-8")
    print(f"{figures['seconds']} s; written to {arguments.output}")


if __name__ == "__main__":
    main()
