import csv
import errno
import gc
import io
import shutil
import time
import tomllib
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.bundle import decisions
from core.bundle.reader import Bundle
from core.catalogue.upload import UPLOAD_MB
from core.common.access import NOT_THERE
from core.jobs import queue
from core.jobs.folder import FILES, jobs_folder
from core.ui import access
from core.views.catalogues import building
from tests import tiny
from tests.pages.conftest import words
from tests.paths import ROOT

PAGE = "0_Catalogues"
HEADER = ("Artikelnummer", "Bezeichnung", "Beschreibung", "Bild", "Warengruppe", "Preis")


def german_table(per_class: int = 12) -> bytes:
    """Products as a German spreadsheet saves them: semicolons, Windows-1252, decimal commas."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADER)
    number = 0
    for category in tiny.KNOWN:
        for _ in range(per_class):
            word = tiny.WORDS[category][number % 4]
            writer.writerow(
                (f"A-{number}", f"{word} grün {number}", f"Ein {word}.", f"{number}.png", category, "9,90")
            )
            number += 1
    writer.writerow(("A-x", "einzeln", "Nur einer.", "", "Unkategorisiert", "1,00"))
    return out.getvalue().encode("cp1252")


def zipped(count: int = 36) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            content = io.BytesIO()
            tiny.draw_image(tiny.KNOWN[number // 12], number).save(content, "PNG")
            archive.writestr(f"Bilder/{number}.png", content.getvalue())
    return out.getvalue()


def hand_over(page: AppTest, images: bytes | None = None) -> AppTest:
    page.file_uploader[0].set_value(("Artikel März.csv", german_table(), "text/csv"))
    if images is not None:
        page.file_uploader[1].set_value(("Bilder.zip", images, "application/zip"))
    page.run()
    assert not page.exception
    return page


def metric(page: AppTest, label: str) -> str:
    return next(each.value for each in page.metric if each.label == label)


def select(page: AppTest, label: str) -> object:
    return next(each for each in page.selectbox if each.label == label)


def button(page: AppTest, label: str) -> object:
    return next(each for each in page.button if each.label == label)


@pytest.fixture
def root(tmp_path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture
def started(monkeypatch) -> list[tuple[object, ...]]:
    """What is asked of the queue, in place of a build, which takes a minute."""
    asked: list[tuple[object, ...]] = []
    real = queue.start

    def start(root, kind, title, command, **options):
        asked.append((kind, title, tuple(map(str, command))))
        return real(root, kind, title, ("tests.jobs.work", "wait", root / "go"), **options)

    monkeypatch.setattr(building.queue, "start", start)
    return asked


@pytest.fixture
def page(open_page, root):
    yield open_page(root, PAGE)
    for job in queue.jobs(root):
        queue.cancel(root, job.id)


def test_home_leads_here(open_page, artifacts):
    home = open_page(artifacts)
    assert home.button[0].label == "Add a catalogue"


def test_without_anything_it_offers_a_try_out_file(page):
    assert not page.exception
    assert page.title[0].value == "Catalogues"
    assert "100 MB" in words(page)
    assert page.get("download_button")[0].proto.label == "Try-out table"


def test_the_page_promises_what_the_server_takes():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] == UPLOAD_MB == 100


def test_a_german_table_is_read_and_said(page):
    hand_over(page, zipped())
    assert metric(page, "Rows") == "37"
    assert metric(page, "Products") == "36"
    assert metric(page, "Set aside") == "1"
    assert metric(page, "With image") == "36"
    columns = page.dataframe[0].value
    read = dict(zip(columns["Field"], columns["Column"], strict=True))
    assert (read["Id"], read["Name"], read["Images"], read["Category"]) == (
        "Artikelnummer", "Bezeichnung", "Bild", "Warengruppe",
    )  # fmt: skip
    aside = page.dataframe[1].value
    assert list(aside["Kept by"]) == ["Keep placeholder categories"]
    assert any("<img" in each.value and "grün" in each.value for each in page.html)
    assert "--" not in words(page).replace("<!--", "")


def test_the_matching_is_corrected(page):
    hand_over(page)
    next(each for each in page.checkbox if each.label == "Keep placeholder categories").check().run()
    assert metric(page, "Set aside") == "0"
    page.number_input[0].set_value(5).run()
    assert metric(page, "Set aside") == "1"
    select(page, "Name").select_index(4).run()  # as recognised, none, then the columns but for its own
    assert not page.exception
    columns = page.dataframe[0].value
    assert columns["Column"][list(columns["Field"]).index("Name")] == HEADER[3]
    assert columns["Why"][list(columns["Field"]).index("Name")] == "chosen"


def test_the_build_is_started_with_what_was_chosen_and_watched(page, started, root):
    hand_over(page, zipped())
    page.number_input[0].set_value(5).run()
    next(each for each in page.text_input if each.label == "Name").set_value("mein Laden").run()
    next(each for each in page.text_input if each.label == "Origin").set_value("Eigener Laden").run()
    next(each for each in page.text_input if each.label == "Licence").set_value("Eigene Daten").run()
    button(page, "Build catalogue").click().run()
    assert not page.exception
    assert not page.error
    ((kind, title, command),) = started
    assert (kind, title) == ("build", "mein Laden")
    assert command[:3] == ("core", "build", "--data")
    assert set(command[4:]) == {
        f"--out={root / 'mein Laden'}", "--effort=quick", "--origin=Eigener Laden",
        "--licence=Eigene Daten", "--minimum=5",
    }  # fmt: skip
    (job,) = queue.jobs(root)
    assert [step.name for step in job.plan][:3] == ["images", "Encoding texts", "Encoding images"]
    kept = sorted(file.name for file in (jobs_folder(root) / job.id / FILES).iterdir())
    assert kept == ["Artikel-März.csv", "images.zip"]
    wait_for(lambda: queue.find(root, job.id).progress.step == "Second")
    page.run()
    assert "Building mein Laden" in words(page)
    assert not list(page.metric)  # the fields are empty again
    button(page, "Cancel").click().run()
    assert "was cancelled" in words(page)
    assert not (jobs_folder(root) / job.id / FILES).exists()
    button(page, "Dismiss").click().run()
    assert queue.jobs(root) == []


def test_a_build_goes_on_without_the_page_and_is_there_for_the_next(
    page, started, open_page, root, artifacts
):
    hand_over(page)
    button(page, "Build catalogue").click().run()
    other = open_page(root, PAGE)
    name = queue.jobs(root)[0].title
    assert f"Building {name}" in words(other) or f"{name}** waits" in words(other)
    shutil.copytree(artifacts / "tiny", root / name)
    (root / "go").touch()
    wait_for(lambda: queue.jobs(root)[0].state == "done")
    other.run()
    assert "is built" in words(other)
    button(other, "Open").click().run()
    assert not other.exception
    assert other.title[0].value == "Product Lens"
    assert other.selectbox(key="bundle").value == name


def test_a_name_that_is_taken_and_a_file_that_is_no_table_are_one_line(page, root, artifacts):
    shutil.copytree(artifacts / "tiny", root / "tiny")
    hand_over(page)
    next(each for each in page.text_input if each.label == "Name").set_value("tiny").run()
    button(page, "Build catalogue").click().run()
    assert [each.value for each in page.error] == ["tiny already exists. Choose another name."]
    page.file_uploader[0].set_value(("x.csv", b"%PDF-1.4 no table", "text/csv"))
    page.run()
    assert not page.exception
    assert "a PDF, not a table" in page.error[0].value


def test_a_table_without_known_columns_can_be_matched(page):
    lines = ["c1;c2;c3", *(f"{i};Becher {i};{'AB'[i % 2]}" for i in range(40))]
    page.file_uploader[0].set_value(("odd.csv", "\n".join(lines).encode(), "text/csv"))
    page.run()
    assert not page.exception
    select(page, "Name").select("c2").run()
    select(page, "Category").select("c3").run()
    assert not page.error
    assert metric(page, "Products") == "40"


def test_a_folder_is_read_where_it_is_if_it_may_be(page, tmp_path, monkeypatch):
    folder = tiny.write_catalogue(tmp_path / "data")
    page.segmented_control[0].set_value("folder").run()
    field = next(each for each in page.text_input if each.label == "Folder")
    field.set_value(str(folder)).run()
    assert metric(page, "Products") == "90"


@pytest.mark.parametrize("roots", [False, True])
def test_a_team_reads_the_folders_that_its_operator_named(page, tmp_path, monkeypatch, roots):
    folder = tiny.write_catalogue(tmp_path / "data")
    monkeypatch.setenv("PRODUCT_LENS_MODE", "team")
    monkeypatch.setenv("PRODUCT_LENS_WRITERS", "ada@example.org")
    monkeypatch.setattr(access, "user", lambda: "ada@example.org")
    if roots:
        monkeypatch.setenv("PRODUCT_LENS_ROOTS", str(tmp_path))
    page.run()
    page.segmented_control[0].set_value("folder").run()
    next(each for each in page.text_input if each.label == "Folder").set_value(str(folder)).run()
    if roots:
        assert metric(page, "Products") == "90"
    else:
        assert NOT_THERE in page.error[0].value


def test_a_catalogue_is_renamed_and_deleted_with_its_decisions(open_page, tmp_path, artifacts):
    shutil.copytree(artifacts / "tiny", tmp_path / "tiny")
    shutil.copytree(artifacts / "tiny", tmp_path / "other")
    sku = str(Bundle.open(tmp_path / "tiny").table["sku"].iat[0])
    file = decisions.decisions_file(Bundle.open(tmp_path / "other"))
    decisions.save(file, sku=sku, kind="", action="keep", old="Mugs", new="Mugs")
    app = open_page(tmp_path, PAGE)
    app.text_input(key="manage-name-other").set_value("shop").run()
    app.button(key="manage-rename-other").click().run()
    assert not app.exception
    assert len(decisions.read(tmp_path / ".reviews" / "shop.jsonl").decisions) == 1
    assert "1 decision?" in words(app)
    app.button(key="manage-delete-shop").click().run()
    assert not app.exception
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith(".")) == ["tiny"]
    assert not (tmp_path / ".reviews" / "shop.jsonl").exists()
    assert app.selectbox(key="bundle").options == ["tiny"]


def wait_for(reached, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.05)


def test_a_limit_that_is_reached_is_said_in_one_line(page, root, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "disk=0")
    hand_over(page)
    (said,) = [each.value for each in page.error]
    assert "megabytes of all catalogues and files: 0 is the most here" in said.replace("\\", "")
    assert not list(jobs_folder(root).glob(".draft-*"))
    monkeypatch.setenv("PRODUCT_LENS_LIMITS", "jobs=0")
    page.run()
    button(page, "Build catalogue").click().run()
    assert not page.exception
    assert "too many jobs wait or run: 0 is the most here" in page.error[0].value.replace("\\", "")
    assert not queue.jobs(root)


def test_a_full_disk_is_said_in_one_line(page, root, monkeypatch):
    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    hand_over(page)
    assert "cannot be kept: No space left on device" in page.error[0].value
    monkeypatch.undo()
    gc.collect()
    assert not list(jobs_folder(root).glob(".draft-*"))
