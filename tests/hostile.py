"""A made-up catalogue in which every text tries to be more than text, and a bundle of it."""

import csv
from pathlib import Path

from tests import tiny
from tests.bundle.sealing import reseal

ELSEWHERE = "http://203.0.113.9:8999"
"""An address of the block that is kept for documentation: no machine has it."""
TRICKS = (
    f"![x]({ELSEWHERE}/p.png) [link]({ELSEWHERE}) $x^2$",
    f"<img src={ELSEWHERE}/p.png><b>evil</b> <a href='{ELSEWHERE}'>go</a> &lt;i&gt;",
    f":material/home: :red[alarm] **fat** `code` {ELSEWHERE}/q.png %{{customdata}}",
)
MARKUP = (
    f"]({ELSEWHERE}",
    "$x^2$",
    "<img src",
    "<b>evil",
    "<a href='http",
    ":material/home:",
    ":red[",
    "**fat",
)
"""What none of these texts may be on screen, where it would mean something."""


def write_bundle(folder: Path) -> Path:
    """Write a bundle whose categories, names, origin, encoders, account and reviewers are hostile."""
    from core.building.build import build_bundle
    from core.building.options import BuildOptions
    from core.bundle import decisions
    from core.bundle.reader import Bundle
    from core.catalogue.reading import read_catalogue

    tiny.register_tiny_encoders()
    table = tiny.write_catalogue(folder / "data") / "products.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = dict(zip(tiny.KNOWN, TRICKS, strict=True))
    for number, row in enumerate(rows):
        row["category"] = f"{row['category']} {named[row['category']]}"
        if row["name"]:
            row["name"] += " " + TRICKS[number % 3]
            row["description"] += " " + TRICKS[(number + 1) % 3]
        row["brand"] = TRICKS[number % 3]
        row["sku"] += f" {TRICKS[number % 3]}"
    rows += [{**rows[0], "sku": f"extra {number}", "category": f"Few {TRICKS[0]}"} for number in range(2)]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    catalogue = read_catalogue(folder / "data", "csv", minimum=5)
    options = BuildOptions(
        heads=("logistic_regression", "linear_svm"),
        methods=("pca",),
        synthetic=True,
        origin=TRICKS[0],
        licence=TRICKS[1],
    )
    encoders = {"text": tiny.TinyText(), "image": tiny.TinyImage()}
    path = build_bundle(catalogue, encoders, folder / "artifacts" / "evil", options).bundle.path
    bundle = Bundle.open(path)
    for row, trick in enumerate(TRICKS):
        decisions.save(
            decisions.decisions_file(bundle),
            sku=bundle.table["sku"].iat[row], kind="label", action="keep", old="a", new="a", who=trick,
        )  # fmt: skip
    return reseal(path, lambda manifest: manifest.update(created=f"2026-01-01T {TRICKS[2]}"))
