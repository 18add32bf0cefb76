"""What a run's result depends on besides its parameters: command, environment, content of its code and data."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snaketune.files import replaced
from snaketune.values import digest

__all__ = ["content_digest", "contents_of", "contract_of"]

# Files above this size are hashed again only when their size or time has changed.
_CACHED_FROM = 1_000_000
_SKIPPED = {"__pycache__", ".git", ".snakemake", ".ipynb_checkpoints"}


def contract_of(terms: Mapping[str, Any], contents: Mapping[str, str]) -> str:
    """The digest of `terms` (JSON values) and of the contents of files."""
    return digest([terms, contents], length=32)


def contents_of(files: Iterable[str], root: Path, cache: Path) -> dict[str, str]:
    """The digests of the contents of `files` (paths of files or folders, from `root`).

    Touching a file does not change it. Digests of large files are kept in `cache`.

    Raises:
        OSError: a file can't be read.
    """
    return {path: content_digest(root / path, cache) for path in sorted(files)}


def content_digest(path: Path, cache: Path) -> str:
    """The SHA-256 of a file's content, or of the names and contents of the files below a folder."""
    if not path.is_dir():
        return _file_digest(path, cache)
    lines = [
        f"{file.relative_to(path).as_posix()} {_file_digest(file, cache)}"
        for file in sorted(path.rglob("*"))
        if file.is_file() and not _SKIPPED & set(file.relative_to(path).parts)
    ]
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()


def _file_digest(path: Path, cache: Path) -> str:
    stat = path.stat()
    if stat.st_size < _CACHED_FROM:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    stamp = f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"
    known = _read_cache(cache)
    if stamp not in known:
        with path.open("rb") as file:
            known[stamp] = hashlib.file_digest(file, "sha256").hexdigest()
        _write_cache(cache, known)
    return known[stamp]


def _read_cache(cache: Path) -> dict[str, str]:
    try:
        known: dict[str, str] = json.loads(cache.read_text())
        return known
    except (FileNotFoundError, ValueError):  # none yet, or cut short by a crash: it is only a cache
        return {}


def _write_cache(cache: Path, known: dict[str, str]) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    with replaced(cache) as temporary:
        temporary.write_text(json.dumps(known))
