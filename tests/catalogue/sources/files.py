"""Write files of all kinds by hand, and read whole tables."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, settings

from core.catalogue.sources.encodings import recognise_text
from core.catalogue.sources.raw import RawTable
from core.catalogue.sources.source import Source

PROPERTY = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""How properties are tested: the same examples each time, and a folder that examples share."""

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def source(file: Path, content: str | bytes | None = None, encoding: str = "utf-8", **options) -> Source:
    """Return a file as readers are given it, written first if there is content."""
    if content is not None:
        file.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return Source(file, file, file.name, **options)


def text(given: Source):
    return recognise_text(given.file, given.name, given.encoding)


def rows_of(table: RawTable, size: int = 3) -> list[list[str]]:
    """Return all rows, read in small chunks."""
    rows = []
    for chunk in table.chunks(size):
        assert tuple(chunk) == table.columns
        assert max(map(len, chunk.values())) <= size
        rows += [list(row) for row in zip(*chunk.values(), strict=True)]
    return rows


def numbers_of(table: RawTable, size: int = 3) -> list[int]:
    return [number for batch in table.batches(size) for number in batch.numbers]


def counts(table: RawTable) -> dict[str, int]:
    """Return reason -> rows set aside."""
    return {reason: each.rows for reason, each in table.problems.set_aside.items()}


def mended(table: RawTable) -> dict[str, int]:
    """Return reason -> rows mended."""
    return {reason: each.rows for reason, each in table.problems.mended.items()}


def xlsx(
    sheets: dict[str, list[list]], *, merged: dict[str, list[str]] | None = None, hidden=(), first=(1, 1)
) -> bytes:
    """Return a workbook; cells are texts, numbers, booleans, None, or ready XML of a cell in a tuple."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="w" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"'
            + (' state="hidden"' if name in hidden else "")
            + "/>"
            for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(sheets) + 1)
        )
        + f'<Relationship Id="s" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
    }
    for n, (name, rows) in enumerate(sheets.items(), 1):
        lines = "".join(
            f'<row r="{r}">'
            + "".join(_cell(f"{chr(64 + c)}{r}", value) for c, value in enumerate(row, first[1]))
            + "</row>"
            for r, row in enumerate(rows, first[0])
        )
        ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in (merged or {}).get(name, []))
        merges = f"<mergeCells>{ranges}</mergeCells>" if ranges else ""
        parts[f"xl/worksheets/sheet{n}.xml"] = (
            f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>{merges}</worksheet>'
        )
    return zipped({name: f'<?xml version="1.0"?>{part}' for name, part in parts.items()})


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f'<c r="{place}" {value[0]}>{value[1]}</c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def ods(rows: str) -> bytes:
    """Return an OpenDocument workbook with a sheet; `rows` are its rows as XML."""
    spaces = "".join(f' xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="S">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_OFFICE}:manifest:1.0"/>',
            "content.xml": content,
        }
    )


def zipped(entries: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def xls() -> bytes:
    """Return a workbook of Excel 97: sku, name, price; 0012, Blue mug, 12; 0013, Lamp, 7.25; sheet Stock."""
    return zlib.decompress(base64.b85decode(_XLS))


_XLS = (
    "c-rk)O=uHA6#izD&7V!0)KqAN5(-wWJ@n_|rLGpV7cEr}6%lNjE>iMKYz}(RYRyp)JSkoZy?Cj5@drKV&4W<UgCGcr9z6*P9"
    "@?yL-tN{^12&*VWxi$Jym>R<&g{&aw>$fCIaXP?*IC66*ar`4RuH~Ao1heQ3sF$LWl7b|1C%U<e+t0>Eu>G!<M0c=Ttm6uRc"
    "N^DeMS;^Pw5m27|Z9(#3o{d$B-0q48tS^ZjmK|4jxq-%M{D4Ebnm3CoK1~<toczYFiN}v22X>?sdHQgx1Y<5y<;KV9r~%44@"
    "s)r59hkChWF44ismSnZL85%iDrQ(7KJ9IkT9|R1l{HT*MbE0ep6M>eGa>Z?0W{>|fX0{SEBbH7_s+Ymyzjj4-MmS)=3lY(AA"
    "<A@7x&QYNyWO_!*7E}1oTpirDinN;lW9~h*#JCZ4xiEQbNZ5g8Ma57s6$$-rpJi2a!huQI4NKT`b^%%Q<ltTE*?N6_cOpP0-"
    "*)qpL-46Xb<Y-~xl4KA$!Zn^X*~^SQEHCq2x3k{KGEPrLdCz#eqa2#&HdnZ|hx!>}yf${$>AOfTe?0oItNg*(P5RPk^?ZEkj"
    "j@1kdKFC*UtaU*6Mf?54T(pFn+qpQykpt%Q^*KtQD^Ly^L}f^DnhKrSlT5yJ7TS*Iddi1q5)el+vBts%$D<ZL6arP9(34R1G"
    "dI&-C^4+<8#;=vnRID%UNr~ec6;k-FJkbprD|jprD|jpzsR_{-m`(;JtkGu#X6S=fBP>rJDLp^55bZ@^sD8!So<<loxTXDgW"
    "69UAXrW8|1kE3neC~_af4m;&G&#_Fp>UiTdZ+Ffsc3wotSE*P0pUAMXDfFaFK2"
)
