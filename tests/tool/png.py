# SPDX-License-Identifier: MIT
"""Enough of PNG for the tests: writes every kind, reads what the command writes."""

import struct
import zlib

import numpy

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
ADAM7 = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
         (1, 0, 2, 1))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pack_rows(pixels, depth):
    """Unfiltered rows of height x width x channels numbers."""
    out = b""
    for row in pixels.reshape(pixels.shape[0], -1):
        if depth == 16:
            data = row.astype(">u2").tobytes()
        else:
            bits = (row[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1
            data = numpy.packbits(bits.astype(numpy.uint8).ravel()).tobytes()
        out += b"\0" + data
    return out


def encode(pixels, colour, depth=8, palette=None, transparent=None, interlaced=False):
    """The bytes of a PNG of height x width x channels numbers."""
    pixels = numpy.asarray(pixels)
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, -1)
    if interlaced:
        passes = [pixels[y::dy, x::dx] for y, x, dy, dx in ADAM7]
        raw = b"".join(pack_rows(p, depth) for p in passes if p.size)
    else:
        raw = pack_rows(pixels, depth)
    out = SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0,
                                                 int(interlaced)))
    if palette is not None:
        out += chunk(b"PLTE", bytes(numpy.asarray(palette, dtype=numpy.uint8).ravel()))
    if transparent is not None:
        out += chunk(b"tRNS", bytes(transparent))
    return out + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def paeth(left, up, corner):
    guess = left + up - corner
    best = min((abs(guess - left), 0, left), (abs(guess - up), 1, up),
               (abs(guess - corner), 2, corner))
    return best[2]


def unfilter(kind, row, above, step):
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2,
                            paeth(left, above[i], corner))[kind]) & 255
    return row


def decode(data):
    """height x width x channels bytes of an 8-bit gray or RGB PNG."""
    assert data[:8] == SIGNATURE
    position, packed = 8, b""
    while position < len(data):
        length, = struct.unpack(">I", data[position:position + 4])
        kind, body = data[position + 4:position + 8], data[position + 8:position + 8 + length]
        crc, = struct.unpack(">I", data[position + 8 + length:position + 12 + length])
        assert crc == zlib.crc32(kind + body)
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        if kind == b"IDAT":
            packed += body
        position += length + 12
    assert kind == b"IEND" and depth == 8 and colour in (GRAY, RGB) and not interlaced
    step = 1 if colour == GRAY else 3
    raw, stride, above, rows = zlib.decompress(packed), width * step + 1, bytes(width * step), []
    for y in range(height):
        line = raw[y * stride:(y + 1) * stride]
        above = unfilter(line[0], bytearray(line[1:]), above, step)
        rows.append(above)
    return numpy.frombuffer(b"".join(rows), dtype=numpy.uint8).reshape(height, width, step)
