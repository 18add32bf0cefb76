"""Characters that the usual font lacks: another installed font has them, or they are spelled out."""

import warnings

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager, rc_context
from snaketune.plots.support.draw import save
from snaketune.plots.support.fonts import FONT, families, legible
from snaketune.plots.support.theme import Look, shown
from studies import source_of, study_of


@pytest.fixture
def installed(tmp_path):
    """A font with the character 学 alone, among those that matplotlib knows."""
    pen = TTGlyphPen(None)
    for i, corner in enumerate([(0, 0), (0, 800), (800, 800)]):
        (pen.lineTo if i else pen.moveTo)(corner)
    pen.closePath()
    glyph = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "uni5B66"])
    builder.setupCharacterMap({0x5B66: "uni5B66"})
    builder.setupGlyf({".notdef": glyph, "uni5B66": glyph})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "uni5B66": (1000, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Made Up Sans", "styleName": "Regular"})
    builder.setupOS2(usWeightClass=400)
    builder.setupPost()
    builder.save(tmp_path / "made-up.ttf")
    before = list(font_manager.fontManager.ttflist)
    font_manager.fontManager.addfont(tmp_path / "made-up.ttf")
    yield "Made Up Sans"
    font_manager.fontManager.ttflist[:] = before


def test_a_font_that_is_installed_is_used(installed):
    assert families("größe") == [FONT]
    assert families("習") == [FONT], "no font of boxes is taken"
    chosen = families("学x")
    assert chosen == [FONT, installed]
    with rc_context({"font.family": chosen}):
        assert legible("学習") == "学\\u7fd2"


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("学習率", "\\u5b66\\u7fd2\\u7387"), ("さくら", "sakura"), ("🚀 go", ":rocket: go"), ("한", "han"),
        ("ｌｒ", "lr"), ("größe λ ≤", "größe λ ≤"),
    ],
)  # fmt: skip
def test_what_no_font_has_is_spelled(text, spelled):
    with rc_context({"font.family": [FONT]}):
        assert legible(text) == spelled


def test_pictures_of_any_names_are_drawn_without_a_warning(tmp_path):
    space = {"学習率": {"type": "loguniform", "low": 1e-5, "high": 1e-1}, "größe": ["さくら", "🚀", "हिन्दी", "x" * 90]}
    source = source_of(tmp_path, study_of(space=space))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for plot in ("slice", "parallel", "contour"):
            save(plot, source, Look(dpi=60), [tmp_path / f"{plot}.{form}" for form in ("png", "svg", "pdf")])
    with rc_context(Look().rc()):
        assert shown("学習率") == "\\u5b66\\u7fd2\\u7387"
