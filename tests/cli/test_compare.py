import pandas as pd

from core.bundle.reader import Bundle
from core.cli.commands import main
from tests import tiny


def test_bundles_and_files_of_results_are_compared(tiny_bundle, tmp_path, capsys):
    tiny.register_tiny_encoders()
    data = tiny.write_catalogue(tmp_path / "data")  # the same products, another split
    options = f"--data {data} --text tiny-text --image none --heads logistic_regression --maps none --seed 1"
    course = tmp_path / "results"
    written = f"--results-format course --results {course} --no-cache --out {tmp_path / 'b'}"
    assert main(["build", *options.split(), *written.split()]) == 0
    assert f"results written to {course / 'text_results.csv'}" in capsys.readouterr().out
    assert list(pd.read_csv(course / "text_results.csv").columns) == ["Predictions", "True Labels"]

    assert main(["compare", str(tiny_bundle), str(tmp_path / "b"), str(course / "text_results.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    own, other = Bundle.open(tiny_bundle), Bundle.open(tmp_path / "b")
    first, second = f"tiny (fused, {own.best['fused']})", "b (text, logistic_regression)"
    assert lines[1].split("  ")[0] == first
    assert f"{own.report('fused').accuracy:.1%} (" in lines[1]
    both = {*own.table["sku"].iloc[own.rows("test")]} & {*other.table["sku"].iloc[other.rows("test")]}
    n = len(own.rows("test")), len(other.rows("test"))
    assert f"{first} against {second}: {len(both)} products, of {n[0]} and {n[1]}." in lines
    assert f"{first} against text_results.csv: No paired test: text_results.csv has no ids." in lines


def test_one_alone_or_another_input_is_refused_in_a_line(tiny_bundle, tmp_path, capsys):
    assert main(["compare", str(tiny_bundle)]) == 2
    assert "expected two models or more to compare" in capsys.readouterr().err
    assert main(["compare", str(tmp_path), str(tiny_bundle)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
