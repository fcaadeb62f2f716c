import pytest

from core.onnx.weights_files import is_torch_file


@pytest.mark.parametrize(
    ("start", "is_torch"),
    [
        (b"PK\x03\x04", True),
        (b"\x80\x02\x8a\nl\xfc\x9cF\xf9", True),
        (b"\x80\x0f\0\0\0\0\0\0{", False),  # safetensors with 3,968 bytes of JSON
        (b"\x18\0\0\0\0\0\0\0{", False),
        (b"", False),
    ],
)
def test_formats_are_told_apart_by_how_they_begin(tmp_path, start, is_torch):
    (tmp_path / "weights").write_bytes(start)
    assert is_torch_file(tmp_path / "weights") is is_torch
