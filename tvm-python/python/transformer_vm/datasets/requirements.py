"""Packages that only data sets need, with what to install where they are missing."""

from typing import Any

from ..errors import UsageError

__all__ = ["arrow", "parquet", "ray"]


def arrow() -> Any:
    """pyarrow."""
    try:
        import pyarrow  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        raise UsageError("data sets need pyarrow: pip install 'transformer-vm[datasets]'") from None
    return pyarrow


def parquet() -> Any:
    """The part of pyarrow that reads and writes Parquet files."""
    arrow()
    import pyarrow.parquet  # type: ignore[import-untyped]

    return pyarrow.parquet


def ray() -> Any:
    """Ray with its part for data."""
    try:
        import ray.data  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        raise UsageError("engine='ray' needs Ray: pip install 'transformer-vm[ray]'") from None
    return ray
