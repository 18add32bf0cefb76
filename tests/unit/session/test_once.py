"""What the rounds of a search say again and again is said once in a session."""

from snaketune.layout import Layout
from snaketune.session.once import forget_said, not_said_yet


def test_numbers_make_no_new_line(tmp_path):
    layout = Layout(tmp_path)
    first = ["WARNING: checkpoints take 1.2 GB, more than 1 GB", "the checkpoint in a can't be deleted: no"]
    assert not_said_yet(layout, first) == first
    assert not_said_yet(layout, ["WARNING: checkpoints take 800 MB, more than 1 GB"]) == []
    assert not_said_yet(layout, [first[0], "something else"]) == ["something else"]
    forget_said(layout)
    assert not_said_yet(layout, first[:1]) == first[:1]
    forget_said(Layout(tmp_path / "nothing there"))
