"""``spatialcoord network`` as a user runs it."""

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from PIL import Image


def _files(folder):
    return {path.name for path in folder.iterdir()}


def test_writes_a_network_inside_its_bracket(command, tmp_path):
    done = command("network", "guangdong", "--capacity", "1.5")
    assert done.returncode == 0, done.stderr
    assert "Certified" in done.stdout and "everybody's consumption" in done.stdout.replace("\n", " ")
    folder = tmp_path / "results" / "guangdong-network"
    assert _files(folder) == {"links.csv", "links.png", "network.nc", "regions.csv", "summary.json"}
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    welfare, gain = summary["welfare"], summary["gain"]
    assert welfare["lower"] <= welfare["upper"] <= welfare["lower"] + 1e-6
    assert 0 < gain["lower"] <= gain["upper"]
    data = xr.load_dataset(folder / "network.nc")
    assert all(data[name].attrs["units"] and data[name].attrs["long_name"] for name in data.data_vars)
    # the capacity is what was asked for, and what stands stays
    length, capacity = data["length"].values, data["capacity"].values
    assert length @ capacity <= 1.5 * length.sum() * (1 + 1e-9) and capacity.min() >= 1 - 1e-9
    # goods are there: what regions have is eaten or used up on the way
    links, regions = pd.read_csv(folder / "links.csv"), pd.read_csv(folder / "regions.csv")
    people = _people()
    have, eaten = (float(people @ data[name].values) / 1e6 for name in ("endowment", "consumption"))
    assert eaten + data["used_up"].values.sum() == pytest.approx(have, rel=1e-6)
    mean = np.log(data["consumption"].values / (people @ data["endowment"].values / people.sum()))
    assert people @ mean / people.sum() == pytest.approx(welfare["lower"], abs=1e-9)
    # goods flow from where they are cheap to where they are dear
    price = dict(zip(data["region"].values, data["price"].values, strict=True))
    flow = data["flow"].values
    large = np.abs(flow) > 1e-2 * np.abs(flow).max()
    dearer = [price[b] - price[a] for a, b in zip(data["link_a"].values, data["link_b"].values, strict=True)]
    assert large.any() and (np.sign(dearer)[large] == np.sign(flow)[large]).all()
    assert len(links) == summary["links"] and len(regions) == data.sizes["region"]
    assert any("[million CNY/yr]" in head for head in links) and any("per head" in head for head in regions)
    assert Image.open(folder / "links.png").convert("L").getextrema()[0] < 60


def _people():
    import spatialcoord as sc

    return sc.load_case("guangdong").graph["population"].to_numpy()


def test_in_chinese_placed_anew(command, tmp_path):
    done = command("network", "guangdong", "--capacity", "0.8", "--anew", "--lang", "zh", "--out", "n")
    assert done.returncode == 0, done.stderr
    assert "已认证" in done.stdout
    assert "运能" in (tmp_path / "n" / "links.csv").read_text(encoding="utf-8")
    # a folder with another kind of result is not touched
    (tmp_path / "n" / "summary.json").write_text("{}")
    other = command("network", "guangdong", "--out", "n")
    assert other.returncode == 2 and "Traceback" not in other.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--capacity", "0"], "above 0"),
        (["--capacity", "-1"], "above 0"),
        (["--capacity", "nan"], "above 0"),
        (["--capacity", "0.5"], "--anew"),
        (["--lang", "xx"], "no language"),
    ],
)
def test_mistakes_end_in_one_message(command, tmp_path, arguments, message):
    done = command("network", "guangdong", *arguments)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_links_or_coordinates_is_refused(command, tmp_path):
    assert command("new", "small").returncode == 0
    scenario = tmp_path / "small" / "scenario.yaml"
    shapeless = scenario.read_text(encoding="utf-8").replace("  geometry: regions.geojson", "  #")
    scenario.write_text(shapeless, encoding="utf-8")
    done = command("network", "small")
    assert done.returncode == 2 and "there are no links" in done.stderr and "Traceback" not in done.stderr
    scenario.write_text(shapeless.replace("  tables:", "  links: links.csv\n  tables:"), encoding="utf-8")
    (tmp_path / "small" / "links.csv").write_text("a,b,kind\nALD,BIR,link\n", encoding="utf-8")
    done = command("network", "small")
    assert done.returncode == 2 and "have no coordinates" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "results").exists()
