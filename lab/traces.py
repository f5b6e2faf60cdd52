"""What data sets of traces cost: time, bytes and tokens for a million traces, by engine and number of threads.

The same data set is made one trace after the other, by threads, and on a cluster of Ray of two nodes on this machine; the script
ends with an error if the digests differ.

    python lab/traces.py            # the small default, half a minute
    python lab/traces.py --full     # the figures of docs/datasets.md

It needs the Python package ``transformer_vm`` with pyarrow; without Ray that line is left out.
"""

import argparse
import importlib.util
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from transformer_vm import datasets

ROOT = Path(__file__).resolve().parent.parent

#: Three programs of different length of run, with what makes their inputs.
PROGRAMS: Dict[str, datasets.Generator] = {
    "addition": datasets.template("{a}+{b}", a=datasets.numbers(0, 10**9), b=datasets.numbers(0, 10**9)),
    "fibonacci": datasets.numbers(1, 40),
    "collatz": datasets.numbers(1, 99),
}

#: Traces of each program.
SMALL, FULL = 100, 4_000

#: What is asked for of every trace.
CONTENTS: Dict[str, Dict[str, Any]] = {
    "instructions": {},
    "instructions, truth of tokens": {"truth": True},
    "instructions, truth of tokens, 4 values": {
        "truth": True,
        "values": ("byte_number", "bytes.value", "bytes.index", "fetched.place"),
    },
}

#: A way to make data sets: its name, and what `write` is given for it.
Way = Tuple[str, Dict[str, Any]]


def ways() -> List[Way]:
    """One after the other, and by threads up to the number of processors."""
    counts = [count for count in (1, 2, 4, 8, 16, 32, 64) if count <= (os.cpu_count() or 1)]
    threads = [(f"{count} threads" if count > 1 else "1 thread", {"engine": "threads", "threads": count}) for count in counts]
    return [("sequential", {"engine": "sequential"}), *threads]


def measured(program: str, count: int, way: Way, content: str, scratch: Path) -> Dict[str, Any]:
    """Makes a data set, and says what it took."""
    name, arguments = way
    folder = scratch / f"{program}-{name}-{content}".replace(" ", "-").replace(",", "")
    # The model is made before the time begins: it is made once, however many traces there are.
    prepared(program, folder, content)
    begun = time.perf_counter()
    made = datasets.write(
        folder, [ROOT / f"programs/{program}.c"], PROGRAMS[program], count=count, per_shard=shard(count), **CONTENTS[content], **arguments
    )
    seconds = time.perf_counter() - begun
    return {
        "program": program,
        "way": name,
        "content": content,
        "traces": made.traces,
        "tokens": made.tokens,
        "instructions": made.instructions,
        "bytes": made.bytes,
        "seconds": round(seconds, 3),
        "digest": made.digest,
    }


def shard(count: int) -> int:
    """Traces in a shard: small enough for every thread to have several."""
    return max(10, min(1000, count // 20))


def prepared(program: str, folder: Path, content: str) -> None:
    """Puts the model of a program into a folder, as a data set of no traces would."""
    compiled = datasets.write(
        folder.with_name(folder.name + "-model"), [ROOT / f"programs/{program}.c"], [], **CONTENTS[content]
    )
    for part in ("models", "programs"):
        (folder / part).mkdir(parents=True)
        for path in (compiled.folder / part).iterdir():
            (folder / part / path.name).write_bytes(path.read_bytes())


def on_ray(run: Callable[[], None]) -> bool:
    """Does something while a cluster of two nodes is there; False without Ray."""
    if importlib.util.find_spec("ray") is None:
        return False
    import ray
    from ray.cluster_utils import Cluster

    memory = {"object_store_memory": 1 << 30}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, **memory})
    cluster.add_node(num_cpus=1, **memory)
    ray.init(address=cluster.address, log_to_driver=False, logging_level="warning")
    ray.data.DataContext.get_current().enable_progress_bars = False
    try:
        run()
    finally:
        ray.shutdown()
        cluster.shutdown()
    return True


def measure(count: int, scratch: Path) -> List[Dict[str, Any]]:
    """A row for every program, way and content."""
    rows: List[Dict[str, Any]] = []
    plain = next(iter(CONTENTS))
    for program in PROGRAMS:
        rows += [measured(program, count, way, plain, scratch) for way in ways()]
        most = ways()[-1]
        rows += [measured(program, count, most, content, scratch) for content in CONTENTS if content != plain]
    ray: Way = ("Ray, 2 nodes of 1 processor", {"engine": "ray"})

    def by_ray() -> None:
        # The first tasks of a cluster wait for processes to start.
        measured("addition", shard(count), ray, plain, scratch / "first")
        rows.extend(measured(program, count, ray, plain, scratch) for program in PROGRAMS)

    on_ray(by_ray)
    return rows


def check(rows: List[Dict[str, Any]]) -> Optional[str]:
    """What is wrong: data sets that should be the same and are not."""
    digests: Dict[Tuple[str, str], str] = {}
    for row in rows:
        key = (row["program"], row["content"])
        if digests.setdefault(key, row["digest"]) != row["digest"]:
            return f"{row['program']} by {row['way']} is another data set: digest {row['digest']}"
    return None


def table(rows: List[Dict[str, Any]]) -> str:
    """The rows as Markdown, for a million traces."""
    lines = ["| program | tokens a trace | made by | with | seconds a million traces | GB a million traces | million tokens/s |"]
    lines.append("|" + "---|" * 7)
    for row in sorted(rows, key=lambda row: list(PROGRAMS).index(row["program"])):
        factor = 1e6 / row["traces"]
        cells = [
            row["program"],
            f"{row['tokens'] / row['traces']:,.0f}",
            row["way"],
            row["content"],
            f"{row['seconds'] * factor:,.0f}",
            f"{row['bytes'] * factor / 1e9:.2f}",
            f"{row['tokens'] / row['seconds'] / 1e6:.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--full", action="store_true", help=f"{FULL:,} traces of each program: the figures of the book")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/lab", help="the folder of the results")
    arguments = parser.parse_args()
    begun = time.time()
    with tempfile.TemporaryDirectory() as scratch:
        rows = measure(FULL if arguments.full else SMALL, Path(scratch))
    versions = {name: importlib.import_module(name).__version__ for name in ("transformer_vm", "pyarrow")}
    figures = {
        "seconds": round(time.time() - begun, 1),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        **versions,
        "rows": rows,
    }
    arguments.output.mkdir(parents=True, exist_ok=True)
    (arguments.output / "traces.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (arguments.output / "traces.md").write_text(table(rows), encoding="utf-8")
    print(table(rows))
    print(f"{figures['seconds']} s; written to {arguments.output}")
    if wrong := check(rows):
        sys.exit(wrong)


if __name__ == "__main__":
    main()
