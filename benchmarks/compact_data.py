"""The images on which `compact` is trained and tested, and their split.

Every row has one source: grocery and clothing (photos), flipkart, fashion. A quarter of each source's
products is held out ("test"); a tenth of the rest is used to choose between runs ("validation"). Rows that
share a product name (flipkart, fashion) or an identical image file are in the same part.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.catalogue.images.decoding import open_image

SEED = 20
TEST_SHARE = 0.25
VALIDATION_SHARE = 0.1
FASHION = {"train": 2000, "validation": 500, "test": 2500}


def _normalised(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _first_level(tree: str) -> str:
    return json.loads(tree)[0].split(">>")[0].strip()


def _photos(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / "photos" / "photos.csv", dtype=str)
    words = table["fine_category"].str.replace("-", " ")
    return pd.DataFrame(
        {
            "source": table["source"],
            "archive": "photos",
            "member": "images/" + table["image"],
            "label": table["fine_category"],
            "coarse": table["category"],
            "text": words,
            "product": "",
        }
    )


def _flipkart(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / "flipkart" / "flipkart_com-ecommerce_sample.csv", dtype=str)
    label = table["product_category_tree"].map(_first_level)
    return pd.DataFrame(
        {
            "source": "flipkart",
            "archive": "flipkart",
            "member": "images/" + table["image"],
            "label": label,
            "coarse": label,
            "text": table["product_name"],
            "product": table["product_name"].map(_normalised),
        }
    )


def _fashion(data: Path) -> pd.DataFrame:
    table = pd.read_csv(data / "fashion" / "styles.csv", dtype=str, keep_default_na=False)
    return pd.DataFrame(
        {
            "source": "fashion",
            "archive": "fashion",
            "member": "images/" + table["id"] + ".jpg",
            "label": table["articleType"],
            "coarse": table["subCategory"],
            "text": table["productDisplayName"],
            "product": table["productDisplayName"].map(_normalised),
        }
    )


def _groups(rows: pd.DataFrame) -> np.ndarray:
    """Join rows of one product name or one image, transitively, within a source."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    names = (rows["source"] + "|" + rows["product"]).where(rows["product"] != "", rows.index.astype(str))
    codes = [pd.factorize(names)[0], pd.factorize(rows["source"] + "|" + rows["digest"])[0]]
    codes[1] = codes[1] + codes[0].max() + 1
    edges = coo_matrix((np.ones(len(rows)), (codes[0], codes[1])), shape=(codes[1].max() + 1,) * 2)
    return connected_components(edges, directed=False)[1][codes[0]]


def read_rows(data: Path, *, fashion: dict[str, int] | None = None) -> pd.DataFrame:
    """Read all rows that have an image, each with its part.

    Parameters
    ----------
    data
        The folder with ``photos/``, ``flipkart/`` and ``fashion/``.
    fashion
        How many fashion images of each part are kept, spread over the classes by the square root of
        their size (the source has 13,000 near-identical shirts); None keeps all.

    Returns
    -------
    pandas.DataFrame
        Columns source, archive, member, label, coarse, text, product, digest, group, part.
    """
    rows = pd.concat([_photos(data), _flipkart(data), _fashion(data)], ignore_index=True)
    digests: dict[tuple[str, str], str] = {}
    for archive in ("photos", "flipkart", "fashion"):
        with zipfile.ZipFile(data / archive / "images.zip") as opened:
            for member in opened.namelist():
                digests[archive, member] = hashlib.blake2b(opened.read(member), digest_size=16).hexdigest()
    keys = list(zip(rows["archive"], rows["member"], strict=True))
    rows["digest"] = [digests.get(key, "") for key in keys]
    rows = rows[rows["digest"] != ""].reset_index(drop=True)
    rows["group"] = _groups(rows)
    rows["part"] = _parts(rows)
    if fashion is not None:
        rows = _thin_fashion(rows, fashion)
    return rows.reset_index(drop=True)


def _parts(rows: pd.DataFrame) -> np.ndarray:
    """Deal whole groups out, source by source, class by class, so that each part has every class."""
    part = np.full(len(rows), "train", dtype=object)
    generator = np.random.default_rng(SEED)
    first = rows.drop_duplicates("group")
    for _, members in first.groupby(["source", "label"], sort=True):
        groups = generator.permutation(members["group"].to_numpy())
        # A fraction of a row is settled by a draw, so that small classes are held out in proportion.
        test = int(len(groups) * TEST_SHARE + generator.random())
        validation = int((len(groups) - test) * VALIDATION_SHARE + generator.random())
        part[rows["group"].isin(groups[:test])] = "test"
        part[rows["group"].isin(groups[test : test + validation])] = "validation"
    return part


def _thin_fashion(rows: pd.DataFrame, most: dict[str, int]) -> pd.DataFrame:
    generator = np.random.default_rng(SEED)
    kept = [rows[rows["source"] != "fashion"]]
    for part, members in rows[rows["source"] == "fashion"].groupby("part", sort=True):
        size = members.groupby("label")["label"].transform("size").to_numpy()
        weight = 1 / np.sqrt(size)
        count = min(most[part], len(members))
        chosen = generator.choice(len(members), count, replace=False, p=weight / weight.sum())
        kept.append(members.iloc[np.sort(chosen)])
    return pd.concat(kept).sort_index()


def decoded_images(data: Path, rows: pd.DataFrame) -> Iterator[Image.Image]:
    """Yield the decoded image of each row, in the order of `rows`."""
    archives = {name: zipfile.ZipFile(data / name / "images.zip") for name in rows["archive"].unique()}
    for archive, member in zip(rows["archive"], rows["member"], strict=True):
        yield open_image(archives[archive].read(member))
    for archive in archives.values():
        archive.close()


def write_learned(rows: pd.DataFrame, file: Path) -> None:
    """Write hashes of the images that taught or chose the weights: uint64, the digests' first eight bytes.

    Bundles built with `compact` never judge by these images, nor by products that share a name with them.
    """
    digests = rows.loc[rows["part"] != "test", "digest"].unique()
    hashes = np.array([bytes.fromhex(digest)[:8] for digest in digests], dtype="S8").view("<u8")
    np.save(file, np.sort(hashes), allow_pickle=False)
