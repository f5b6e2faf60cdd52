"""What docs/learned-opcodes.md says, computed anew on a few seeds."""

import math
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import learned_opcodes as lab  # noqa: E402

BY_NAME = {opcode.name: opcode for opcode in lab.OPCODES}


@pytest.mark.parametrize(
    "name, meaning",
    [
        ("sat_add", lambda a, b: min(a + b, 0xFFFF)),
        ("sat_sub", lambda a, b: max(a - b, 0)),
        ("min_u", min),
        ("max_u", max),
    ],
)
def test_a_tick_is_what_the_opcode_does_with_a_byte(name, meaning):
    """Two bytes are enough for carries from one to the other."""
    tick = BY_NAME[name].tick
    words = torch.randint(0, 1 << 16, (2000, 2), generator=torch.Generator().manual_seed(1)).tolist()
    for a, b in [*words, (0xFFFF, 1), (0x00FF, 0x0100), (7, 7), (0, 0xFFFF)]:
        relation = torch.tensor([a + b > 0xFFFF if name == "sat_add" else a < b]).long()
        carry, result = torch.tensor([0]), 0
        for index in (0, 8):
            byte, carry = tick(torch.tensor([a >> index & 255]), torch.tensor([b >> index & 255]), carry.long(), relation)
            result |= int(byte) << index
        assert result == meaning(a, b), (a, b)


@pytest.mark.parametrize("name", list(BY_NAME))
def test_an_opcode_is_learned_and_becomes_integers(name):
    opcode = BY_NAME[name]
    for seed in range(12):
        body = lab.train(opcode, seed)
        if lab.accuracy(body, opcode) == (1, 1) and (crystal := lab.crystallise(body, opcode)):
            break
    else:
        pytest.fail("of twelve seeds none gave the opcode")
    assert lab.is_exact(crystal, opcode)
    # One that computes something else in a single case is found.
    wrong = crystal._replace(linear=[*crystal.linear[:-1], crystal.linear[-1] + 1])
    assert not lab.is_exact(wrong, opcode)


def test_and_is_not_learned_from_bytes():
    assert lab.accuracy(lab.train(lab.AND, 0), lab.AND)[0] < 0.1


def test_and_is_learned_from_digits():
    levels = lab.learn_digits(0)
    assert lab.digits_are_exact(levels)
    assert not lab.digits_are_exact([level + (index == 44) for index, level in enumerate(levels)])


def test_the_threshold_is_learned():
    assert [math.ceil(lab.learn_threshold(seed)) for seed in range(3)] == [2**32] * 3


def test_the_declarations_were_written_by_the_script():
    """With the integers in them: each is exact, and written again it is the same text."""
    text = lab.DECLARATIONS.read_text()
    crystals = {
        "sat_add": lab.Crystal([1, 1, 1, -257, 0, -256], [1, 1, 1, 0, -256, 0], [-1, -1, -1, 0, 256, 255]),
        "sat_sub": lab.Crystal([-1, 1, 1, -257, 0, -1], [1, -1, -1, 0, 256, 0], [-1, 1, 1, 0, -256, 0]),
        "min_u": lab.Crystal(None, [0, 1, 0, 0, 0, 0], [1, -1, 0, 0, 0, 0]),
        "max_u": lab.Crystal(None, [1, 0, 0, 0, 0, 0], [-1, 1, 0, 0, 0, 0]),
    }
    assert all(lab.is_exact(crystal, BY_NAME[name]) for name, crystal in crystals.items())
    assert lab.declarations(crystals, 2**32) == text
