"""Fetching a catalogue's images as a whole: from a table to files that its reader finds."""

import csv
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from core.catalogue.images.decoding import open_image
from core.catalogue.images.names import fetched_stem
from core.catalogue.reading import read_catalogue
from core.cli.commands import main
from core.common.errors import CatalogueError
from core.downloads.connection import Caller
from core.downloads.fetching import fetch_images
from core.downloads.report import FAILED, FETCHED, KEPT, NOT_TRIED
from core.downloads.workers import Manners
from tests.paths import ROOT
from tests.servers import image, in_turn, redirect, serving

QUICK = Manners(pause=0.0, rest=0.01)


@pytest.fixture
def site():
    with serving() as site:
        yield site


def write_table(folder: Path, urls: list[str], name: str = "products.csv") -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["sku", "name", "image", "category"])
        writer.writerows((f"s{n}", f"product {n}", url, "ab"[n % 2]) for n, url in enumerate(urls))
    return folder


def fetch(data: Path, manners: Manners = QUICK, silence: float = 30, **options):
    caller = options.pop("caller", None) or Caller(silence, allow_private=True)
    return fetch_images(data, "csv", caller=caller, manners=manners, **options)


def report_rows(data: Path) -> list[dict]:
    with (data / "fetch-report.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def outcome(report, url: str) -> tuple[str, str]:
    (match,) = (each for each in report.outcomes if each.address == url)
    return match.outcome, match.reason


def test_every_kind_of_outcome_is_counted_and_listed(site, tmp_path):
    site.pages |= {
        "/good.jpg": image("red"),
        "/moved.jpg": redirect("/good.jpg"),
        "/page.jpg": b"<html>no image</html>",
        "/busy.jpg": in_turn(lambda h: h.send(b"", 500), image("blue", "PNG")),
    }
    paths = ["/good.jpg", "/gone.jpg", "/moved.jpg", "/page.jpg", "/busy.jpg", "/gone2.jpg", "/good.jpg"]
    urls = [site.url(path) for path in paths] + ["", "ftp://x.example/a.jpg"]
    data = write_table(tmp_path / "d", urls)
    steps = []
    report = fetch(data, progress=lambda *step: steps.append(step))
    assert (report.count(FETCHED), report.count(FAILED), report.products, report.with_image) == (3, 4, 9, 4)
    assert report.reasons == {"status 404 Not Found": 2, "not an image": 1, "not http or https": 1}
    assert report.lines()[0] == "7 addresses: 3 fetched, 0 already here, 4 failed"
    assert "  failed: 2 (status 404 Not Found)" in report.lines()
    assert steps[-1] == ("Fetching images", 7, 7) and len(steps) == 7

    good, busy = f"{fetched_stem(urls[0])}.jpg", f"{fetched_stem(urls[4])}.png"
    assert names(data / "images") == {good, busy, f"{fetched_stem(urls[2])}.jpg"}
    assert (data / "images" / good).read_bytes() == site.pages["/good.jpg"]
    rows = report_rows(data)
    assert [row["outcome"] for row in rows] == [FAILED] * 4 + [FETCHED] * 3
    assert rows[0] == {"url": urls[1], "file": "", "outcome": "failed", "reason": "status 404 Not Found"}
    assert rows[4] == {"url": urls[0], "file": good, "outcome": "fetched", "reason": ""}
    assert site.asked["/good.jpg"] == 2 and site.asked["/busy.jpg"] == 2 and site.asked["/gone.jpg"] == 1


def test_a_second_run_fetches_only_missing_images(site, tmp_path):
    content = image(side=200)
    site.pages |= {f"/{n}.jpg": content for n in range(4)}
    urls = [site.url(f"/{n}.jpg") for n in range(5)]
    data = write_table(tmp_path / "d", urls)
    assert fetch(data).count(FETCHED) == 4
    images = data / "images"
    files = [images / f"{fetched_stem(url)}.jpg" for url in urls]
    files[1].write_bytes(content[:300])  # cut off
    files[2].write_bytes(b"")  # as after a power cut
    site.pages["/4.jpg"] = content
    before = site.asked.copy()
    report = fetch(data)
    assert [outcome(report, url)[0] for url in urls] == [KEPT, FETCHED, FETCHED, KEPT, FETCHED]
    assert (site.asked - before).total() == 3
    assert all(file.read_bytes() == content for file in files)
    assert fetch(data).count(KEPT) == 5 and (site.asked - before).total() == 3


def test_images_already_there_under_usual_names_are_kept(site, tmp_path):
    urls = [site.url("/own-name.jpg"), site.url("/x/1.jpg")]
    data = write_table(tmp_path / "d", urls)
    (data / "images").mkdir()
    (data / "images" / "own-name.jpg").write_bytes(image())
    (data / "images" / "s1.png").write_bytes(image(kind="PNG"))
    report = fetch(data)
    assert report.count(KEPT) == 2 and not site.asked and report.with_image == 2


def test_two_addresses_with_one_file_name(site, tmp_path):
    site.pages |= {
        "/a/front.jpg": image("red"),
        "/b/front.jpg": image("blue"),
        "/front.jpg": image("lime"),
    }
    urls = [site.url("/a/front.jpg"), site.url("/b/front.jpg"), site.url("/c/front.jpg")]
    data = write_table(tmp_path / "d", urls * 3)
    assert fetch(data).with_image == 6
    catalogue = read_catalogue(data, "csv", minimum=1)
    colours = {}
    for row in catalogue.table.itertuples():
        if row.has_image:
            colours[row.sku] = open_image(catalogue.images.read(row.image)).getpixel((5, 5))
    reds, blues = ("s0", "s3", "s6"), ("s1", "s4", "s7")
    assert set(colours) == {*reds, *blues}
    assert all(colours[sku][0] > 200 for sku in reds) and all(colours[sku][2] > 200 for sku in blues)
    assert site.asked.total() == 3


NASTY = [
    "/../../outside.jpg", "/%2e%2e/%2e%2e/outside.jpg", "/..%2f..%2foutside.jpg", "/..%5c..%5coutside.jpg",
    "/%2fetc%2foutside.jpg", "/C:%5coutside.jpg", "/a%00b.jpg", "/CON", "/nul.jpg", "/com1.png",
    "/.hidden.jpg",
    "/" + "n" * 3000 + ".jpg", "/%F0%9F%91%9F.jpg", "/é.jpg", "/a?b=/../../c.jpg", "/", "/..",
    "/.", "/%2e%2e",
    "/trailing.", "/trailing%20", "/-rf.jpg", "/a%0Ab.jpg", "/%252e%252e%252fx.jpg", "/%ff%fe.jpg", "/~.jpg",
    "/.fetching/x.jpg", "/fetch-report.csv", "/$(id).jpg", "/a*?.jpg",
]  # fmt: skip


def test_no_file_is_written_outside_the_folder(site, tmp_path):
    content = image()

    class Anything(dict):
        def get(self, path):
            return content

    site.pages = Anything()
    urls = [site.url(path) for path in NASTY]
    (tmp_path / "inner").mkdir()
    data = write_table(tmp_path / "inner" / "d", urls)
    before = names(tmp_path)
    report = fetch(data)
    assert report.count(FETCHED) == len(NASTY) == report.with_image
    new = names(tmp_path) - before
    files = {f"inner/d/images/{fetched_stem(url)}.jpg" for url in urls}
    assert new == {"inner/d/images", "inner/d/fetch-report.csv", *files} and len(files) == len(NASTY)
    assert all(len(name) < 120 and name.isascii() for name in files)
    assert fetch(data).count(KEPT) == len(NASTY)


def test_a_link_in_the_folder_is_replaced_not_followed(site, tmp_path):
    site.pages["/a.jpg"] = image()
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    (data / "images").mkdir()
    link = data / "images" / f"{fetched_stem(site.url('/a.jpg'))}.jpg"
    link.symlink_to(outside)
    assert fetch(data).count(FETCHED) == 1
    assert outside.read_text() == "mine" and not link.is_symlink()


# --- retries and limits per host


def test_retries_are_limited(site, tmp_path):
    site.pages |= {"/500.jpg": lambda h: h.send(b"", 500), "/hang.jpg": lambda h: h.server.site.over.wait(60)}
    failing = write_table(tmp_path / "failing", [site.url("/500.jpg")])
    hanging = write_table(tmp_path / "hanging", [site.url("/hang.jpg")])
    for retries in (2, 0):
        manners = Manners(pause=0, rest=0.01, retries=retries)
        assert fetch(failing, manners).reasons == {"status 500 Internal Server Error": 1}
        assert fetch(hanging, manners, silence=0.2).reasons == {"timed out": 1}
        assert site.asked == {"/500.jpg": retries + 1, "/hang.jpg": retries + 1}
        site.asked.clear()


def test_an_incomplete_body_is_fetched_again(site, tmp_path):
    content = image(side=200)
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content[:400]
    site.pages["/a.jpg"] = in_turn(lambda h: h.send_raw(cut), content)
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    assert fetch(data).count(FETCHED) == 1 and site.asked["/a.jpg"] == 2


def test_retry_after_delays_all_requests_to_the_host(site, tmp_path):
    site.pages |= {f"/{n}.jpg": image() for n in range(5)}
    site.pages["/0.jpg"] = in_turn(lambda h: h.send(b"", 429, Retry_After=1), image())
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(5)])
    report = fetch(data, Manners(per_host=1, pause=0, rest=0.01))
    assert report.count(FETCHED) == 5
    assert site.times[1] - site.times[0] >= 0.99


def test_a_host_that_asks_for_an_hour_is_skipped(site, tmp_path):
    site.pages |= {f"/{n}.jpg": lambda h: h.send(b"", 503, Retry_After=3600) for n in range(20)}
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(20)])
    report = fetch(data, Manners(per_host=2, pause=0, rest=0.01))
    assert site.asked.total() <= 2
    assert sum(report.reasons.values()) == 20
    assert "host skipped: status 503 Service Unavailable, asks to wait 3600 s" in report.reasons


def test_a_dead_host_does_not_delay_the_others(site, tmp_path):
    with serving() as gone:
        dead = [gone.url(f"/{n}.jpg").replace("127.0.0.1", "127.0.0.2") for n in range(200)]
    site.pages |= {f"/{n}.jpg": image() for n in range(20)}
    data = write_table(tmp_path / "d", dead + [site.url(f"/{n}.jpg") for n in range(20)])
    began = time.perf_counter()
    report = fetch(data)
    assert report.count(FETCHED) == 20 and report.count(FAILED) == 200
    assert any(reason.startswith("host skipped: connection failed") for reason in report.reasons)
    assert time.perf_counter() - began < 10


def test_an_unknown_host_is_looked_up_once(tmp_path):
    lookups = []

    def resolver(host, port):
        lookups.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    data = write_table(tmp_path / "d", [f"http://old.example/{n}.jpg" for n in range(50)])
    report = fetch(data, Manners(workers=1, pause=0), caller=Caller(resolver=resolver))
    assert report.reasons == {"no such host": 50} and lookups == ["old.example"]


def test_requests_to_one_host_are_limited_and_spaced(site, tmp_path):
    def slow(handler):
        time.sleep(0.1)
        handler.send(image())

    site.pages |= {f"/{n}.jpg": slow for n in range(12)}
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(12)])
    assert fetch(data, Manners(workers=8, per_host=3, pause=0)).count(FETCHED) == 12
    assert 2 <= site.most <= 3
    site.times.clear()
    for file in (data / "images").iterdir():
        file.unlink()
    fetch(data, Manners(workers=8, per_host=8, pause=0.15))
    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 11 and sum(gaps) >= 1.0  # 1.65, but the first may come late


# --- redirects


def test_redirects_are_limited(site, tmp_path):
    site.pages |= {
        "/loop.jpg": redirect("/loop.jpg"),
        "/a.jpg": redirect("/b.jpg"),
        "/b.jpg": redirect("/a.jpg"),
    }
    site.pages |= {f"/hop{n}.jpg": redirect(f"/hop{n + 1}.jpg") for n in range(5)} | {"/hop5.jpg": image()}
    paths = ["/loop.jpg", "/a.jpg", "/hop0.jpg"]
    data = write_table(tmp_path / "d", [site.url(path) for path in paths])
    report = fetch(data)
    assert report.reasons == {"too many redirects": 2} and report.count(FETCHED) == 1
    assert site.asked["/loop.jpg"] == 6


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "not http or https"),
        ("http://inside.example/secret.jpg", "not a public address"),
        ("http://169.254.169.254/latest/meta-data", "not a public address"),
        ("http://[::ffff:127.0.0.1]/a.jpg", "not a public address"),
        ("http://me:secret@shop.example/a.jpg", "user name or password in the address"),
    ],
)
def test_redirects_cannot_reach_private_addresses(site, tmp_path, monkeypatch, location, reason):
    real, called = socket.create_connection, []

    def connect(address, timeout):
        called.append(address[0])
        return real(("127.0.0.1", site.port), timeout)

    def resolver(host, port):
        known = {"shop.example": ["93.184.216.34"], "inside.example": ["10.0.0.7"]}
        return known.get(host) or [host]

    monkeypatch.setattr("core.downloads.connection.socket.create_connection", connect)
    site.pages["/a.jpg"] = redirect(location)
    data = write_table(tmp_path / "d", ["http://shop.example/a.jpg"])
    report = fetch(data, caller=Caller(resolver=resolver))
    assert report.reasons == {reason: 1} and called == ["93.184.216.34"]


# --- stopping


def test_a_stopped_run_keeps_its_images_and_can_be_resumed(site, tmp_path):
    site.pages |= {f"/{n}.jpg": image() for n in range(40)}
    site.pages["/9.jpg"] = lambda h: h.server.site.over.wait(60)
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(40)])

    def interrupt(stage, done, total):
        if done == 20:
            raise KeyboardInterrupt

    began = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        fetch(data, progress=interrupt)
    assert time.perf_counter() - began < 15
    rows = report_rows(data)
    assert len(rows) == 40
    done = [row for row in rows if row["outcome"] == FETCHED]
    assert len(done) >= 20 and {row["outcome"] for row in rows} == {FETCHED, NOT_TRIED}
    assert names(data / "images") == {row["file"] for row in done}
    before = site.asked.copy()
    site.pages["/9.jpg"] = image()
    report = fetch(data)
    assert report.count(KEPT) == len(done) and (site.asked - before).total() == 40 - len(done)


def test_a_full_disk_is_one_clear_line(site, tmp_path, monkeypatch, capsys):
    site.pages |= {f"/{n}.jpg": image() for n in range(10)}
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(10)])
    real = os.replace

    def full(self, target):
        if Path(target).suffix == ".jpg" and len(list((data / "images").glob("*.jpg"))) >= 3:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    code = main(["fetch-images", "--data", str(data), "--allow-private", "--workers", "2"])
    lines = capsys.readouterr().err.strip().splitlines()
    assert code == 2 and lines[-1].startswith("error: cannot write: No space left on device")
    assert "Traceback" not in "".join(lines)
    monkeypatch.undo()
    assert len(names(data / "images")) == 3
    outcomes = [row["outcome"] for row in report_rows(data)]
    assert outcomes.count(FETCHED) == 3 and outcomes.count(NOT_TRIED) == 7
    assert fetch(data).count(KEPT) == 3


def test_a_mistake_in_the_code_is_not_swallowed(site, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("core.downloads.workers.download", broken)
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(10)])
    with pytest.raises(ZeroDivisionError):
        fetch(data)
    assert threading.active_count() < 20


def test_leftovers_of_a_killed_run_are_removed(site, tmp_path):
    site.pages["/a.jpg"] = image()
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    parts = data / "images" / ".fetching"
    parts.mkdir(parents=True)
    (parts / "old").write_bytes(b"x")
    os.utime(parts / "old", (1, 1))
    (parts / "new").write_bytes(b"x")
    assert fetch(data).count(FETCHED) == 1
    assert names(parts) == {"new"}  # another run may be writing it


# --- folders and file names


def test_a_folder_that_would_hide_existing_images_is_rejected(site, tmp_path):
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    (data / "images.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(CatalogueError, match=r"its images are in images\.zip"):
        fetch(data)
    assert not (data / "images").exists() and not site.asked
    assert fetch(data, out=tmp_path / "elsewhere").count(FAILED) == 1
    assert (tmp_path / "fetch-report.csv").is_file()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CatalogueError, match="expected a folder"):
        fetch(data, out=tmp_path / "file")


def test_an_images_folder_in_any_case_is_used(site, tmp_path):
    site.pages["/a.jpg"] = image()
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    (data / "Images").mkdir()
    assert fetch(data).with_image == 1 and len(names(data / "Images")) == 1


def test_the_table_itself_may_be_named(site, tmp_path):
    site.pages["/a.jpg"] = image()
    data = write_table(tmp_path / "d", [site.url("/a.jpg")], "one.csv")
    write_table(data, [], "two.csv")
    assert fetch(data / "one.csv").with_image == 1
    assert read_catalogue(data / "one.csv", "csv", minimum=1).table["has_image"].all()


def test_limit_takes_the_first_addresses(site, tmp_path):
    site.pages |= {f"/{n}.jpg": image() for n in range(5)}
    data = write_table(tmp_path / "d", [site.url(f"/{n // 2}.jpg") for n in range(10)])
    report = fetch(data, limit=2)
    assert len(report.outcomes) == 2 and set(site.asked) == {"/0.jpg", "/1.jpg"} and report.with_image == 4


def test_an_image_shared_by_products_is_saved_for_each_sku(site, tmp_path):
    site.pages["/a.jpg"] = image()
    data = tmp_path / "d"
    data.mkdir()
    (data / "t.csv").write_text(
        "sku,name,link,category\n" + "".join(f"s{n},x,{site.url('/a.jpg')},c\n" for n in range(3))
    )
    report = fetch(data, column="link")
    assert site.asked.total() == 1 and names(data / "images") == {"s0.jpg", "s1.jpg", "s2.jpg"}
    assert report.with_image == 3 and report_rows(data)[0]["file"] == "s0.jpg s1.jpg s2.jpg"
    assert read_catalogue(data, "csv", minimum=1).table["has_image"].all()


# --- the command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--data {d}/nowhere", "nowhere"),
        ("--data {d} --format ebay", "flipkart"),
        ("--data {d} --column foto", "no column 'foto' among sku, name, image, category"),
        ("--data {d} --column name", "no addresses (http://...) in column 'name'"),
        ("--data {d} --columns image=x", "no column 'x'"),
        ("--data {d} --max-mb 9999", "at most 256 MB"),
        ("--data {d} --max-mb nan", "above 0"),
        ("--data {d} --max-mb 1e308", "below a billion"),
        ("--data {d} --timeout 0", "above 0"),
        ("--data {d} --retries -1", "0 or more"),
        ("--data {d} --workers 0", "above 0"),
        ("--data {d} --out {d}/products.csv", "products.csv is a file"),
        ("", "required"),
    ],
)
def test_a_users_mistake_gives_one_line(arguments, message, tmp_path, capsys):
    data = write_table(tmp_path / "d", ["http://x.example/a.jpg"])
    try:
        code = main(["fetch-images", *arguments.format(d=data).split()])
    except SystemExit as stop:
        code = stop.code
    error = capsys.readouterr().err
    assert code == 2 and message in error and error.count("\n") == 1


def test_the_command_prints_a_summary(site, tmp_path, capsys):
    site.pages["/a.jpg"] = image()
    data = write_table(tmp_path / "d", [site.url("/a.jpg"), site.url("/b.jpg")])
    options = f"--data {data} --allow-private --out {tmp_path}/o --timeout 5".split()
    assert main(["fetch-images", *options]) == 0
    printed = capsys.readouterr().out
    assert "2 addresses: 1 fetched, 0 already here, 1 failed" in printed
    assert "1 of 2 products now have an image" in printed
    assert f"other commands look for images in {data / 'images'}" in printed
    (data / "products.csv").write_text(f"image,Quelle,name,category\n,{site.url('/a.jpg')},x,y\n")
    assert main(["fetch-images", "--data", str(data), "--allow-private", "--column", "Quelle"]) == 0
    printed = capsys.readouterr().out
    assert "--columns image=Quelle" in printed
    columns = {"image": "Quelle"}
    assert read_catalogue(data, "csv", columns=columns, minimum=1).table["has_image"].all()


def test_without_allow_private_local_addresses_are_rejected(site, tmp_path, capsys):
    data = write_table(tmp_path / "d", [site.url("/a.jpg")])
    assert main(["fetch-images", "--data", str(data)]) == 0
    assert "failed: 1 (not a public address)" in capsys.readouterr().out and not site.asked


@pytest.mark.slow
def test_a_flipkart_table_from_addresses_to_a_catalogue(site, tmp_path):
    data = tmp_path / "d"
    data.mkdir()
    header = ["uniq_id", "product_name", "product_category_tree", "image", "description"]
    with (data / "flipkart_com-ecommerce_sample.csv").open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for n in range(60):
            kind = ("Lamps", "Mugs")[n % 2]
            images = [site.url(f"/image/{n}/shot-{n % 5}.jpeg"), site.url(f"/image/{n}/back.jpeg")]
            writer.writerow(
                (f"u{n}", f"{kind} {n}", json.dumps([f"{kind} >> x"]), json.dumps(images), "text")
            )
            # An image of its own each, larger or smaller: one that all show would count as none.
            site.pages[f"/image/{n}/shot-{n % 5}.jpeg"] = image(("red", "blue")[n % 2], side=24 + n)
    for n in (3, 30):
        del site.pages[f"/image/{n}/shot-{n % 5}.jpeg"]
    command = [sys.executable, "-m", "core", "fetch-images", "--data", str(data), "--format", "flipkart"]
    command += ["--allow-private", "--retries", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "60 addresses: 58 fetched, 0 already here, 2 failed" in done.stdout
    catalogue = read_catalogue(data, "flipkart")
    table = catalogue.table.set_index("sku")
    assert set(table.index[~table["has_image"]]) == {"u3", "u30"} and len(table) == 60
    for row in table[table["has_image"]].itertuples():
        pixel = open_image(catalogue.images.read(row.image)).getpixel((3, 3))
        assert (pixel[0] > 200) == (row.category == "Lamps")


@pytest.mark.slow
def test_control_c_ends_the_command_with_one_line(site, tmp_path):
    def slow(handler):  # so that a busy machine has not fetched all before it hears the signal
        time.sleep(0.5)
        handler.send(image())

    site.pages |= {f"/{n}.jpg": slow for n in range(200)}
    data = write_table(tmp_path / "d", [site.url(f"/{n}.jpg") for n in range(200)])
    command = [sys.executable, "-m", "core", "fetch-images", "--data", str(data), "--allow-private"]
    # Tests that run in the background of a shell have been told to ignore the signal, as would their child.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    end = time.monotonic() + 30
    while site.asked.total() < 5 and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=20)
    assert process.returncode == 130 and "Traceback" not in error
    assert error.splitlines()[-1].startswith("error: stopped; finished work is kept")
    outcomes = [row["outcome"] for row in report_rows(data)]
    assert 0 < outcomes.count(FETCHED) == len(names(data / "images")) < 200 == len(outcomes)
