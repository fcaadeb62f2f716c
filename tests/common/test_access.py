import os
import re

import pytest

from core.common.access import NOT_THERE, Access, access
from core.common.errors import AccessError

TEAM = {"PRODUCT_LENS_MODE": "Team", "PRODUCT_LENS_WRITERS": "Ann@example.com, bob@example.com"}


def test_the_mode_is_local_unless_another_is_named_and_a_wrong_one_serves_nothing():
    assert access({}).mode == access({"PRODUCT_LENS_MODE": ""}).mode == "local"
    assert access(TEAM).mode == "team"
    with pytest.raises(AccessError, match="expected one of local, team, public, got 'open'"):
        access({"PRODUCT_LENS_MODE": "open"})


def test_who_may_write():
    assert access({}).may_write("")
    public = access({**TEAM, "PRODUCT_LENS_MODE": "public"})
    assert not any(public.may_write(who) for who in ("", "ann@example.com"))
    team = access(TEAM)
    assert [team.may_write(who) for who in ("", "ANN@example.com", "eve@example.com")] == [False, True, False]
    with pytest.raises(AccessError, match="nothing can be changed here"):
        team.require_write("eve@example.com")
    team.require_write("bob@example.com")


def test_names_that_the_server_answers_to():
    rules = access({"PRODUCT_LENS_HOSTS": "Lens.example.com:8501, [fe80::1]"})
    for host in (
        "localhost:8501",
        "127.0.0.1",
        "[::1]:8501",
        "lens.example.com",
        "LENS.example.com:99",
        "[fe80::1]",
    ):
        assert rules.answers_to(host), host
    for host in ("", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8501", "[::2]:1"):
        assert not rules.answers_to(host), host


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.9.9.9"])
def test_a_local_server_listens_to_this_machine(address):
    Access().check_address(address)


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "192.0.2.7", "lens.example.com"])
def test_a_local_server_listens_to_nobody_else(address):
    with pytest.raises(AccessError, match=r"a local server listens to 127\.0\.0\.1 only"):
        Access().check_address(address)
    Access(mode="public").check_address(address)


@pytest.fixture
def places(tmp_path):
    for name in ("allowed/shop", "allowed-not", "secret"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "products.csv").write_text("name\na\n")
    os.mkfifo(tmp_path / "allowed" / "pipe")
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "allowed" / "linked").mkdir()
    (tmp_path / "allowed" / "linked" / "products.csv").symlink_to(tmp_path / "secret" / "products.csv")
    for name in ("beside", "deeper", "more", "circle", "whole"):
        (tmp_path / "allowed" / name).mkdir()
        (tmp_path / "allowed" / name / "products.csv").write_text("name\na\n")
    (tmp_path / "allowed" / "beside" / "images").symlink_to(tmp_path / "secret")
    (tmp_path / "allowed" / "more" / "catalog").symlink_to(tmp_path / "secret")
    (tmp_path / "allowed" / "deeper" / "media").symlink_to(tmp_path / "allowed" / "more")
    (tmp_path / "allowed" / "circle" / "images").symlink_to(tmp_path / "allowed" / "circle" / "images")
    (tmp_path / "allowed" / "whole" / "images").symlink_to(tmp_path / "allowed" / "whole")
    return tmp_path


@pytest.mark.parametrize("mode", ["team", "public"])
def test_only_what_the_roots_hold_is_read_and_the_answer_never_says_why_not(places, mode):
    rules = access({"PRODUCT_LENS_MODE": mode, "PRODUCT_LENS_ROOTS": str(places / "allowed")})
    assert rules.catalogue(f"{places}/allowed/shop") == places / "allowed" / "shop"
    assert rules.catalogue(f"{places}/allowed/shop/products.csv").is_file()
    assert rules.catalogue(f"{places}/allowed/whole") == places / "allowed" / "whole"
    assert rules.catalogue(f"{places}/allowed/whole/products.csv").is_file()
    assert rules.catalogue(f"{places}/secret", also=[places / "secret"]) == places / "secret"
    answers = set()
    for wrong in (
        "secret",
        "nowhere",
        "allowed-not",
        "allowed/../secret",
        "allowed/pipe",
        "allowed/link",
        "allowed/linked",
        "allowed/linked/products.csv",
        *(
            f"allowed/{name}{file}"
            for name in ("beside", "deeper", "circle")
            for file in ("", "/products.csv")
        ),
        "allowed/shop/products.csv/x",
        "x" * 5000,
        "null\0byte",
    ):
        with pytest.raises(AccessError) as error:
            rules.catalogue(f"{places}/{wrong}")
        answers.add(re.sub(r"^'.*': ", "", str(error.value), flags=re.DOTALL))
    for wrong in ("~root", "~", "/etc/passwd", "/dev/zero", "/proc/self/environ"):
        with pytest.raises(AccessError):
            rules.catalogue(wrong)
    assert answers == {NOT_THERE}


def test_on_ones_own_machine_any_folder_is_read_but_no_pipe(places):
    assert access({}).catalogue(str(places / "secret")) == places / "secret"
    with pytest.raises(AccessError):
        access({}).catalogue(str(places / "allowed" / "pipe"))
