"""Image files made by hand, so that tests need no imaging library."""

import base64
import struct
import zlib

# The smallest files of their kinds: one pixel.
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")
WEBP_LOSSY = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
WEBP_LOSSLESS = base64.b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def png(width, height, colour):
    """Colour runs of `colour(x, y)`, three bytes each."""
    rows = b"".join(b"\0" + b"".join(bytes(colour(x, y)) for x in range(width)) for y in range(height))
    return png_header(width, height) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def png_bomb(n_bytes):
    """32 x 32 pixels, whose data inflates to far more than they need."""
    return png_header(32, 32) + _chunk(b"IDAT", zlib.compress(bytes(n_bytes))) + _chunk(b"IEND", b"")


def stripes(seed, width=40, height=32):
    """A PNG that looks different for every seed."""
    return png(width, height, lambda x, y: ((x * (seed + 3)) % 256, (y * (seed * 5 + 1)) % 256, (seed * 67) % 256))


def jpeg(greys, columns):
    """A grey baseline JPEG of flat blocks of 8 x 8 pixels, whose levels are `greys`, row by row."""
    rows = len(greys) // columns
    table = b"\xff\xdb" + struct.pack(">HB", 67, 0) + bytes([8] * 64)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, rows * 8, columns * 8, 1) + b"\x01\x11\0"
    # Differences of up to 8 bits have codes of 4 bits; all else in a block is one code, "end of block".
    dc = b"\xff\xc4" + struct.pack(">HB", 19 + 9, 0) + bytes([0, 0, 0, 9] + [0] * 12) + bytes(range(9))
    ac = b"\xff\xc4" + struct.pack(">HB", 19 + 1, 0x10) + bytes([1] + [0] * 15) + b"\0"
    scan = b"\xff\xda" + struct.pack(">HB", 8, 1) + b"\x01\0\0\x3f\0"
    bits, before = "", 0
    for grey in greys:
        level = grey - 128
        difference, before = level - before, level
        n = abs(difference).bit_length()
        value = difference if difference >= 0 else difference + (1 << n) - 1
        bits += f"{n:04b}" + (f"{value:0{n}b}" if n else "") + "0"
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8)).replace(b"\xff", b"\xff\0")
    return b"\xff\xd8" + table + frame + dc + ac + scan + data + b"\xff\xd9"
