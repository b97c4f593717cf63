"""HTTP/1.1 over a plain socket: what is sent is what a row says, what is read is what the server wrote.

Python's own client would tidy requests up and hide how an answer is framed, so the suite has this one. It is strict:
an answer that is not framed as RFC 9112 wants is a failure of the row that asked for it.
"""

import re
import socket
from dataclasses import dataclass, field

TIMEOUT_S = 60
STATUS_LINE = re.compile(r"HTTP/1\.([01]) (\d{3}) (.+)")


class Malformed(AssertionError):
    """The server sent what no client could read."""


@dataclass
class Answer:
    """One answer. `chunks` are those of a chunked body, None when it has a length or ends with the connection."""
    method: str
    status: int
    reason: str
    headers: list = field(default_factory=list)
    body: bytes = b""
    chunks: list | None = None

    def header(self, name):
        """Every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def closes(self):
        return "close" in self.header("Connection")

    def __str__(self):
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{self.status} {self.reason}\n{head}\n\n{self.body.decode(errors='replace')}"


class Connection:
    """A socket to a server; `ask` sends one request and reads its answer."""
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.received = self.socket.makefile("rb")

    def close(self):
        self.received.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def at_end(self):
        """Whether the server has closed its side; waits for it."""
        return self.received.read(1) == b""

    def read_answer(self, method):
        match = STATUS_LINE.fullmatch(self._line())
        if not match:
            raise Malformed("no status line")
        answer = Answer(method, int(match[2]), match[3])
        while line := self._line():
            name, separator, value = line.partition(": ")
            if not separator:
                raise Malformed(f"a header without a value: {line!r}")
            answer.headers.append((name, value))
        self._read_body(answer)
        return answer

    def _line(self):
        line = self.received.readline()
        if not line.endswith(b"\r\n"):
            raise Malformed(f"the connection ended within a line: {line!r}")
        return line[:-2].decode("latin-1")

    def _read_body(self, answer):
        lengths = answer.header("Content-Length")
        chunked = answer.header("Transfer-Encoding") == ["chunked"]
        if chunked and lengths:
            raise Malformed("both chunked and with a length")
        if answer.method == "HEAD" or answer.status < 200 or answer.status in (204, 304):
            return
        if chunked:
            answer.chunks = list(iter(self._chunk, b""))
            answer.body = b"".join(answer.chunks)
        elif lengths:
            answer.body = self.received.read(int(lengths[0]))
            if len(answer.body) != int(lengths[0]):
                raise Malformed("the body is shorter than its Content-Length")
        else:
            answer.body = self.received.read()

    def _chunk(self):
        size = int(self._line(), 16)
        data = self.received.read(size)
        if self._line() != "":
            raise Malformed("a chunk does not end where it should")
        return data
