"""Small GGUF files for rows about metadata: whole ones without tensors, and keys added to an existing one."""

import struct

U8, I32, U32, F32, BOOL, STRING, ARRAY, U64 = 0, 5, 4, 6, 7, 8, 9, 10
ALIGNMENT = 32


def _string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def _scalar(value):
    """A value's type and bytes; Python's types stand for the usual ones, `(type, value)` for others."""
    if isinstance(value, tuple):
        kind, plain = value
        formats = {U8: "<B", I32: "<i", U32: "<I", F32: "<f", U64: "<Q"}
        return kind, struct.pack(formats[kind], plain)
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, int):
        return U32, struct.pack("<I", value)
    if isinstance(value, float):
        return F32, struct.pack("<f", value)
    return STRING, _string(value)


def _entry(key, value):
    if isinstance(value, list):
        kinds = [_scalar(element) for element in value] or [(U32, b"")]
        body = struct.pack("<IQ", kinds[0][0], len(value)) + b"".join(data for _, data in kinds)
        return _string(key) + struct.pack("<I", ARRAY) + body
    kind, body = _scalar(value)
    return _string(key) + struct.pack("<I", kind) + body


def without_tensors(architecture, **keys):
    """A GGUF that only says what it is; `__` in a key stands for a dot."""
    entries = [_entry("general.architecture", architecture)]
    entries += [_entry(key.replace("__", "."), value) for key, value in keys.items()]
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries)) + b"".join(entries)


def with_keys(gguf, **keys):
    """The same model with more metadata. A filler key keeps the tensors where their alignment wants them."""
    entries = b"".join(_entry(key.replace("__", "."), value) for key, value in keys.items())
    bare_filler = len(_entry("filler", ""))
    filler = _entry("filler", "." * (-(len(entries) + bare_filler) % ALIGNMENT))
    (n_keys, ) = struct.unpack_from("<Q", gguf, 16)
    return gguf[:16] + struct.pack("<Q", n_keys + len(keys) + 1) + entries + filler + gguf[24:]
