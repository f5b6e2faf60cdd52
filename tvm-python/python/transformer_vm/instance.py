"""Instances: programs whose exported functions Python calls, and whose imported functions are Python's."""

from typing import Any, Union

from . import _native
from .progress import Report, reporter

__all__ = ["Instance", "Memory"]

Number = Union[int, float]


class Memory:
    """The linear memory of an instance."""

    def __init__(self, native: "_native.Instance") -> None:
        self._native = native

    def __len__(self) -> int:
        """Its size in bytes."""
        return self._native.memory_size()

    def read(self, address: int, length: int) -> bytes:
        """The bytes at an address."""
        return self._native.read(address, length)

    def write(self, address: int, data: bytes) -> None:
        """Writes bytes. The program sees them in the next call, or when the function that writes them returns."""
        self._native.write(address, bytes(data))

    def text(self, address: int, limit: int = 1 << 16) -> str:
        """The text in UTF-8 at an address that ends with a zero byte, as C has it."""
        read = bytearray()
        size = len(self)
        while len(read) < limit and address + len(read) < size:
            begin = address + len(read)
            part = self.read(begin, min(64, size - begin, limit - len(read)))
            read += part
            if 0 in part:
                return bytes(read[: read.index(0)]).decode()
        raise ValueError(f"no text of less than {limit} bytes is at address {address}")


class Instance:
    """A program whose functions are called as often, and in what order, one likes.

    All that the program learns from outside becomes tokens, and its state is in the caches of the transformer."""

    #: Linear memory, also for functions of the host while the program calls them.
    memory: Memory

    def __init__(self, native: "_native.Instance", report: Report = None) -> None:
        self._native, self._progress = native, report
        self.memory = Memory(native)

    def call(self, name: str, *arguments: Number) -> Any:
        """Calls an exported function. The result is None, a number, or a tuple of several; integers have a sign.

        An exception of a function of the host ends the program and is raised here."""
        with reporter(self._progress) as report:
            return self._native.call(name, arguments, report)

    @property
    def tokens(self) -> int:
        """All tokens until now."""
        return self._native.summary()[0]

    @property
    def instructions(self) -> int:
        """Completed instructions until now."""
        return self._native.summary()[2]

    def take_output(self) -> bytes:
        """What the program has written to its standard output since this was last asked."""
        return self._native.take_output()

    def take_error_output(self) -> bytes:
        """What the program has written to its standard error since this was last asked."""
        return self._native.take_error_output()
