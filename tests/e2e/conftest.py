import pages
import pytest
from browser import DRAWN, browser
from project import Project


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


@pytest.fixture(scope="module")
def shared_browser(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture
def opened(shared_browser, tmp_path):
    """Opens the page of some made-up study; at its end, the console is silent and nothing was fetched."""

    def build(arguments, drawn=True, annex=None, view="", **options):
        shared_browser.problems()
        shared_browser.open(pages.write_page(tmp_path, arguments, annex=annex, **options), view)
        if drawn:
            shared_browser.wait(DRAWN)
        return shared_browser

    yield build
    assert shared_browser.problems() == []
    assert shared_browser.fetched() == []
