"""How the page looks at any width, what its address holds, and what it says of its own state."""

import functools
import re
import time
from urllib.parse import urlencode

import pages
import pytest
from browser import DRAWN

SPACE = pages.SPACE | {
    "layers.a_very_long_name_of_an_option": {"type": "uniform", "low": 0, "high": 1},
    "layers.a_very_long_name_of_another": {"type": "uniform", "low": 0, "high": 1},
    "kind": ["a long name of a kind of layer", "a long name of a sort of layer", "c"],
}
# Pairs of elements whose boxes overlap, of those that the selectors name.
OVERLAPS = """\
(() => {
  const shown = (selector) => [...document.querySelectorAll(selector)]
    .filter((node) => node.getClientRects().length && node.textContent.trim());
  const found = [];
  for (const selector of arguments[0]) {
    const boxes = shown(selector).map((n) => [n.textContent, n.getBoundingClientRect()]);
    const beside = (a, b, from, to) => a[from] >= b[to] - 1 || b[from] >= a[to] - 1;
    const apart = (p, q) => beside(p, q, 'left', 'right') || beside(p, q, 'top', 'bottom');
    boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => apart(p, q) || found.push([selector, a, b])));
  }
  return found;
})()
"""
TEXTS = [
    "#parallel .axis-title", ".top h1, .top p, .facts div, .top button", ".filter-row > *", "#status-chips > *",
    *(f"#{chart} .{axis}tick text" for chart in ("history", "scatter", "slices", "contour") for axis in "xy"),
    "#leaders .ytick text", "#importances .ytick text", "#final .ytick text",
    ".panel-head h2, .panel-head .controls > *",
]  # fmt: skip


@functools.cache
def wide_study():
    """Two objectives, long names, several runs, and all cards."""
    name = "a-rather-long-name-of-a-study-to-be-read-on-a-small-screen"
    return pages.sample(40, pages.config(SPACE, objectives=2, searches=("random", "other"), study=name), failing=0.2)


@pytest.mark.parametrize(("width", "header"), [(400, 260), (800, 190), (1400, 130)])
def test_nothing_overlaps_or_sticks_out_at_any_width(shared_browser, tmp_path, width, header):
    arguments = wide_study()
    page = shared_browser
    try:
        page.size(width, 9000)
        page.open(pages.write_page(tmp_path, arguments, annex=pages.beside(arguments)))
        backgrounds = []
        for theme in ("light", "dark"):
            page.prefer(theme)
            page.wait(DRAWN)
            page.wait("document.querySelectorAll('#parallel .axis-title').length > 4")
            assert page.value("document.documentElement.scrollWidth") <= width
            assert page.value("document.querySelector('header').offsetHeight") < header
            assert page.value(OVERLAPS, TEXTS) == []
            backgrounds.append(page.value("getComputedStyle(document.body).backgroundColor"))
        light, dark = (int(re.findall(r"\d+", background)[0]) for background in backgrounds)
        assert light > 200 and dark < 60
        assert page.problems() == []
    finally:
        page.as_usual()


def test_an_empty_card_is_small(opened):
    page = opened(pages.sample(12, failing=0, steps=0))
    assert "No run has reported" in page.text("#curves")
    assert page.value("document.getElementById('curves').offsetHeight") < 80


def test_several_objectives_show_their_set_its_extremes_and_the_hypervolume(opened):
    _, trials_of, *_ = arguments = pages.sample(60, pages.config(objectives=2), failing=0.1)
    page = opened(arguments, drawn=False)
    facts = dict(
        page.value("[...document.querySelectorAll('#facts div')].map((n) => [...n.children].map((c) => c.innerText))")
    )
    complete = [trial.metrics for trial in trials_of["random"] if trial.complete]
    front = [
        m for m in complete
        if not any(o["val_accuracy"] >= m["val_accuracy"] and o["size"] <= m["size"] and o != m for o in complete)
    ]  # fmt: skip
    assert facts["Pareto set"] == f"{len(front)} trials"
    assert facts["best val_accuracy"] == f"{max(m['val_accuracy'] for m in front):.5g}"
    assert facts["best size"] == f"{min(m['size'] for m in front):.5g}"
    assert 0 < float(facts["hypervolume"]) < 1
    assert "best" not in facts


def test_a_mistake_in_a_filter_is_shown_where_it_is_and_what_stays(opened):
    page = opened(pages.sample(30), drawn=False)
    page.type("#expression", "lr > 0.01")
    page.wait("document.querySelector('#reset').hidden === false")
    count = page.count()
    page.type("#expression", "lr > 0.01 and optimizer < 3")
    page.wait("!document.getElementById('expression-problem').hidden")
    said = page.text("#expression-problem")
    assert "the rows are still those of lr > 0.01" in said and "Character 25" in said and "no order" in said
    assert page.text("#expression-problem mark") == "<"
    assert page.count() == count and page.value("document.querySelector('#count').classList.contains('stale')")
    page.type("#table input[data-column='lr']", "0,1")
    assert "lr: “0,1” is no number" in page.text("#column-problem")
    page.click("#reset")
    assert page.text("#expression-problem") == page.text("#column-problem") == ""
    assert not page.value("document.querySelector('#count').classList.contains('stale')")


def test_values_that_span_orders_of_magnitude_are_on_a_logarithmic_axis(opened):
    configuration = pages.config({"x": {"type": "uniform", "low": 0, "high": 1}}, tags=())
    configuration["objective"] |= {"direction": "minimize", "optimum": 0}
    arguments = pages.sample(40, configuration, failing=0)
    for i, trial in enumerate(arguments[1]["random"]):
        trial.metrics["val_accuracy"] = 10.0 ** (-i / 2)
    page = opened(arguments)
    scale = "document.getElementById(arguments[0]).layout.yaxis.type"
    assert [page.value(scale, chart) for chart in ("history", "scatter", "slices")] == ["log"] * 3
    assert "distance from 0" in page.text("#history")
    line = page.value("document.getElementById('history').data.at(-1).y.at(-1)")
    low, high = page.value("document.getElementById('history').layout.yaxis.range")
    assert line == pytest.approx(10**-19.5) and low < -19.5 < high
    page.click("#history-controls input[type='checkbox']")
    page.wait("document.getElementById('history').layout.yaxis.type !== 'log'")
    assert "history.log=off" in wait_for_address(page, "history.log")


def wait_for_address(page, part):
    page.wait(f"location.hash.includes({part!r})")
    return page.value("decodeURIComponent(location.hash)")


def test_nothing_of_the_plotting_library_offers_to_send_anything(opened):
    page = opened(pages.sample(30, failing=0))
    titles = page.value("[...document.querySelectorAll('.modebar-btn')].map((n) => n.dataset.title)")
    assert titles and not [title for title in titles if re.search("share|cloud|edit", title, re.IGNORECASE)]


def test_a_view_is_in_the_address_and_comes_back_from_it(opened, tmp_path):
    arguments = pages.sample(36, pages.config(searches=("random", "other")), failing=0.2)
    page = opened(arguments)
    page.type("#expression", "lr > 0.001")
    page.click("#status-chips [data-value='complete']")
    page.click("#search-chips [data-value='other']")
    page.type("#table input[data-column='batch_size']", ">16")
    page.click("#table thead button[title='lr']")
    page.wait("location.hash.includes('sort=lr')")
    page.click("#table tbody tr:nth-child(2) input")
    page.type("#scatter-controls select", "hidden")
    page.run("document.querySelector(\"[data-key='show.search']\").click()")
    page.click("#table tbody tr:nth-child(3) td:nth-child(3)")
    address = wait_for_address(page, "open=")
    seen = {
        "count": "document.querySelector('#count').innerText",
        "rows": "[...document.querySelectorAll('#table tbody tr[data-row]')].map((n) => n.innerText)",
        "ticked": "[...document.querySelectorAll('#table tr.ticked')].map((n) => n.id)",
        "drawer": "document.querySelector('#drawer-title').innerText",
        "axis": "document.querySelector('#scatter-controls select').value",
    }
    before = {name: page.value(expression) for name, expression in seen.items()}
    assert before["ticked"] and "search" not in page.text("#table thead")
    hash_ = page.value("location.hash.slice(1)")
    page.run("window.before = true; setTimeout(() => location.reload())")
    page.wait("!window.before")
    page.wait("document.documentElement.dataset.ready === 'true'")
    page.wait(DRAWN)
    assert {name: page.value(expression) for name, expression in seen.items()} == before
    assert page.value("location.hash.slice(1)") == hash_, address
    page.run("location.hash = '#'")
    page.wait("document.querySelector('#count').innerText === '36 of 36 rows'")
    assert page.value("document.getElementById('drawer').hidden") and "search" in page.text("#table thead")
    page.run("location.hash = arguments[0]", hash_)
    page.wait(f"document.querySelector('#count').innerText === {before['count']!r}")


def test_brushes_come_back_too(opened):
    arguments = pages.sample(36, failing=0)
    page = opened(arguments, view=urlencode({"brush.lr": "-3,-1", "scatter.box": "0.001,0.1,0,1"}))
    expected = sum(1e-3 <= trial.params["lr"] <= 1e-1 for trial in arguments[1]["random"])
    assert page.count() == expected
    assert page.value("document.getElementById('parallel').data[0].dimensions.some((d) => d.constraintrange)")


NONSENSE = [
    "%", "=&&=#", "sort=nothing", "where=(((", "status=__proto__&constructor=1", "scatter.x=<b>&brush.lr=a,b&open=x/1",
    "ticked=%25E0%25A4%25A", "history.log=perhaps&scatter.box=1,2,3&in.lr=abc&toString=1",
]  # fmt: skip


def test_nonsense_in_the_address_does_no_harm_and_is_said(opened):
    arguments = pages.sample(20)
    page = opened(arguments, drawn=False)
    for nonsense in NONSENSE:
        page.run("location.hash = arguments[0]", f"#{nonsense}")
        time.sleep(0.1)
        assert page.count() == 20
    page = opened(arguments, view=NONSENSE[-1])
    assert page.count() == 20
    said = page.text("#not-understood")
    assert "history.log=perhaps" in said and "toString=1" in said and "scatter.box=1,2,3" in said
    assert "no number" in page.text("#column-problem")


def test_an_incomplete_page_says_so_and_is_read_again_on_request(shared_browser, tmp_path):
    page = shared_browser
    arguments = pages.sample(10, failing=0)
    path = pages.write_page(tmp_path, arguments, incomplete="10 of 20 trials are done.")
    page.open(path, "where=lr%20%3E%200")
    assert "10 of 20 trials are done." in page.text("#incomplete")
    page.click("#incomplete input")
    page.wait("location.hash.includes('reread=on')")
    pages.write_page(tmp_path, pages.sample(14, failing=0), incomplete="14 of 20 trials are done.")
    page.run("setTimeout(() => document.getElementById('reread').click())")
    page.wait("document.querySelector('#incomplete').innerText.includes('14 of 20')", 20)
    page.wait("document.documentElement.dataset.ready === 'true'")
    assert page.count() == 14
    assert page.value("document.querySelector('#incomplete input').checked")
    assert page.value("document.querySelector('#expression').value") == "lr > 0"
    pages.write_page(tmp_path, arguments)
    page.open(path)
    assert page.value("document.getElementById('incomplete').hidden")


def test_what_is_beside_the_trials_has_cards(opened):
    arguments = pages.sample(30, pages.config(searches=("random", "other")), failing=0.2)
    page = opened(arguments, annex=pages.beside(arguments))
    assert len(page.value("document.getElementById('importances').data[0].x")) == len(pages.SPACE)
    assert page.value("document.getElementById('final').data.map((t) => t.x.length)") == [3, 3]
    runs = page.value("document.getElementById('timeline').data.map((t) => t.x.length / 3).reduce((a, b) => a + b)")
    assert runs == 30 and "30 runs" in page.text("#timeline-note")
    assert len(page.value("document.getElementById('slices').data")) == len(pages.SPACE)
    page.run("document.getElementById('timeline').emit('plotly_click', {points: [{customdata: 3}]})")
    assert not page.value("document.getElementById('drawer').hidden")
    page.click("#drawer button[aria-label='Close']")
    page.click("#provenance summary")
    page.wait("document.querySelector('#provenance').innerText.includes('3.12.1')")
    shown = page.text("#provenance")
    assert "node7 (30 trials)" in shown and "strategy: random" in shown and "secret" not in shown
    page = opened(arguments)
    assert not page.value("document.querySelector('#timeline, #final, #importances, #provenance')")


def test_a_page_of_some_of_very_many_trials_says_so_and_counts_all(opened):
    arguments = pages.sample(3000, failing=0.3, steps=1)
    _, trials_of, *_ = arguments
    shown = {search: listed[:2600:2] + listed[2999:] for search, listed in trials_of.items()}
    page = opened(arguments, shown=shown)
    assert "1301 of 3000 trials are on this page" in page.text("#whole")
    assert page.count() == 1301
    assert "3000" in page.text("#facts")
    lines = "document.getElementById('history').data.filter((trace) => trace.mode === 'lines')"
    assert page.value(f"{lines}[0].x.at(-1)") == 3000, "numbers of trials, not of rows"
    kept = [page.value("document.getElementById('scatter').data.map((t) => t.customdata ?? []).flat().length")]
    assert kept[0] <= 2000 + 2 * 500


def test_the_best_are_among_the_points_of_many(opened):
    arguments = pages.sample(4000, failing=0, steps=1)
    page = opened(arguments)
    assert "2000 of 4000 trials: the best ones" in page.text("#scatter-note")
    study, trials_of, *_ = arguments
    best = max(trial.value(study) for listed in trials_of.values() for trial in listed)
    ys = "document.getElementById('scatter').data.flatMap((t) => t.customdata ? Array.from(t.y) : [])"
    assert max(page.value(ys)) == pytest.approx(best)
