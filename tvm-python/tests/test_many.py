"""Several runs at the same time."""

import itertools
import threading
import time

import pytest

import transformer_vm as tvm
from conftest import ENDLESS, TWICE


def numbers(run):
    return [int(line) for line in run.text.split()]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_come_in_order(fibonacci, threads):
    counts = [40, 1, 30, 2, 20, 3, 10, 4] * 3
    runs = fibonacci.run_many([str(count) for count in counts], threads=threads)
    assert [len(numbers(run)) for run in runs] == counts


def test_a_specialised_model_gives_the_same(fibonacci):
    inputs = [b"3", b"7", b"12"]
    specialised = [run.output for run in fibonacci.specialise().run_many(inputs)]
    assert specialised == [run.output for run in fibonacci.run_many(inputs)]
    assert specialised == [fibonacci.run(one).output for one in inputs]


def test_inputs_are_taken_as_needed(twice):
    taken = []

    def endless():
        for number in itertools.count():
            taken.append(number)
            yield str(number)

    runs = twice.run_many(endless(), threads=2)
    assert [next(runs).text for _ in range(3)] == ["00", "11", "22"]
    assert len(taken) < 10
    assert list(twice.run_many([], threads=2)) == []


def test_what_goes_wrong_is_raised_in_its_turn(twice):
    def inputs():
        yield "a"
        raise LookupError("no more")

    runs = twice.run_many(inputs(), threads=1)
    with pytest.raises(LookupError, match="no more"):
        list(runs)
    with pytest.raises(ValueError, match="at least 1"):
        twice.run_many(["a"], threads=0)
    with pytest.raises(tvm.LimitError):
        list(tvm.compile(ENDLESS).run_many(["a"], max_tokens=1000))
    with pytest.raises(TypeError):
        list(twice.run_many([7]))


def test_traps_are_results():
    fails = """(module (global (export "tvm.input") i32 (i32.const 1024)) (memory 1)
        (func (export "compute") (param i32)
          (if (i32.eq (i32.load8_u (local.get 0)) (i32.const 98)) (then unreachable))))"""
    runs = tvm.compile(fails).run_many(["a", "b", "c"], threads=2)
    assert [run.trap for run in runs] == [None, "unreachable", None]


def test_progress_counts_runs(twice):
    told = []
    list(twice.run_many(["a", "b", "c"], threads=2, progress=told.append))
    assert [one.runs for one in told] == [1, 2, 3]
    assert told[-1].tokens > told[0].tokens


def test_other_threads_of_python_go_on():
    counted, done = [0], threading.Event()

    def count():
        while not done.is_set():
            counted[0] += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    begun = time.monotonic()
    with pytest.raises(tvm.LimitError):
        tvm.compile(ENDLESS).run(max_tokens=1_500_000)
    seconds = time.monotonic() - begun
    done.set()
    counter.join()
    # With the lock held throughout it could count once or twice.
    assert counted[0] > 20 * seconds


def test_threads_of_python_run_programs_at_the_same_time(fibonacci):
    model, found = fibonacci.specialise(), {}

    def work(count):
        found[count] = len(numbers(model.run(str(count))))

    threads = [threading.Thread(target=work, args=(count,)) for count in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {count: count for count in range(1, 9)}


def test_a_fork_of_the_process_runs_programs(twice):
    """Threads of the process are not in a fork of it; it must not wait for them."""
    import multiprocessing

    assert twice.run("ab").text == "aabb"
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_twice, ("cd",)).get(60) == "ccdd"
    assert twice.run("ef").text == "eeff"


def _twice(given):
    return tvm.compile(TWICE).run(given).text


def test_one_run_after_the_other_uses_the_same_threads(twice):
    def threads():
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("Threads"))

    twice.run("a")
    before = threads()
    for _ in range(50):
        twice.run("a")
        assert threads() == before


def test_results_that_nobody_wants_cost_nothing():
    runs = tvm.compile(ENDLESS).run_many(["a", "b"], threads=2)
    with pytest.raises(tvm.LimitError):
        next(tvm.compile(ENDLESS).run_many(["a"], threads=1, max_tokens=10))
    begun = time.monotonic()
    del runs
    assert time.monotonic() - begun < 1
