"""What a Parquet file unpacks to, against what its writer says."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.common.parquet_size import group_sizes

TABLE = pa.table(
    {
        "text": [f"text number {number}" for number in range(5000)],
        "same": ["again"] * 5000,
        "number": list(range(5000)),
        "list": [[number] * (number % 4) for number in range(5000)],
        "nothing": pa.nulls(5000, pa.string()),
    }
)


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize(
    "options", [{}, {"data_page_version": "2.0"}, {"use_dictionary": False}, {"row_group_size": 900}]
)
def test_pages_are_summed_as_the_footer_has_them(tmp_path, compression, options):
    file = tmp_path / "t.parquet"
    pq.write_table(
        TABLE, file, compression=compression, data_page_size=2000, write_page_index=True, **options
    )
    with pq.ParquetFile(file) as parquet:
        sizes = group_sizes(file, parquet)
        said = [
            sum(group.column(place).total_uncompressed_size for place in range(group.num_columns))
            for group in (parquet.metadata.row_group(number) for number in range(parquet.num_row_groups))
        ]
    for size, with_headers in zip(sizes, said, strict=True):  # the footer counts the pages' headers, too
        assert 0.5 * with_headers < size.pages <= with_headers
        assert (size.dictionary > 0) == ("use_dictionary" not in options)


def test_damaged_pages_are_noticed(tmp_path):
    file = tmp_path / "t.parquet"
    pq.write_table(TABLE, file)
    content = bytearray(file.read_bytes())
    content[4:40] = b"\xff" * 36
    file.write_bytes(content)
    with pq.ParquetFile(file) as parquet, pytest.raises(ValueError, match="page"):
        group_sizes(file, parquet)


def test_a_table_without_rows(tmp_path):
    file = tmp_path / "t.parquet"
    pq.write_table(TABLE.slice(0, 0), file)
    with pq.ParquetFile(file) as parquet:
        assert sum(size.pages for size in group_sizes(file, parquet)) < 100
