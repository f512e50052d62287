"""A planner who asks for Chinese is told where pictures could not be."""

import pytest

from spatialcoord.cli.guard import tell_of_fonts
from spatialcoord.maps import fonts


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("able", [True, False])
def test_pictures_in_another_language_are_told(lang, able, monkeypatch, capsys):
    monkeypatch.setattr(fonts, "can_write", lambda families, text: able)
    tell_of_fonts(lang)
    said = capsys.readouterr().err
    assert ("字体" in said) == (lang == "zh" and not able) and bool(said) == (lang == "zh" and not able)
