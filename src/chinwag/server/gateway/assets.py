"""The built web client in memory: every file with its headers, compressed as the build left it."""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

_HASHED = "/assets/"
"""Where names change with content, so that a copy never grows old."""
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"
"""Keep it, but ask each time whether it is still the same."""
_COMPRESSED = {"br": ".br", "gzip": ".gz"}
"""Codings (RFC 9110, section 8.4.1) in order of preference, and how their files end."""
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_UNWEIGHTED = re.compile(r";\s*q=0(?:\.0{0,3})?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Variant:
    """A file in one coding (``""``: none). ``body`` is None where it is made when asked for."""

    coding: str
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the client. Of one that is compressed, the plain form is not kept: nearly nobody
    asks for it.
    """

    kind: str
    digest: str
    cache: str
    variants: tuple[Variant, ...]
    """In order of preference; the last has no coding."""

    def choose(self, accepted: list[str]) -> Variant:
        """The best variant for the elements of an ``Accept-Encoding``."""
        wanted = {
            each.partition(";")[0].strip().lower()
            for each in accepted
            if not _UNWEIGHTED.search(each)
        }
        return next(each for each in self.variants if not each.coding or each.coding in wanted)

    def body(self, variant: Variant) -> bytes:
        """What is sent."""
        if variant.body is not None:
            return variant.body
        packed = next(each.body for each in self.variants if each.coding == "gzip")
        assert packed is not None
        return gzip.decompress(packed)

    def etag(self, variant: Variant) -> str:
        """A strong validator: other bytes, another tag."""
        return f'"{self.digest}-{variant.coding}"' if variant.coding else f'"{self.digest}"'


def load(folder: Traversable) -> Mapping[str, Asset]:
    """All files below, by the path of their URL; empty if the client was not built."""
    if not folder.is_dir():
        return {}
    files = dict(_files(folder, ""))
    return {
        path: _asset(path, file, files)
        for path, file in files.items()
        if not path.endswith(tuple(_COMPRESSED.values()))
    }


def _asset(path: str, file: Traversable, files: Mapping[str, Traversable]) -> Asset:
    plain = file.read_bytes()
    variants = [
        Variant(coding, files[path + end].read_bytes())
        for coding, end in _COMPRESSED.items()
        if path + end in files
    ]
    has_gzip = any(each.coding == "gzip" for each in variants)
    return Asset(
        kind=_TYPES.get(path[path.rfind(".") :], "application/octet-stream"),
        digest=hashlib.sha256(plain).hexdigest()[:20],
        cache=_FOREVER if path.startswith(_HASHED) else _ASK,
        variants=(*variants, Variant("", None if has_gzip else plain)),
    )


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    """What may be served: nothing that starts with a dot."""
    for each in folder.iterdir():
        if each.name.startswith("."):
            continue
        if each.is_dir():
            yield from _files(each, f"{path}/{each.name}")
        else:
            yield f"{path}/{each.name}", each
