"""The examples of docs/python.md do what the page says. ``TVM_UPDATE=1`` writes what they print into it. Without
PyTorch, those that need it are left out."""

import contextlib
import io
import os
import re
from importlib.util import find_spec

from conftest import ROOT

PAGE = ROOT / "docs" / "python.md"

#: A block of Python, and what it prints if the page says it.
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n(?P<shown>\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)


def test_examples_do_what_the_page_says(monkeypatch):
    monkeypatch.chdir(ROOT)
    page, variables, examples = PAGE.read_text(), {}, 0

    def run(example):
        if "tvm.torch" in example["code"] and not find_spec("torch"):
            return example[0]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example["code"], PAGE.name, "exec"), variables)
        if not example["shown"]:
            return example[0]
        return f"```python\n{example['code']}```\n\n```text\n{printed.getvalue()}```\n"

    updated = EXAMPLE.sub(run, page)
    examples = len(EXAMPLE.findall(page))
    assert examples > 10
    if os.environ.get("TVM_UPDATE"):
        PAGE.write_text(updated)
    else:
        assert updated == page
