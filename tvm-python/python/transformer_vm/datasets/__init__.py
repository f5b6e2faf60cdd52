"""Data sets of traces: programs times inputs, as Parquet files.

>>> from transformer_vm import datasets
>>> sums = datasets.template("{a}+{b}", a=datasets.numbers(0, 999), b=datasets.numbers(0, 999))
>>> made = datasets.write("sums", ["programs/addition.c"], sums, count=10_000, seed=7)
>>> made.digest  # the same on every machine, with any number of threads

A row is a trace: its input, its output, all tokens, and every instruction with its operands and results. ``truth=True`` adds
what is known of every token, and ``values`` adds numbers that the residual stream holds there. The files have no more
than ``per_shard`` rows each, and are made one by one: by threads, or on many machines by Ray. A file is there as a whole
or not at all, and a call with the same arguments goes on where an earlier one was ended.

It needs pyarrow: ``pip install 'transformer-vm[datasets]'``; for Ray ``pip install 'transformer-vm[ray]'``."""

from .dataset import Dataset, Shard, load
from .inputs import Generator, choice, numbers, template, text
from .write import write

__all__ = ["Dataset", "Generator", "Shard", "choice", "load", "numbers", "template", "text", "write"]
