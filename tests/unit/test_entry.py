"""A stage ends with one line where the user has something to mend, and with a traceback where there is a bug."""

import errno

import pytest
from snaketune.entry import entry_point
from snaketune.errors import StudyError


def stage(error: Exception):
    @entry_point
    def main(*_: str) -> None:
        raise error

    return main


@pytest.mark.parametrize(("error", "said"), [
    (StudyError("no study here"), "[snaketune] no study here"),
    (OSError(errno.ENOSPC, "No space left on device", "a.csv"), "[snaketune] a.csv can't be written: No space left on"),
    (OSError(errno.EROFS, "Read-only file system", "a.csv"), "[snaketune] a.csv can't be written: Read-only"),
    (OSError(errno.EDQUOT, "Disk quota exceeded"), "[snaketune] a file can't be written: Disk quota exceeded"),
])  # fmt: skip
def test_what_the_user_has_to_mend(error, said):
    with pytest.raises(SystemExit) as ended:
        stage(error)("study.json")
    assert str(ended.value).startswith(said)


def test_anything_else_is_a_bug():
    for error in (OSError(errno.EIO, "Input/output error"), ValueError("x")):
        with pytest.raises(type(error)):
            stage(error)()
