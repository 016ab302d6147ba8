"""Decompression that a gzip bomb cannot turn into a memory bomb."""

from __future__ import annotations

import zlib

_GZIP, _ZLIB_OR_GZIP, _RAW = 31, 47, -15


class BodyTooLarge(Exception):
    """More bytes than allowed, as received or as decompressed."""


class BodyBroken(Exception):
    """Not what its Content-Encoding says, or cut off."""


class Inflater:
    """Takes chunks of a response body; never holds more than ``limit`` bytes of either form."""

    def __init__(self, encoding: str, limit: int) -> None:
        names = [name.strip().lower() for name in encoding.split(",")]
        known = [name for name in names if name not in ("", "identity", "none", "utf-8")]
        if len(known) > 1 or any(
            name not in ("gzip", "x-gzip", "deflate", "zlib") for name in known
        ):
            raise BodyBroken(f"Content-Encoding {encoding}")
        self._limit = limit
        self._received = 0
        self._size = 0
        self._parts: list[bytes] = []
        self._kind = known[0] if known else ""
        self._stream: zlib._Decompress | None = None
        self._started = False

    def feed(self, chunk: bytes) -> None:
        """Raises `BodyTooLarge` or `BodyBroken`."""
        self._received += len(chunk)
        if self._received > self._limit:
            raise BodyTooLarge
        if not self._started and chunk:
            self._started = True
            self._stream = self._open(chunk)
        if self._stream is None:
            self._keep(chunk)
        else:
            self._inflate(chunk)

    def finish(self) -> bytes:
        """The whole body. Raises `BodyBroken` where the compressed stream was cut off."""
        if self._stream is not None and not self._stream.eof:
            raise BodyBroken("compressed stream cut off")
        return b"".join(self._parts)

    def _open(self, first: bytes) -> zlib._Decompress | None:
        if not self._kind:
            return None
        if "gzip" in self._kind:
            # some servers claim gzip and send plain text
            return zlib.decompressobj(_GZIP) if first[:1] == b"\x1f" else None
        # "deflate" ought to be zlib, but half of the world sends the bare stream
        wrapped = first[0] & 0x0F == 8 and (len(first) < 2 or (first[0] * 256 + first[1]) % 31 == 0)
        return zlib.decompressobj(_ZLIB_OR_GZIP if wrapped or first[:2] == b"\x1f\x8b" else _RAW)

    def _inflate(self, chunk: bytes) -> None:
        assert self._stream is not None
        while chunk:
            if self._stream.eof:
                if chunk[:2] != b"\x1f\x8b":
                    return  # padding after the stream
                self._stream = zlib.decompressobj(_GZIP)
            try:
                # one byte more than allowed is enough to know
                self._keep(self._stream.decompress(chunk, self._limit - self._size + 1))
            except zlib.error as error:
                raise BodyBroken(str(error)) from error
            chunk = self._stream.unconsumed_tail or self._stream.unused_data

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise BodyTooLarge
        self._parts.append(data)
