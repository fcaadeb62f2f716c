"""The demo catalogue is seeded and long-tailed, and its list of faults is correct."""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from core.common.errors import CatalogueError
from core.demo import write_demo
from core.demo.faults import SHARES, fault_count, plant
from core.demo.kinds import CATEGORIES, CATEGORY_OF, DRAW
from core.demo.mesh import Material, Part, join
from core.demo.photo import Shot, photograph
from core.demo.plan import category_sizes, plan_products
from core.demo.render import SIDE, Light, aim, draw_parts
from core.demo.solids import lathe, slab
from core.demo.text import words
from core.demo.writer import COLUMNS, draw
from tests.paths import ROOT

ROWS = 1200


@pytest.fixture(scope="module")
def planted():
    rng = np.random.default_rng(3)
    return plant(plan_products(ROWS, rng), rng)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    steps = []
    account = write_demo(out, rows=30, seed=5, workers=2, progress=lambda *step: steps.append(step))
    return out, account, steps


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults_of(planted, fault):
    return [f for f in planted.faults if f.fault == fault]


def by_sku(planted):
    return {p.sku: p for p in planted.products}


def test_written_files_agree_with_the_account(written):
    out, account, steps = written
    rows = table(out / "products.csv")
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == account.rows == 30
    assert Counter(r["category"] for r in rows) == {k: v for k, v in account.classes.items() if v}
    names = zipfile.ZipFile(out / "images.zip").namelist()
    assert len(names) == account.images
    assert set(names) >= {f"images/{r['image']}" for r in rows if r["image"]}
    assert steps[-1] == ("drawing images", len(names), len(names))
    readme = (out / "README.txt").read_text(encoding="utf-8")
    assert "SYNTHETIC" in readme and "seed=5" in readme and "CC0" in readme


def test_images_are_small_jpegs_of_one_size(written):
    out, account, _ = written
    archive = zipfile.ZipFile(out / "images.zip")
    for name in archive.namelist():
        with Image.open(io.BytesIO(archive.read(name))) as image:
            assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (SIDE, SIDE))
    assert account.image_bytes / account.images < 9_000


def test_the_same_seed_gives_the_same_bytes_with_any_number_of_workers(written, tmp_path):
    out, account, _ = written
    again = write_demo(tmp_path / "again", rows=30, seed=5, workers=1)
    assert again.faults == account.faults
    for name in ("products.csv", "images.zip", "faults.csv", "README.txt"):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_another_seed_gives_other_products():
    first, second = (plan_products(40, np.random.default_rng(seed)) for seed in (1, 2))
    assert [p.name for p in first] != [p.name for p in second]


def test_too_few_rows_and_an_existing_file_are_rejected(tmp_path):
    with pytest.raises(CatalogueError, match="at least 24 rows, got 5"):
        write_demo(tmp_path, rows=5)
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogueError, match="is a file"):
        write_demo(tmp_path / "file", rows=30)


@pytest.mark.parametrize("rows", [12, 24, 137, 2000])
def test_categories_are_long_tailed_and_add_up(rows):
    sizes = list(category_sizes(rows).values())
    assert sum(sizes) == rows
    assert len(sizes) == 12 and min(sizes) >= 1
    assert all(a >= b - 1 for a, b in pairwise(sizes))
    if rows == 2000:
        assert max(sizes) > 5 * min(sizes) and min(sizes) >= 50


def test_every_kind_has_words_and_one_category():
    assert set(words()["kinds"]) == set(DRAW) == set(CATEGORY_OF)
    assert sum(entry.share for entry in CATEGORIES.values()) == pytest.approx(1)
    for entry in CATEGORIES.values():
        assert sum(entry.kinds.values()) == pytest.approx(1)
        assert entry.family in words()["families"] and entry.brands in words()["brands"]
    for name, entry in words()["kinds"].items():
        assert min(len(entry["nouns"]), len(entry["clear"]), len(entry["soft"])) >= 1, name


def test_skus_are_unique_and_variants_share_a_shape(planted):
    products = planted.products
    assert len({p.sku for p in products}) == len(products)
    shapes = Counter(p.shape for p in products if not p.retouch)
    assert sum(n for n in shapes.values() if n > 1) > 0.4 * len(products)
    for shape in [s for s, n in shapes.items() if n > 1][:20]:
        same = [p for p in products if p.shape == shape and not p.retouch]
        assert len({p.colour for p in same}) == len(same)
        assert len({p.kind for p in same}) == 1


def test_faults_are_planted_in_their_shares(planted):
    counts = Counter(f.fault for f in planted.faults)
    assert set(counts) == set(SHARES)
    rows = len(planted.products)
    for fault in set(SHARES) - {"text_hides", "near_duplicate"}:
        assert counts[fault] == fault_count(fault, rows), fault
    assert counts["near_duplicate"] == fault_count("near_duplicate", ROWS) == rows - ROWS
    assert counts["text_hides"] >= fault_count("text_hides", rows)


def test_wrong_labels_record_the_true_category(planted):
    listed = by_sku(planted)
    wrong = {f.sku: f.detail.removeprefix("true=") for f in faults_of(planted, "wrong_label")}
    for product in planted.products:
        assert wrong.get(product.sku, product.category) == CATEGORY_OF[product.kind]
    assert all(listed[sku].category != true for sku, true in wrong.items())


def test_wrong_images_show_another_category(planted):
    wrong = {f.sku: f.detail.removeprefix("shows=") for f in faults_of(planted, "wrong_image")}
    for product in planted.products:
        assert wrong.get(product.sku, CATEGORY_OF[product.kind]) == CATEGORY_OF[product.shown]
        assert (product.sku in wrong) == (product.shown != product.kind)


def test_hiding_texts_do_not_name_the_product(planted):
    listed = by_sku(planted)
    for fault in faults_of(planted, "text_hides"):
        product = listed[fault.sku]
        entry = words()["kinds"][product.kind]
        text = f"{product.name} {product.description}".casefold()
        assert not [phrase for phrase in (*entry["nouns"], *entry["clear"]) if phrase.casefold() in text]


def test_no_product_is_hidden_in_both_text_and_image(planted):
    hidden = {f.sku for f in faults_of(planted, "text_hides")}
    for fault in ("image_hides", "missing_image", "broken_image", "wrong_image"):
        assert hidden.isdisjoint(f.sku for f in faults_of(planted, fault))


def test_near_duplicates_are_the_same_product_under_another_name(planted):
    listed = by_sku(planted)
    for fault in faults_of(planted, "near_duplicate"):
        twin, source = listed[fault.sku], listed[fault.detail.removeprefix("of=")]
        assert twin.name != source.name and twin.retouch and not source.retouch
        assert (twin.kind, twin.colour, twin.shape, twin.shot) == (
            source.kind,
            source.colour,
            source.shape,
            source.shot,
        )


def test_listed_gaps_are_exactly_the_gaps(planted):
    for fault, missing in {
        "missing_description": lambda p: not p.description,
        "missing_price": lambda p: p.price is None,
        "missing_image": lambda p: p.image in ("none", "absent"),
        "image_hides": lambda p: p.image in ("box", "card", "close_up"),
        "broken_image": lambda p: p.image in ("cut_off", "error_page"),
    }.items():
        listed = {f.sku for f in faults_of(planted, fault)}
        assert listed == {p.sku for p in planted.products if missing(p)}, fault


def test_broken_images_do_not_decode_and_near_duplicates_look_alike(planted):
    for how in ("cut_off", "error_page"):
        broken = replace(planted.products[0], image=how)
        with pytest.raises(OSError), Image.open(io.BytesIO(draw(broken))) as image:
            image.load()
    listed = by_sku(planted)
    fault = faults_of(planted, "near_duplicate")[0]
    pair = [np.asarray(Image.open(io.BytesIO(draw(listed[s])))) for s in (fault.sku, fault.detail[3:])]
    apart = np.abs(pair[0].astype(float) - pair[1]).mean()
    assert 0.2 < apart < 25


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_every_kind_is_drawn_inside_the_frame(kind):
    thing = DRAW[kind](np.random.default_rng(1), (0.6, 0.3, 0.2))
    camera = aim(thing.parts, np.mean(thing.azimuth), np.mean(thing.elevation), 0.0, 0.7, (0.0, 0.0))
    light = Light(np.array([0.3, 0.8, 0.5]), np.full(3, 0.7), np.full(3, 0.45))
    drawn = draw_parts(thing.parts, camera, light)
    assert np.isfinite(drawn).all() and drawn.shape == (SIDE, SIDE, 4)
    assert 0.02 < drawn[..., 3].mean() < 0.6
    edge = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    assert edge[:, 3].max() == 0
    if not thing.hangs:
        low = min(part.mesh.faces[..., 1].min() for part in thing.parts)
        assert -0.06 < low < 0.06


def test_products_of_one_kind_differ_by_colour():
    images = [
        np.asarray(
            photograph(
                DRAW["mug"](np.random.default_rng(4), c), Shot("studio", 0.7), np.random.default_rng(4)
            )
        )
        for c in ((0.8, 0.1, 0.1), (0.1, 0.2, 0.7))
    ]
    middle = [p[80:160, 80:160].reshape(-1, 3).mean(axis=0) for p in images]
    assert middle[0][0] > middle[1][0] + 30 and middle[1][2] > middle[0][2] + 30


def test_faces_point_outwards_and_near_ones_hide_far_ones():
    red, blue = Material((1, 0, 0)), Material((0, 0, 1))
    for mesh in (slab(1, 1, 0.4, 0.1, red), lathe([(0.001, 0), (0.5, 0), (0.5, 1), (0.001, 1)], red)):
        normal = np.cross(mesh.faces[:, 2] - mesh.faces[:, 0], mesh.faces[:, 3] - mesh.faces[:, 1])
        outward = mesh.faces.mean(axis=1) - mesh.faces.mean(axis=(0, 1))
        big = np.linalg.norm(normal, axis=1) > 1e-4
        assert (np.einsum("ij,ij->i", normal, outward)[big] > 0).mean() > 0.97
    light = Light(np.array([0.0, 0.6, 0.8]), np.full(3, 0.8), np.full(3, 0.4))
    near, far = slab(0.5, 0.5, 0.1, 0.01, blue).moved(0, 0, 0.6), slab(1, 1, 0.1, 0.01, red)
    parts = (Part(join(near, far)),)
    pixel = draw_parts(parts, aim(parts, 0, 0, 0, 0.7, (0, 0)), light)[SIDE // 2, SIDE // 2]
    assert pixel[2] > 2 * pixel[0]


@pytest.mark.slow
def test_a_script_needs_no_guard_of_its_main_part(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        f"from pathlib import Path\nfrom core.demo import write_demo\n"
        f"write_demo(Path({str(tmp_path / 'demo')!r}), rows=24, workers=2)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "demo" / "images.zip").is_file()
