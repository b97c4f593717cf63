"""Short sounds as WAV files: 16 kHz, one channel, 16 bits."""

import math
import struct

RATE = 16000


def tone(hertz, seconds=1.0):
    data = b"".join(struct.pack("<h", int(20000 * math.sin(2 * math.pi * hertz * i / RATE)))
                    for i in range(int(RATE * seconds)))
    return (b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16) +
            b"data" + struct.pack("<I", len(data)) + data)


def form(fields, boundary="corral"):
    """A multipart body: values are texts, or bytes for a file."""
    parts = []
    for name, value in fields.items():
        is_file = isinstance(value, bytes)
        head = f'Content-Disposition: form-data; name="{name}"' + ('; filename="a.wav"' if is_file else "")
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + (value if is_file else str(value).encode()) + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


FORM = "multipart/form-data; boundary=corral"
