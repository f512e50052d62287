"""The report in a browser: it is drawn, complains of nothing, and asks for nothing from outside."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from PIL import Image, ImageColor

from spatialcoord.maps import main_layers
from spatialcoord.report import render
from spatialcoord.results import Words
from tests.results.sample import sample_plan

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="chromium is not installed (apt-get install chromium)"
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr", "--host-resolver-rules=MAP * ~NOTFOUND", "--v=0",
)  # fmt: skip


def _browse(page, tmp_path, *options):
    """Open a page; what the browser wrote down, and every address the page asked for."""
    log = tmp_path / "net.json"
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}", *options, page.as_uri()],
        check=False, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    events = json.loads(log.read_text())["events"]
    requests = [event["params"] for event in events if "initiator" in event.get("params", {})]
    # what the browser asks for on its own account (updates, time) has no origin
    asked = {request["url"] for request in requests if request["initiator"] != "not an origin"}
    return done.stderr, asked


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_report_is_drawn(tmp_path, lang):
    plan = sample_plan()
    page = tmp_path / "report.html"
    page.write_text(render(plan, lang), encoding="utf-8")
    messages, asked = _browse(
        page, tmp_path, "--window-size=1040,2600", f"--screenshot={tmp_path / 'page.png'}"
    )
    assert "CONSOLE" not in messages, messages
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    pixels = np.asarray(Image.open(tmp_path / "page.png").convert("RGB"))
    seen = {tuple(colour) for colour in np.unique(pixels.reshape(-1, 3), axis=0)}
    for layer in main_layers(plan, Words(plan, lang)):
        assert {ImageColor.getrgb(colour) for colour in layer.colours()} <= seen, layer.key
    assert (pixels[:, -8:] == 255).all()  # nothing runs over the right edge


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_table_is_wider_than_the_page(tmp_path, lang):
    """Long names in every cell wrap: no table has to be moved sideways on a page of 1100 pixels."""
    long = "a name that is told in full and takes more than one line of the column " * 2
    plan = sample_plan()
    page = tmp_path / "report.html"
    text = render(plan, lang).replace("<td>", f"<td>{long}", 40)
    probe = (
        "<script>document.title = 'over ' + [...document.querySelectorAll('.scroll')]"
        ".filter(box => box.scrollWidth > box.clientWidth + 1).length</script></body>"
    )
    text = text.replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';")
    page.write_text(text.replace("</body>", probe), encoding="utf-8")
    done = subprocess.run(
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1100,2600", "--dump-dom", page.as_uri()],
        check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "<title>over 0</title>" in done.stdout


def test_report_prints_on_few_pages(tmp_path):
    page = tmp_path / "report.html"
    page.write_text(render(sample_plan()), encoding="utf-8")
    _browse(page, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    pdf = (tmp_path / "page.pdf").read_bytes()
    assert 1 <= pdf.count(b"/Type /Page\n") <= 4


def test_the_check_sees_a_page_that_complains_and_asks(tmp_path):
    page = tmp_path / "bad.html"
    page.write_text("<img src='http://127.0.0.1:9/x.png'><script>console.error('no')</script>")
    messages, asked = _browse(page, tmp_path, f"--screenshot={tmp_path / 'page.png'}")
    assert "CONSOLE" in messages
    assert any(url.startswith("http://127.0.0.1:9") for url in asked)
