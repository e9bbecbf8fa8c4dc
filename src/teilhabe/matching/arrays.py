"""Many numpy arrays in one read-only file that all processes of a node share by mapping it into memory."""

from __future__ import annotations

import json
import mmap
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"TEILHABE1\n"
_ALIGNMENT = 64


class Damaged(Exception):
    """The file is not one of ours, or not whole."""


def write_arrays(path: Path, arrays: dict[str, NDArray[Any]], about: dict[str, Any]) -> None:
    """Write `arrays` and the JSON object `about` under a temporary name, then rename: a reader sees old or new."""
    entries, offset = {}, 0
    ordered = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, array in ordered.items():
        entries[name] = {"type": array.dtype.str, "shape": array.shape, "offset": offset}
        offset += -(-array.nbytes // _ALIGNMENT) * _ALIGNMENT
    head = json.dumps({"about": about, "arrays": entries, "bytes": offset}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".partial")
    try:
        with os.fdopen(descriptor, "wb") as file:
            start = len(_MAGIC) + 12 + len(head)
            file.write(_MAGIC + b"%011d\n" % len(head) + head + b"\0" * (-start % _ALIGNMENT))
            for array in ordered.values():
                file.write(array.tobytes())
                file.write(b"\0" * (-array.nbytes % _ALIGNMENT))
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays of `path`, mapped and read-only, and its `about`; Damaged if the file is not whole."""
    with path.open("rb") as file:
        try:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as fault:
            raise Damaged(f"{path} is empty") from fault
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise Damaged(f"{path} is no index")
    length = int(mapped[len(_MAGIC) : len(_MAGIC) + 11])
    start = len(_MAGIC) + 12 + length
    head = json.loads(mapped[len(_MAGIC) + 12 : start])
    start += -start % _ALIGNMENT
    if len(mapped) < start + head["bytes"]:
        raise Damaged(f"{path} is not whole")
    arrays = {
        name: np.frombuffer(
            mapped, dtype=e["type"], count=int(np.prod(e["shape"], dtype=np.int64)), offset=start + e["offset"]
        ).reshape(e["shape"])
        for name, e in head["arrays"].items()
    }
    return arrays, head["about"]
