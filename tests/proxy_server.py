"""A proxy that tunnels to one place, whatever it is asked for, and keeps what that was."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Proxy:
    """`asked` is the places of CONNECT; `refuses` makes it answer 403."""

    def __init__(self, target):
        self.target, self.asked, self.refuses = target, [], False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_CONNECT(self):
                outer.asked.append(self.path)
                self.close_connection = True
                if outer.refuses:
                    return self.send_error(403)
                self.send_response(200)
                self.end_headers()
                outer.tunnel(self.connection)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def tunnel(self, client):
        host, port = self.target.split(":")
        with socket.create_connection((host, int(port))) as there:
            back = threading.Thread(target=pour, args=(there, client), daemon=True)
            back.start()
            pour(client, there)
            back.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def pour(source, sink):
    """Until the source ends."""
    try:
        while piece := source.recv(1 << 16):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
