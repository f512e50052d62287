"""Bundled cases are found from any directory, in a checkout and in an installed package."""

import pytest

from spatialcoord.errors import InputError
from spatialcoord.regions import bundled_cases, case_folder, data_folder, locate, scenario_file


def test_bundled_case_from_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "china" in bundled_cases()
    assert case_folder("china") == data_folder() / "china"
    assert (case_folder("china") / "regions.csv").is_file()


def test_installed_layout_comes_first(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "spatialcoord"
    (package / "regions").mkdir(parents=True)
    (package / "data" / "atlantis").mkdir(parents=True)
    (package / "data" / "atlantis" / "scenario.yaml").touch()
    (tmp_path / "site-packages" / "data").mkdir()  # somebody else's
    monkeypatch.setattr(locate, "__file__", str(package / "regions" / "locate.py"))
    assert data_folder() == package / "data"
    assert bundled_cases() == ["atlantis"]


def test_incomplete_installation_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(locate, "__file__", str(tmp_path / "spatialcoord" / "regions" / "locate.py"))
    with pytest.raises(InputError, match="bundled cases are missing"):
        data_folder()


def test_folders_of_ones_own(tmp_path, monkeypatch):
    own = tmp_path / "china"
    own.mkdir()
    (own / "scenario.yaml").touch()
    monkeypatch.chdir(tmp_path)
    assert case_folder("china") == data_folder() / "china"
    assert case_folder("./china").resolve() == own.resolve()
    assert case_folder(own) == own
    assert case_folder(own / "scenario.yaml") == own
    (own / "other.yaml").touch()
    assert (
        scenario_file(own / "other.yaml") == own / "other.yaml"
    )  # the file that is named, not its neighbour
    assert scenario_file(own) == own / "scenario.yaml"
    assert scenario_file("china") == data_folder() / "china" / "scenario.yaml"


@pytest.mark.parametrize("name", ["chnia", "", "no/such/folder"])
def test_unknown_case_is_refused_with_what_there_is(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="china"):
        case_folder(name)
