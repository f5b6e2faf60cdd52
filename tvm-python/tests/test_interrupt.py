"""Ctrl-C ends whatever is under way."""

import os
import signal
import subprocess
import sys
import time

import pytest

from conftest import ENDLESS, FUNCTIONS

# A process that a shell has started in the background ignores Ctrl-C, and so do its children.
SCRIPT = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import transformer_vm as tvm
endless = tvm.compile({endless!r})
functions = tvm.compile({functions!r})
try:
    print("begun", flush=True)
    {work}
except KeyboardInterrupt:
    print("interrupted", flush=True)
    {after}
"""

CALLBACK = "functions.instance(imports={'env.log': lambda *_: time.sleep(60)}).call('f', 1, 2)"


@pytest.mark.parametrize(
    "work, after",
    [
        ("endless.run()", "endless.run(max_tokens=10)"),
        ("endless.specialise().run(engine='sparse')", "raise SystemExit(5)"),
        ("endless.trace()", "raise SystemExit(5)"),
        ("list(endless.run_many(['a', 'b', 'c'], threads=2))", "raise SystemExit(5)"),
        ("instance = functions.instance(); instance.call('forever')", "instance.call('half', 1.0)"),
        (CALLBACK, "raise SystemExit(5)"),
    ],
    ids=["run", "specialised", "trace", "run_many", "call", "callback"],
)
@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
def test_control_c_ends_it(work, after):
    script = SCRIPT.format(endless=ENDLESS, functions=FUNCTIONS, work=work, after=after)
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process = subprocess.Popen([sys.executable, "-c", script], **pipes)
    assert process.stdout.readline() == "begun\n"
    time.sleep(0.4)
    assert process.poll() is None, process.stderr.read()
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert time.monotonic() - begun < 2
    assert output == "interrupted\n", errors
    # What comes after it ends as it should: the process is sound.
    expected = {"endless.run": "no halt within 10 tokens", "instance.call": "the program has ended"}
    wanted = next((text for begin, text in expected.items() if after.startswith(begin)), None)
    if wanted is None:
        assert process.returncode == 5, errors
    else:
        assert wanted in errors
