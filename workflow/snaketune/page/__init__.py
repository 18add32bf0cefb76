"""The one page: `data` turns results into a JSON payload, `render` puts that into one HTML file."""

from snaketune.page.data import page_payload
from snaketune.page.render import plotly_script, render

__all__ = ["page_payload", "plotly_script", "render"]
