import re
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core.building import effort, encoder_choice
from core.building.encoder_choice import (
    STAGE,
    candidates_at_hand,
    choose_encoders,
)
from core.building.options import BuildOptions
from core.bundle.reader import Bundle
from core.catalogue.reading import read_catalogue
from core.cli.commands import main
from core.evaluation.splits import make_split
from core.features.encoders.cost import EncoderCost
from core.features.encoders.encoder import EncoderEntry, Weights, normalised
from core.features.encoders.registry import ENCODERS
from tests import tiny


class BlindText(tiny.TinyText):
    """Sees how long a text is, and nothing else."""

    name = "blind-text"

    def encode(self, items):
        lengths = np.array([[1.0, len(item) / 100] for item in items], np.float32).reshape(-1, 2)
        return normalised(np.pad(lengths, ((0, 0), (0, self.dim - 2))))


class BlindImage(tiny.TinyImage):
    """Sees nothing."""

    name = "blind-image"

    def encode(self, items):
        return normalised(np.ones((len(items), self.dim)))


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """The tiny encoders and blind ones; one more that has no weights here."""
    tiny.register_tiny_encoders()
    for kind in (BlindText, BlindImage, tiny.TinyText, tiny.TinyImage):
        monkeypatch.setitem(ENCODERS, kind.name, entry(kind))
    monkeypatch.setitem(ENCODERS, "absent-text", entry(BlindText, name="absent-text", here=False))


def entry(kind, name: str | None = None, here: bool = True) -> EncoderEntry:
    return EncoderEntry(
        name=name or kind.name, modality=kind.modality, dim=kind.dim, licence="MIT", size_mb=0.1,
        origin="made for tests", find=lambda named: Weights(Path(__file__), bundled=True) if here else None,
        factory=lambda named, progress: kind(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tiny.write_catalogue(tmp_path_factory.mktemp("choice") / "data", per_class=40)


def same_cost(names) -> dict[str, EncoderCost]:
    return {name: EncoderCost(0.1, 0.001) for name in names}


def test_only_encoders_with_weights_and_their_pairs_are_candidates():
    names = ("blind-text", "absent-text", "tiny-text", "not-in-the-registry")
    assert candidates_at_hand(names) == ("blind-text", "tiny-text", "blind-text+tiny-text")
    assert candidates_at_hand(("absent-text",)) == ()


def test_a_pair_is_judged_by_the_vectors_of_both(data):
    candidates = {"text": candidates_at_hand(("blind-text", "tiny-text"))}
    choice = choose_encoders(read_catalogue(data), candidates, {}, BuildOptions(), measure=same_cost)
    loss = {line.split()[1].lstrip("*"): float(line.split(" loss ")[1].split()[0]) for line in choice.lines}
    assert list(loss) == ["blind-text", "tiny-text", "blind-text+tiny-text"]
    assert loss["blind-text+tiny-text"] < loss["blind-text"]
    # As good as its better half, it is dearer.
    assert choice.names == {"text": "tiny-text"}


def test_the_encoder_that_tells_categories_apart_is_chosen(data):
    heard = []
    catalogue = read_catalogue(data)
    candidates = {"text": ("blind-text", "tiny-text"), "image": ("blind-image", "tiny-image")}
    choice = choose_encoders(
        catalogue, candidates, {}, BuildOptions(), lambda *step: heard.append(step), measure=same_cost
    )
    assert choice.names == {"text": "tiny-text", "image": "tiny-image"}
    assert sum("*" in line for line in choice.lines) == 2
    assert len(choice.lines) == 4
    text = {one.name: one for one in choice.judged["text"]}
    assert {name: one.chosen for name, one in text.items()} == {"blind-text": False, "tiny-text": True}
    assert text["tiny-text"].loss < text["blind-text"].loss
    assert text["tiny-text"].cost == EncoderCost(0.1, 0.001)
    assert 0 < text["tiny-text"].standard_error < text["tiny-text"].loss
    assert heard[0] == (STAGE, 0, 8)
    assert heard[-1] == (STAGE, 8, 8)


def test_test_products_choose_nothing(data, monkeypatch):
    catalogue = read_catalogue(data)
    seen = []
    monkeypatch.setattr(
        tiny.TinyText, "encode", lambda self, items: seen.append(items) or BlindText().encode(items)
    )
    choose_encoders(catalogue, {"text": ("blind-text", "tiny-text")}, {}, BuildOptions(), measure=same_cost)
    split = make_split(list(catalogue.table["category"]), catalogue.grouping.numbers, seed=0)
    numbers = [name.split()[-1] for name in catalogue.table["name"].iloc[split.test] if name]
    asked = " ".join(text for items in seen for text in items).replace(".", " ").split()
    assert numbers
    assert not set(numbers) & set(asked)


def test_with_few_products_the_usual_encoder_stays(tmp_path):
    catalogue = read_catalogue(tiny.write_catalogue(tmp_path, per_class=12))
    choice = choose_encoders(
        catalogue, {"text": ("blind-text", "tiny-text")}, {}, BuildOptions(), measure=same_cost
    )
    assert choice.names == {"text": "blind-text"}
    assert "the usual encoder" in choice.lines[0]
    assert choice.judged == {}


def test_a_thorough_build_takes_what_was_chosen(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(encoder_choice, "choose_encoders", partial(choose_encoders, measure=same_cost))
    monkeypatch.setitem(effort.USUAL, "image", "blind-image")
    monkeypatch.setitem(effort.THOROUGH.encoders, "image", ("blind-image", "tiny-image"))
    command = f"build --data {data} --text none --heads logistic_regression --maps none --effort thorough"
    assert main([*command.split(), "--out", str(tmp_path / "chosen")]) == 0
    chosen = re.search(r"  image: \*(\S+)", capsys.readouterr().out)[1]
    assert "tiny-image" in chosen
    bundle = Bundle.open(tmp_path / "chosen")
    assert bundle.encoders["image"].name == chosen
    judged = bundle.manifest.encoder_choice["image"]
    assert [one.name for one in judged] == ["blind-image", "tiny-image", "blind-image+tiny-image"]
    assert [one.name for one in judged if one.chosen] == [chosen]
    # Whoever names an encoder gets it.
    assert main([*command.split(), "--image", "blind-image", "--out", str(tmp_path / "named")]) == 0
    named = Bundle.open(tmp_path / "named")
    assert named.encoders["image"].name == "blind-image"
    assert named.manifest.encoder_choice == {}
