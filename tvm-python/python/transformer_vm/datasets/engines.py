"""Ways to make shards: one after the other, by threads, and on many machines by Ray. Each gives the shards as they become
complete, in any order. What goes wrong with one is raised; the others that are under way are completed or left out."""

import concurrent.futures
import os
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Sequence

from .. import errors
from ..errors import UsageError
from .making import Maker
from .requirements import ray as needed_ray
from .shards import Shard

__all__ = ["ENGINES", "made"]

ENGINES = ("sequential", "threads", "ray")


def made(engine: str, maker: Maker, numbers: Sequence[int], threads: Optional[int]) -> Iterator[Shard]:
    """Makes the shards of these numbers."""
    if engine == "threads":
        return _by_threads(maker, numbers, threads)
    if threads is not None:
        raise UsageError(f"threads are for engine='threads', not for {engine!r}")
    if engine == "sequential":
        return map(maker.make, numbers)
    if engine == "ray":
        return _by_ray(maker, numbers)
    raise UsageError(f"there is no engine {engine!r}, but {', '.join(ENGINES)}")


def _by_threads(maker: Maker, numbers: Sequence[int], threads: Optional[int]) -> Iterator[Shard]:
    threads = os.cpu_count() or 1 if threads is None else threads
    if threads < 1:
        raise UsageError("threads: at least 1")
    pool = concurrent.futures.ThreadPoolExecutor(threads, "traces")
    try:
        futures = [pool.submit(maker.make, number) for number in numbers]
        for future in concurrent.futures.as_completed(futures):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _by_ray(maker: Maker, numbers: Sequence[int]) -> Iterator[Shard]:
    """A block of Ray Data for every shard: a task makes it and says what it has made. A task whose worker has died is
    begun again, on another worker."""
    ray = needed_ray()
    if not numbers:
        return
    plan = ray.put(maker.plan)
    blocks = ray.data.from_items([{"number": number} for number in numbers], override_num_blocks=len(numbers))
    options = {"folder": str(maker.folder.absolute()), "plan": [plan]}
    tasks = blocks.map(_task, fn_kwargs=options, num_cpus=1)
    for row in tasks.iter_rows():
        if row["error"]:
            raise getattr(errors, row["error_class"], errors.Error)(row["error"])
        found = maker.finished(row["number"])
        if found is None:
            raise errors.FileError(
                f"a worker has written the shard `{row['file']}`, and it is not in `{maker.folder}`: "
                "all machines must see the folder by the same name"
            )
        yield found


#: The makers of a process of Ray, by folder and plan.
_makers: Dict[Any, Maker] = {}


def _task(row: Dict[str, Any], folder: str, plan: Any) -> Dict[str, Any]:
    """Makes a shard in a process of Ray. An error is a row, since Ray would begin such a task again or change the exception."""
    told = {"number": row["number"], "file": "", "error": "", "error_class": "", "process": os.getpid()}
    try:
        key = (folder, plan[0].hex())
        if key not in _makers:
            _makers.clear()
            _makers[key] = Maker(Path(folder), needed_ray().get(plan[0]))
        maker = _makers[key]
        shard = maker.finished(row["number"]) or maker.make(row["number"])
        return {**told, "file": str(shard.path)}
    except errors.Error as error:
        return {**told, "error": str(error), "error_class": type(error).__name__}
