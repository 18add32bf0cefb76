"""A record that says whether it is whole: its last key is the digest of all that stands before it in the file."""

from __future__ import annotations

import json

TYPE_CHECKING = False  # to import `typing` takes time
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = ["digest_of", "is_sealed", "sealed", "unsealed"]

_MARK = ',\n "digest": "'
_END = '"\n}\n'


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    import hashlib

    return hashlib.sha256(content).hexdigest()


def sealed(record: Mapping[str, Any]) -> str:
    """The text of a file that holds `record`, which is not empty and has no key `digest`, and ends with its digest."""
    body = json.dumps(record, indent=1, allow_nan=False)[: -len("\n}")]
    return body + _MARK + digest_of(body.encode()) + _END


def is_sealed(content: bytes) -> bool:
    """Whether a file is what `sealed` has made."""
    body, mark, end = content.rpartition(_MARK.encode())
    return bool(mark) and end == (digest_of(body) + _END).encode()


def unsealed(content: bytes) -> dict[str, Any]:
    """The record in a file that `sealed` made, or in one from before records had a digest.

    Raises:
        ValueError: the content is not what was written; says why.
    """
    if not content.strip(b"\0 \n"):
        raise ValueError("it is empty")
    if _MARK.encode() in content and not is_sealed(content):
        raise ValueError("its content is not what was written")
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is not valid JSON ({error})") from None
    if not isinstance(record, dict):
        raise ValueError("it holds no record")
    record.pop("digest", None)
    return record
