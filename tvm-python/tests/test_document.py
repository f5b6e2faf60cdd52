"""The examples of docs/python.md and docs/datasets.md do what the pages say. ``TVM_UPDATE=1`` writes what they print into
them. Without PyTorch or pyarrow, those that need it are left out."""

import contextlib
import io
import os
import re
import shutil
from importlib.util import find_spec

import pytest

from conftest import ROOT

#: A block of Python, and what it prints if the page says it.
EXAMPLE = re.compile(r"```python\n(?P<code>.*?)```\n(?P<shown>\n```text\n(?P<output>.*?)```\n)?", re.DOTALL)


@pytest.mark.parametrize("name, least", [("python", 10), ("datasets", 2)])
def test_examples_do_what_the_page_says(monkeypatch, name, least):
    if name == "datasets":
        pytest.importorskip("pyarrow")
        for folder in ("sums", "probed"):
            shutil.rmtree(ROOT / "target" / folder, ignore_errors=True)
    monkeypatch.chdir(ROOT)
    path = ROOT / "docs" / f"{name}.md"
    page, variables = path.read_text(), {}

    def run(example):
        if "tvm.torch" in example["code"] and not find_spec("torch"):
            return example[0]
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(example["code"], path.name, "exec"), variables)
        if not example["shown"]:
            return example[0]
        return f"```python\n{example['code']}```\n\n```text\n{printed.getvalue()}```\n"

    updated = EXAMPLE.sub(run, page)
    examples = len(EXAMPLE.findall(page))
    assert examples >= least
    if os.environ.get("TVM_UPDATE"):
        path.write_text(updated)
    else:
        assert updated == page
