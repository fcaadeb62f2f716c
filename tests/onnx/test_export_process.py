import onnx
import pytest

from core.common.errors import EncoderError
from core.onnx import export, export_process
from core.onnx.onnx_graph import add_metadata


def write_model(source, target):
    """An exporter whose model has metadata of its own."""
    graph = onnx.helper.make_graph([], "empty", [], [])
    onnx.save(onnx.helper.make_model(graph), target)
    add_metadata(target, {"tokenizer": "{}"})


def test_metadata_are_added_to_those_of_the_exporter(tmp_path, monkeypatch):
    monkeypatch.setitem(export_process.EXPORTERS, "empty", write_model)
    target = tmp_path / "model.onnx"
    export_process.main('{"more": "yes"}', "empty", "source", str(target))
    metadata = {entry.key: entry.value for entry in onnx.load(target).metadata_props}
    assert metadata == {"tokenizer": "{}", "more": "yes"}


def test_a_rejected_source_ends_the_process_with_its_own_exit_code(monkeypatch, capsys):
    def reject(source, target):
        raise EncoderError("expected 3, got 4")

    monkeypatch.setitem(export_process.EXPORTERS, "rejecting", reject)
    with pytest.raises(SystemExit) as stopped:
        export_process.main("{}", "rejecting", "source", "target")
    assert stopped.value.code == export.REFUSED
    assert capsys.readouterr().err == "expected 3, got 4\n"
