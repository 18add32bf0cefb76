"""A record says whether it is whole: nothing that is not what was written is taken for a record."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from snaketune.runner.seal import sealed, unsealed

RECORD = {"version": 1, "metrics": {"loss": 0.25, "größe": "\n"}, "params": {"digest": ',\n "digest": "'}, "notes": []}


def test_what_was_written_is_read_back_as_json_and_as_a_record():
    content = sealed(RECORD).encode()
    assert unsealed(content) == RECORD
    read = json.loads(content)
    assert len(read.pop("digest")) == 64
    assert read == RECORD


def test_a_record_from_before_records_had_a_digest():
    assert unsealed((json.dumps(RECORD, indent=1) + "\n").encode()) == RECORD


@pytest.mark.parametrize("content", [b"", b"\0" * 400, b"\n", b"{", b"[1]", b"null", b"\xff\xfe{}", b"[" * 100_000])
def test_what_is_no_record_is_refused(content):
    with pytest.raises(ValueError):
        unsealed(content)


@given(st.data())
def test_a_changed_byte_is_noticed_or_changes_nothing(data):
    content = bytearray(sealed(RECORD).encode())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        found = unsealed(bytes(content))
    except ValueError:
        return
    # Only the name of the key `digest` can change unnoticed.
    assert {name: value for name, value in found.items() if name in RECORD} == RECORD


@given(st.integers(0, 10_000))
def test_a_cut_record_is_noticed(length):
    content = sealed(RECORD).encode()
    cut = content[: length % (len(content) - 1)]
    with pytest.raises(ValueError):
        unsealed(cut)
