"""Writing what a model is exported to: complete, or not at all."""

import os
import tempfile
from typing import List, Tuple

from .errors import FileError

__all__ = ["write"]


def write(path: str, files: List[Tuple[str, bytes]], force: bool) -> None:
    """Writes a folder of files, or the one file that has no name."""
    try:
        if os.path.lexists(path) and not force:
            raise FileError(f"`{path}` exists already: choose another name, or overwrite it with force=True")
        is_file = [name for name, _ in files] == [""]
        if os.path.lexists(path) and os.path.isdir(path) == is_file:
            raise FileError(f"`{path}` is a {'folder' if is_file else 'file'}, and the format is the other")
        with tempfile.TemporaryDirectory(prefix=".tvm-", dir=os.path.dirname(path) or ".") as beside:
            complete = os.path.join(beside, "complete")
            if not is_file:
                os.mkdir(complete)
            for name, content in files:
                with open(os.path.join(complete, name) if name else complete, "wb") as file:
                    file.write(content)
            if not is_file and os.path.lexists(path):
                os.rename(path, os.path.join(beside, "replaced"))
            os.replace(complete, path)
    except FileError:
        raise
    except OSError as error:
        raise FileError(f"cannot write `{path}`: {error.strerror or error}") from error
