import numpy as np
import pytest

from teilhabe.matching.arrays import Damaged, read_arrays, write_arrays


def test_what_is_written_is_read(tmp_path):
    arrays = {"a": np.arange(12, dtype=np.int8).reshape(3, 4), "b": np.array([b"x", b"yy"]), "c": np.zeros((0, 3))}
    write_arrays(tmp_path / "x.bin", arrays, {"version": 7})
    found, about = read_arrays(tmp_path / "x.bin")
    assert about == {"version": 7}
    assert {name: array.tolist() for name, array in found.items()} == {n: a.tolist() for n, a in arrays.items()}
    assert not found["a"].flags.writeable


@pytest.mark.parametrize("keep", [0, 5, 40, -64])
def test_half_a_file_is_refused(tmp_path, keep):
    path = tmp_path / "x.bin"
    write_arrays(path, {"a": np.arange(1000)}, {})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises((Damaged, ValueError)):
        read_arrays(path)


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "x.bin"
    write_arrays(path, {"a": np.arange(3)}, {"version": 1})
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_arrays(path, {"a": np.arange(3)}, {"version": 2})
    assert read_arrays(path)[1] == {"version": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["x.bin"]
