"""The one page in a real browser."""

import functools
import time
from dataclasses import replace

import pages
import pytest
from browser import DRAWN
from snaketune.page.annex import annex_payload
from snaketune.page.columns import columns_of
from snaketune.results.trained import Trained
from snaketune.samplers import Rung
from snaketune.samplers.brackets import Budget
from snaketune.space.expressions import Expression, Missing

EVIL = "</script><img src=x onerror=\"document.title='pwned'\"><b>bold</b>"


@functools.cache
def study_of_36():
    return pages.sample(36, pages.config(searches=("random", "other"), replicates=2), failing=0.2)


@pytest.fixture(scope="module")
def file_of_36(tmp_path_factory):
    return pages.write_page(tmp_path_factory.mktemp("page"), study_of_36())


@pytest.fixture
def page_of_36(shared_browser, file_of_36):
    """The page of that study as it is after loading, opened once for all tests that only filter and sort."""
    if shared_browser.value("location.href.split('#')[0]") != file_of_36.as_uri():
        shared_browser.open(file_of_36)
    shared_browser.click("#reset")
    assert shared_browser.count() == 36
    yield shared_browser
    assert shared_browser.problems() == []
    assert shared_browser.fetched() == []


def values_of(arguments, name):
    """A column's values by row, None where there is none."""
    study, trials_of, *_ = arguments
    column = next(found for found in columns_of(trials_of, study) if found["name"] == name)
    if column["kind"] == "number":
        return column["values"]
    return [None if code < 0 else column["levels"][code] for code in column["codes"]]


def test_it_loads_and_says_what_was_searched(opened):
    arguments = study_of_36()
    page = opened(arguments)
    assert page.text("#study") == "sample"
    assert page.text("#goal") == "maximize val_accuracy"
    best = max(v for v in values_of(arguments, "val_accuracy") if v is not None)
    assert page.text("#facts dd").startswith(f"{best:.5g}")
    assert page.count() == 36
    assert page.value("document.querySelectorAll('.chart .empty').length") == 0


def test_nothing_can_be_fetched_even_by_script(opened):
    page = opened(study_of_36(), drawn=False)
    outcome = page.driver.execute_async_script(
        "const done = arguments[0];fetch('https://example.org/').then(() => done('fetched'), () => done('refused'));"
    )
    assert outcome == "refused"
    assert any("Content Security Policy" in message for message in page.problems())


@pytest.mark.parametrize("column", ["lr", "val_accuracy", "hidden", "seconds"])
def test_columns_sort_in_both_directions_with_the_missing_last(page_of_36, column):
    page = page_of_36
    button = f"#table thead button[title='{column}']"
    seen = set()
    for _ in range(2):
        page.click(button)
        cells = [cell.split(" ")[0] for cell in page.cells(column)]
        numbers = [float(cell) for cell in cells if cell != "–"]
        assert cells[: len(numbers)] == [cell for cell in cells if cell != "–"]
        assert numbers in (sorted(numbers), sorted(numbers, reverse=True))
        seen.add(page.value("document.querySelector(arguments[0]).closest('th').getAttribute('aria-sort')", button))
    assert seen == {"ascending", "descending"}


@pytest.mark.parametrize(
    ("column", "text", "passes"),
    [
        ("lr", "0.001..0.1", lambda v: 0.001 <= v <= 0.1),
        ("lr", "0.01..", lambda v: v >= 0.01),
        ("hidden", ">100", lambda v: v > 100),
        ("hidden", "<= 100", lambda v: v <= 100),
        ("batch_size", "32", lambda v: v == 32),
        ("batch_size", "!=32", lambda v: v != 32),
        ("optimizer", "AD", lambda v: v == "adam"),
        ("optimizer", "!adam", lambda v: v != "adam"),
        ("nesterov", "=true", lambda v: v is True),
    ],
)
def test_columns_filter(page_of_36, column, text, passes):
    arguments = study_of_36()
    page = page_of_36
    page.type(f"#table input[data-column='{column}']", text)
    assert page.count() == sum(passes(value) for value in values_of(arguments, column))
    assert column in page.text("#active")
    page.click("#active button")
    assert page.count() == 36
    assert page.value("document.querySelector(arguments[0]).value", f"#table input[data-column='{column}']") == ""


def test_missing_values_can_be_asked_for_and_nonsense_filters_nothing(page_of_36):
    arguments = study_of_36()
    page = page_of_36
    page.type("#table input[data-column='momentum']", "none")
    assert page.count() == values_of(arguments, "momentum").count(None) > 0
    page.type("#table input[data-column='momentum']", "abc")
    assert page.count() == 36
    assert page.value("document.querySelector(\"#table input[data-column='momentum']\").classList.contains('invalid')")


def test_status_search_and_tag_filter_together(page_of_36):
    arguments = study_of_36()
    page = page_of_36
    page.click("#status-chips [data-value='complete']")
    page.click("#search-chips [data-value='other']")
    page.type("#tag", "sgd")
    rows = zip(*(values_of(arguments, name) for name in ("status", "search", "optimizer")), strict=True)
    assert page.count() == sum(row == ("complete", "other", "sgd") for row in rows) > 0
    page.click("#reset")
    assert page.count() == 36


EXPRESSIONS = [
    'lr > 0.01 and optimizer == "sgd"',
    "lr > 0.01 or momentum > 0.5",
    "not (momentum > 0.5)",
    "0.001 < lr <= 0.1",
    "hidden % 2 == 0",
    "-hidden // 7 < -20",
    "2 ** 3 ** 2 == 512 and hidden ** -1 < 0.01",
    "batch_size in [16, 64]",
    "batch_size not in (16,)",
    "nesterov",
    "not nesterov",
    "nesterov == True and 'dam' in optimizer",
    "status != 'complete'",
    "(1 if optimizer == 'adam' else 3) * hidden > 200",
    "log10(lr) + 2 > 0",
    "max(hidden, batch_size) == batch_size",
    "round(2.5) == 2 and round(3.5) == 4",
    "len(optimizer) == 4",
    "abs(lr - 0.01) < .05 and int(lr * 100) >= 1",
    "val_accuracy >= 0.5 and val_loss < 3",
    "'sgd' in tags",
    "true",
    "1 == 1.0 and '1' != 1",
    "(lr) > 1e-2",
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions_mean_what_they_mean_in_the_configuration(page_of_36, text):
    arguments = study_of_36()
    page = page_of_36
    expression = Expression(text)
    columns = {name: values_of(arguments, name) for name in expression.names}

    def passes(row):
        present = {name: values[row] for name, values in columns.items() if values[row] is not None}
        try:
            return bool(expression(present))
        except Missing:
            return False

    page.type("#expression", text)
    page.wait(f"document.querySelector('#count').innerText === '{sum(map(passes, range(36)))} of 36 rows'")
    assert page.text("#expression-problem") == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lr >", "ends too early"),
        ("lr > 0.1)", "unexpected"),
        ("(lr > 0.1", "missing"),
        ("learning_rate > 0.1", "no column"),
        ("alert(1)", "no function"),
        ("constructor", "no column"),
        ("__proto__ == 1", "no column"),
        ("lr.constructor('x')", "no function"),
        ("optimizer < 3", "no order"),
        ("lr / 0 > 1", "division by zero"),
        ("lr ; lr", "can't read"),
        ("lr = 3", "can't read"),
    ],
)
def test_a_bad_expression_is_explained_and_filters_nothing(page_of_36, text, message):
    page = page_of_36
    page.type("#expression", text)
    page.wait("!document.getElementById('expression-problem').hidden")
    assert message in page.text("#expression-problem")
    assert page.count() == 36


def test_names_that_are_no_identifiers_stand_in_backquotes(opened):
    arguments = pages.sample(20, pages.config({"batch-size": [1, 2]}, tags=()), failing=0)
    page = opened(arguments, drawn=False)
    page.type("#expression", "`batch-size` == 2")
    expected = values_of(arguments, "batch-size").count(2)
    page.wait(f"document.querySelector('#count').innerText === '{expected} of 20 rows'")


def test_a_brush_on_an_axis_filters_the_table(opened):
    arguments = study_of_36()
    page = opened(arguments)
    page.run(
        "const node = document.getElementById('parallel');"
        "const i = node.data[0].dimensions.findIndex((d) => d.label === 'lr');"
        "Plotly.restyle(node, {[`dimensions[${i}].constraintrange`]: [[-3, -1]]})"
    )
    expected = sum(1e-3 <= lr <= 1e-1 for lr in values_of(arguments, "lr"))
    page.wait(f"document.querySelector('#count').innerText === '{expected} of 36 rows'")
    assert "lr: 0.001 – 0.1" in page.text("#active")
    page.click("#active button")
    assert page.count() == 36
    page.wait("!document.getElementById('parallel').data[0].dimensions.some((d) => d.constraintrange)")


def test_dragging_along_an_axis_with_the_mouse_filters(opened):
    from selenium.webdriver import ActionChains

    page = opened(study_of_36())
    x, top, bottom = page.value(
        "(() => { const brush = document.querySelector('#parallel .axis-brush .background');"
        "const box = brush.getBoundingClientRect();"
        "return [box.x + box.width / 2, box.y + 0.2 * box.height, box.y + 0.5 * box.height]; })()"
    )
    chain = ActionChains(page.driver)
    chain.w3c_actions.pointer_action.move_to_location(int(x), int(top)).pointer_down()
    for step in range(1, 9):
        chain.w3c_actions.pointer_action.move_to_location(int(x), int(top + (bottom - top) * step / 8))
    chain.w3c_actions.pointer_action.pointer_up()
    chain.perform()
    page.wait("document.querySelector('#active').innerText.includes('–')")
    assert 0 < page.count() < 36


def test_a_box_in_the_scatter_filters(opened):
    from selenium.webdriver import ActionChains

    page = opened(study_of_36())
    left, top, width, height = page.value(
        "(() => { const box = document.querySelector('#scatter .nsewdrag').getBoundingClientRect();"
        "return [box.x, box.y, box.width, box.height]; })()"
    )
    chain = ActionChains(page.driver)
    pointer = chain.w3c_actions.pointer_action
    pointer.move_to_location(int(left + 5), int(top + 5)).pointer_down()
    for share in (0.2, 0.4, 0.6):
        pointer.move_to_location(int(left + share * width), int(top + (share + 0.3) * height))
    pointer.pointer_up()
    chain.perform()
    page.wait("document.querySelector('#active').innerText.startsWith('scatter:')")
    assert 0 < page.count() < 36


def test_a_click_on_a_point_opens_its_trial(opened):
    page = opened(study_of_36())
    page.run("document.getElementById('leaders').emit('plotly_click', {points: [{customdata: 7}]})")
    assert page.text("#drawer-title") == page.value("document.querySelector('#row-7').cells[2].innerText")


def test_details_hold_all_of_a_trial(opened):
    arguments = study_of_36()
    page = opened(arguments, drawn=False)
    failed = next(i for i, status in enumerate(values_of(arguments, "status")) if status != "complete")
    page.type("#table input[data-column='name']", "=" + values_of(arguments, "name")[failed])
    page.click("#table tbody tr[data-row] td:nth-child(3)")
    shown = page.text("#drawer")
    trial = values_of(arguments, "trial")[failed]
    assert trial in shown
    assert values_of(arguments, "reason")[failed] in shown
    assert values_of(arguments, "status")[failed] in shown
    assert str(values_of(arguments, "lr")[failed]) in shown
    assert "epoch 2: done" in shown
    folder = f"results/sample/trials/{trial}"
    assert f"snakemake --cores 1 --config retry={trial}" in shown
    assert f"snaketune.runner.alone {folder}/r0" in shown
    page.click("#drawer details summary")
    assert "python train.py --lr" in page.text("#drawer")
    page.click("#drawer button[aria-label='Close']")
    assert page.value("document.getElementById('drawer').hidden")


def test_ticked_trials_stand_side_by_side_with_differences_marked(opened):
    page = opened(pages.sample(12, failing=0))
    for row in (1, 2):
        page.click(f"#table tbody tr:nth-child({row + 1}) input")
    names = page.cells("name")[:2]
    assert page.value("[...document.querySelectorAll('#compare thead button')].map((b) => b.textContent)") == names
    same, different = (
        page.value(f"[...document.querySelectorAll('#compare tbody tr{kind} th')].map((th) => th.title)")
        for kind in (":not(.differs)", ".differs")
    )
    assert "lr" in different and "search" in same
    assert page.value("[...document.querySelectorAll('#compare tr.differs .mark')].every((m) => m.textContent === '≠')")
    page.click("#compare-controls input")
    assert page.value("document.querySelectorAll('#compare tbody tr').length") == len(different)
    page.wait("document.getElementById('curves').data?.length === 2")


def test_it_can_be_used_by_keyboard(opened):
    from selenium.webdriver.common.keys import Keys

    page = opened(study_of_36(), drawn=False)
    table = page.driver.find_element("css selector", "#table table")
    table.send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, " ", Keys.ENTER)
    assert page.text("#drawer-title") == page.cells("name")[2]
    assert page.value("document.querySelectorAll('#table tr.ticked').length") == 1
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert page.value("document.activeElement.tagName") == "TABLE"
    table.send_keys(Keys.END)
    assert page.value("document.querySelector('#table tr.active').getAttribute('aria-rowindex')") == "38"
    table.send_keys("/")
    assert page.value("document.activeElement.id") == "expression"


def test_light_and_dark(opened):
    page = opened(study_of_36())
    background = "getComputedStyle(document.body).backgroundColor"
    page.prefer("dark")
    dark = page.value(background)
    page.prefer(None)
    light = page.value(background)
    assert light != dark
    drawn = "document.getElementById('history').layout.font.color"
    follows = f"{drawn} === getComputedStyle(document.documentElement).getPropertyValue('--text').trim()"
    page.wait(follows)
    before = page.value(drawn)
    page.click("#theme")
    assert page.value(background) == dark
    page.wait(follows)
    assert page.value(drawn) != before
    page.click("#theme")
    assert page.value(background) == light
    page.run("localStorage.clear()")


def test_injected_markup_does_nothing(opened):
    space = {"opt": [EVIL, "<b>bold</b>"], "lr": [0.1, 0.2]}
    configuration = pages.config(space, tags=("{opt}",), name="{opt}", description=EVIL)
    arguments = pages.sample(8, configuration, failing=0.5, tail=[EVIL])
    for curve in arguments[4].values():
        curve[EVIL] = curve["val_loss"]
    page = opened(arguments)
    page.click("#table tbody tr[data-row] td:nth-child(3)")
    for node in ("scatter", "history", "leaders"):
        page.run(
            "const node = document.getElementById(arguments[0]);"
            "if (node.data) Plotly.Fx.hover(node, [{curveNumber: node.data.length - 1, pointNumber: 0}])",
            node,
        )
    assert "<b>bold</b>" in page.value("document.querySelector('#scatter svg').parentNode.textContent")
    page.type("#curves-controls select", EVIL)
    page.type("#expression", EVIL)
    page.type("#table input[data-column='opt']", EVIL)
    time.sleep(0.5)
    assert EVIL in page.text("#drawer")
    assert page.value("document.title") == "sample – SnakeTune"
    assert page.value("document.querySelectorAll('img, #table b, #drawer b, #active b').length") == 0


def test_all_failed_one_trial_and_no_trial(opened):
    page = opened(pages.sample(5, failing=2, steps=0))
    assert page.count() == 5
    assert "No complete trial" in page.text("#leaders")
    page = opened(pages.sample(1, failing=0))
    assert page.count() == 1
    page = opened(pages.sample(0))
    assert "There is no trial yet." in page.text("#table")


def test_two_objectives_show_their_front(opened):
    page = opened(pages.sample(60, pages.config(objectives=2), failing=0.1))
    assert page.value(
        "document.getElementById('scatter').data.some((t) => t.name === 'Pareto front' && t.x.length > 1)"
    )
    assert "pareto" in page.text("#table thead")


def test_ten_thousand_trials_are_shown_before_they_are_drawn_and_filtered_at_once(opened, tmp_path):
    arguments = pages.sample(10_000, pages.config(searches=("random", "other")))
    path = pages.write_page(tmp_path, arguments)
    page = opened(arguments, drawn=False)
    assert path.stat().st_size < 5_000_000
    shown, loaded = page.value("['table', 'ready'].map((name) => performance.getEntriesByName(name)[0].startTime)")
    assert shown < loaded
    assert page.value("document.querySelectorAll('#table tbody tr').length") < 100
    page.wait(DRAWN)
    took = page.value(
        "(() => { const input = document.querySelector(\"#table input[data-column='lr']\");"
        "const start = performance.now(); input.value = '0.001..0.01';"
        "input.dispatchEvent(new Event('input'));"
        "return performance.now() - start; })()"
    )
    assert took < shown / 2, "on the same machine at the same time: a filter makes nothing anew"
    assert page.count() == sum(0.001 <= lr <= 0.01 for lr in values_of(arguments, "lr"))


def test_the_page_of_a_thousand_trials_is_small(tmp_path):
    path = pages.write_page(tmp_path, pages.sample(1000, steps=300))
    assert path.stat().st_size < 5_000_000


def test_values_of_different_budgets_are_no_equals(shared_browser, tmp_path):
    budget = {"name": "epochs", "min": 1, "max": 9}
    config = pages.config() | {"searches": {"h": {"strategy": "halving", "n_trials": 4, "budget": budget}}}
    config["objective"] = config["objective"] | {"command": ["python", "train.py", "{budget}"]}
    study, trials_of, *rest = pages.sample(4, config, failing=0)
    # The more it is trained, the worse it is.
    rungs = [Rung(0, 2, 9, 3, 9), Rung(0, 1, 3, 1, 9), *[Rung(0, 0, 1, None, 9)] * 2]
    found = zip(trials_of["h"], rungs, (0.1, 0.2, 0.3, 0.4), strict=True)
    trials = [replace(trial, rung=rung, metrics={"val_accuracy": value}) for trial, rung, value in found]
    best = {"at": [3, 4], "value": [0.05, 0.1], "row": [None, 0]}
    spent = {"search": "h", "total": 4, "in_full": 36, "best": best, "any": {"at": [1], "value": [0.4], "row": [3]}}
    rest[0] = {"h": "no trial is complete with 9 epochs (1 failed)"}
    arguments = (study, {"h": trials}, *rest)
    trained = Trained(Budget("epochs", 1, 9), 4, 5, 36)
    annex = annex_payload([], spending=[spent])
    page = shared_browser
    page.open(pages.write_page(tmp_path, arguments, annex=annex, trained=trained))
    assert page.text("#endings") == "h ended early: no trial is complete with 9 epochs (1 failed)."
    assert page.cells("budget") == ["9", "3", "1", "1"]
    page.wait("document.getElementById('leaders').data && document.getElementById('spending').data", 30)
    labels = page.value("document.getElementById('leaders').layout.yaxis.ticktext")
    assert [label.rpartition(" ")[2] for label in labels] == ["(9)", "(3)", "(1)", "(1)"]
    symbols = page.value("document.getElementById('leaders').data[0].marker.symbol")
    assert symbols == ["circle", *["circle-open"] * 3]
    (marked,) = page.value("[...document.querySelectorAll('#compare td.best')].map((cell) => cell.textContent)")
    assert float(marked) == 0.1
    assert "trained furthest" in page.value("document.querySelector('#compare .note').textContent")
    traces = page.value("document.getElementById('spending').data.map(({ x, y }) => [x, y])")
    assert traces == [[[1, 4], [0.4, 0.4]], [[3, 4, 4], [0.05, 0.1, 0.1]], [[4], [0.1]]]
    assert "36" in page.value("document.getElementById('spending').data[1].name")
    assert page.problems() == []
