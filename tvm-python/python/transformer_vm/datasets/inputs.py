"""Inputs: given ones, and generators that make them from random numbers.

A generator is a function that takes a :class:`random.Random` and returns an input. Every trace has a generator of random
numbers of its own, whose seed depends on the seed of the data set, the program and the number of the input alone. So
the inputs are the same whoever makes them, and in whatever order."""

import hashlib
import random
from dataclasses import dataclass
from typing import Any, Callable, Dict, Mapping, Sequence, Tuple, Union

from ..errors import UsageError
from ..settings import Input, encoded

__all__ = ["Generator", "Inputs", "choice", "generated", "identity", "numbers", "seed_of", "template", "text"]

#: Makes an input from random numbers.
Generator = Callable[[random.Random], Input]
#: The inputs of a program: all of them, or what makes them.
Inputs = Union[Sequence[Input], Generator]

#: How many inputs of a generator say which one it is.
_SAMPLE = 100


@dataclass(frozen=True)
class numbers:
    """Decimal numbers from ``least`` to ``greatest``, each as likely as the others."""

    least: int
    greatest: int

    def __post_init__(self) -> None:
        if self.least > self.greatest:
            raise UsageError(f"no number is from {self.least} to {self.greatest}")

    def __call__(self, source: random.Random) -> str:
        return str(source.randint(self.least, self.greatest))


@dataclass(frozen=True)
class text:
    """Text of ``least`` to ``most`` characters of an alphabet; each length is as likely as the others."""

    alphabet: str
    least: int
    most: int

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most or not self.alphabet:
            raise UsageError(f"no text has from {self.least} to {self.most} characters of {self.alphabet!r}")

    def __call__(self, source: random.Random) -> str:
        return "".join(source.choices(self.alphabet, k=source.randint(self.least, self.most)))


@dataclass(frozen=True, init=False)
class choice:
    """One of several inputs or generators, each as likely as the others."""

    options: Tuple[Union[Input, Generator], ...]

    def __init__(self, *options: Union[Input, Generator]) -> None:
        if not options:
            raise UsageError("a choice is between one input or more")
        object.__setattr__(self, "options", options)

    def __call__(self, source: random.Random) -> Input:
        option = source.choice(self.options)
        return option(source) if callable(option) else option


@dataclass(frozen=True, init=False)
class template:
    """Text with places in braces, as ``str.format`` takes it, and what makes the text in each:
    ``template("{a}+{b}", a=numbers(0, 9), b=numbers(0, 9))``."""

    pattern: str
    parts: Tuple[Tuple[str, Generator], ...]

    def __init__(self, pattern: str, **parts: Generator) -> None:
        try:
            pattern.format(**dict.fromkeys(parts, ""))
        except (KeyError, IndexError, ValueError) as error:
            raise UsageError(f"the template {pattern!r} has a place for which nothing is given: {error}") from None
        object.__setattr__(self, "pattern", pattern)
        object.__setattr__(self, "parts", tuple(parts.items()))

    def __call__(self, source: random.Random) -> str:
        made = {name: _as_text(part(source)) for name, part in self.parts}
        return self.pattern.format(**made)


def _as_text(made: Input) -> str:
    return made if isinstance(made, str) else encoded(made).decode()


def seed_of(seed: int, program: str, number: int) -> int:
    """The seed of the random numbers for an input: 63 bits of a digest."""
    digest = hashlib.sha256(f"{seed}/{program}/{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def generated(generator: Generator, seed: int) -> bytes:
    """The input that a generator makes from a seed."""
    return encoded(generator(random.Random(seed)))


def identity(inputs: Inputs, seed: int, program: str) -> Dict[str, Any]:
    """What says whether inputs are the same as others: a digest of the given ones, or of the first ones generated."""
    if not callable(inputs):
        return {"given": len(inputs), "digest": _digest(map(encoded, inputs))}
    sample = [generated(inputs, seed_of(seed, program, number)) for number in range(_SAMPLE)]
    name = getattr(inputs, "__qualname__", None) or repr(inputs)
    return {"generator": name, "digest_of_the_first_100": _digest(sample)}


def _digest(inputs: Any) -> str:
    digest = hashlib.sha256()
    for one in inputs:
        digest.update(len(one).to_bytes(8, "big") + one)
    return digest.hexdigest()


def by_program(inputs: Union[Inputs, Mapping[str, Inputs]], programs: Sequence[str]) -> Dict[str, Inputs]:
    """The inputs of every program; those that are not by program are for all."""
    found = dict(inputs) if isinstance(inputs, Mapping) else dict.fromkeys(programs, inputs)
    for name in found:
        if name not in programs:
            raise UsageError(f"inputs: there is no program {name!r}, but {', '.join(programs)}")
    for name in programs:
        if name not in found:
            raise UsageError(f"inputs: none for the program {name!r}")
        if isinstance(found[name], (str, bytes, bytearray, memoryview)):
            raise UsageError(f"inputs: those of {name!r} are one input; give a list of inputs or a generator")
        found[name] = found[name] if callable(found[name]) else list(found[name])  # type: ignore[arg-type]
    return found
