"""Clients that send one text at a time, as cheaply as can be, since they share the cores with what is measured.

Their requests are made beforehand, one loop drives all of them, and of an answer they see whether it is a vector. (Python's
http.client in a thread for each took as long for a text as the servers did.) Every request has a connection of its own.
"""

import selectors
import socket


class Client:
    def __init__(self, port, requests, selector):
        self.port = port
        self.waiting = requests
        self.selector = selector

    def send_next(self):
        self.answer = b""
        self.socket = socket.create_connection(("127.0.0.1", self.port))
        self.socket.sendall(self.waiting.pop())
        self.selector.register(self.socket, selectors.EVENT_READ, self)

    def receive(self):
        """The number of answers that this has completed."""
        data = self.socket.recv(1 << 16)
        self.answer += data
        if data:
            return 0
        self.selector.unregister(self.socket)
        self.socket.close()
        if not self.answer.startswith(b"HTTP/1.1 200") or b'"embedding' not in self.answer or not self.answer.rstrip().endswith(b"}"):
            raise RuntimeError(self.answer[:1000])
        if self.waiting:
            self.send_next()
        return 1


def http_request(path, body):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def send_all(port, shares):
    """Sends every list of `shares` one after the other, the lists beside each other."""
    with selectors.DefaultSelector() as selector:
        for share in shares:
            Client(port, list(share), selector).send_next()
        n_left = sum(len(share) for share in shares)
        while n_left > 0:
            for key, _ in selector.select():
                n_left -= key.data.receive()
