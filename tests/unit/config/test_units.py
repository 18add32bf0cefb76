"""Durations and sizes."""

import pytest
from snaketune.config.units import bytes_from, seconds_from


@pytest.mark.parametrize(("written", "seconds"), [(90, 90), (0.5, 0.5), ("90", 90), ("90s", 90), ("30m",
1800), ("30min", 1800), ("1.5h", 5400),
                                                  ("2 H", 7200), (" 1d ", 86400), (".5m", 30)])  # fmt: skip
def test_durations(written, seconds):
    assert seconds_from(written) == seconds


@pytest.mark.parametrize(("written", "size"), [(1000, 1000), ("500MB", 500_000_000), ("4GB", 4_000_000_000),
("2GiB", 2 << 30), ("1k", 1000), ("1.5KB", 1500),
                                               ("0.5B", 1), ("1tb", 10**12)])  # fmt: skip
def test_sizes(written, size):
    assert bytes_from(written) == size
    assert type(bytes_from(written)) is int


@pytest.mark.parametrize("read", [seconds_from, bytes_from])
@pytest.mark.parametrize(
    "written", ["", "x", "-1", "0", 0, "1e3", "1 2", "5 apples", "nan", "inf", "1h30m", "9" * 400, True]
)
def test_what_is_neither(read, written):
    with pytest.raises(ValueError, match="is not a"):
        read(written)
