"""A headless browser for the page's tests."""

import contextlib
import json
import shutil
import time

import pytest

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--enable-unsafe-swiftshader",
)  # fmt: skip
PATIENCE = 60
# Every chart is a plotly chart or says why there is none.
DRAWN = "document.querySelectorAll('.chart:not(.js-plotly-plot):not(:has(.empty))').length === 0"


@contextlib.contextmanager
def browser(profile, *, width=1280, height=2600):
    """A `Browser` with a fresh profile folder; the test is skipped where there is none."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="needs selenium: pip install selenium")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.chrome.service.Service(driver))
    try:
        yield Browser(found)
    finally:
        found.quit()


class Browser:
    """Opens a page and asks it things by the selectors that its elements have."""

    def __init__(self, driver):
        self.driver = driver
        driver.set_script_timeout(2 * PATIENCE)
        self.requests = []

    def open(self, path, view=""):
        """Opens a page; `view` is what stands behind the # of its address."""
        self.driver.get("about:blank")  # or another # alone would not load it
        self.driver.get(path.as_uri() + (f"#{view}" if view else ""))
        self.wait("document.documentElement.dataset.ready === 'true'")

    def size(self, width, height=4000):
        """Makes the window so wide and high, in CSS pixels, as on a phone or a desk."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefer(self, theme):
        """Light or dark, or what the machine says if `theme` is None."""
        features = [{"name": "prefers-color-scheme", "value": theme}] if theme else []
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def as_usual(self):
        """The window as it began."""
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.prefer(None)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def value(self, expression, *arguments):
        return self.run(f"return {expression}", *arguments)

    def wait(self, condition, patience=PATIENCE):
        end = time.monotonic() + patience
        while not self.value(condition):
            assert time.monotonic() < end, f"never true: {condition}; console: {self.problems()}"
            time.sleep(0.05)

    def text(self, selector):
        return self.value("document.querySelector(arguments[0]).innerText", selector)

    def click(self, selector):
        self.run("document.querySelector(arguments[0]).click()", selector)

    def type(self, selector, text):
        """Replaces the text of an input, as typing does."""
        self.run(
            "const i = document.querySelector(arguments[0]); i.value = arguments[1];"
            "i.dispatchEvent(new Event('input', {bubbles: true}));"
            "i.dispatchEvent(new Event('change', {bubbles: true}));",
            selector,
            text,
        )

    def count(self):
        """How many rows pass the filters."""
        return int(self.text("#count").split()[0])

    def cells(self, column):
        """The texts in sight of a column of the table."""
        return self.value(
            "(() => { const i = [...document.querySelectorAll('#table thead th')].findIndex("
            "(th) => th.querySelector('.column-name')?.textContent === arguments[0]);"
            "const rows = [...document.querySelectorAll('#table tbody tr[data-row]')];"
            "return rows.map((tr) => tr.cells[i].innerText); })()",
            column,
        )

    def problems(self):
        """What the console says, but for remarks on drawing without a graphics card."""
        entries = self.driver.get_log("browser")
        return [
            e["message"] for e in entries if "GL Driver Message" not in e["message"] and "WebGL" not in e["message"]
        ]

    def fetched(self):
        """The addresses of all requests since the last call, but for the file itself and what is in it."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
        urls += self.value("performance.getEntriesByType('resource').map((entry) => entry.name)")
        return [url for url in urls if not url.startswith(("file:", "data:", "blob:", "chrome:"))]
