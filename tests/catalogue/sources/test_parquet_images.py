import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.catalogue.sources.parquet_images import ImageReader, file_name, open_parquet
from core.common.errors import CatalogueError, ImageError
from tests.catalogue.sources.files import source

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


@pytest.fixture
def given(tmp_path):
    images = [{"bytes": f"image {n}".encode(), "path": None} for n in range(10)]
    table = pa.table(
        {
            "im": pa.array(images, IMAGE),
            "raw": [image["bytes"] for image in images],
            "list": pa.array([[image, None, image] for image in images], pa.list_(IMAGE)),
            "s": pa.array([{"in": image} for image in images], pa.struct([("in", IMAGE)])),
            "a/b#c": pa.array(images, IMAGE),
            "text": ["x"] * 10,
        }
    )
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=4)
    return source(tmp_path / "t.parquet")


@pytest.mark.parametrize("place", ["{}/im", "{}/raw", "{}/list[2]", "{}/s.in", "{}/a/b#c"])
def test_images_of_all_groups_in_any_order(given, place):
    read = ImageReader(given)
    for row in (0, 9, 3, 4, 5, 0):
        assert read("parquet:t.parquet#" + place.format(row)) == f"image {row}".encode()


@pytest.mark.parametrize(
    "reference",
    ["a.jpg", "parquet:u.parquet#0/im", "parquet:t.parquet#10/im", "parquet:t.parquet#0/no",
     "parquet:t.parquet#0/text", "parquet:t.parquet#0/list[1]", "parquet:t.parquet#0/list[9]",
     "parquet:t.parquet#0/im.bytes.x"],
)  # fmt: skip
def test_references_to_nothing(given, reference):
    with pytest.raises(ImageError):
        ImageReader(given)(reference)


def test_what_references_call_a_file(given):
    assert file_name(given) == "t.parquet"
    assert file_name(given.but(part="train/0.parquet")) == "train/0.parquet"


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(CatalogueError, match=r"t\.parquet: not a Parquet file"):
        open_parquet(source(tmp_path / "t.parquet", b"PAR1 nothing"))
