"""A command at a terminal of its own, as a person sits before it."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import harness

ROWS, COLUMNS = 24, 80


def heed_interrupts():
    """Tests that run in the background of a shell ignore SIGINT, which their children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """Runs `corral ARGUMENTS…`; `screen` is every byte that it has shown."""

    def __init__(self, environment, *arguments):
        self.screen = ""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.before = termios.tcgetattr(slave)
        self.slave = slave
        self.process = subprocess.Popen([harness.CORRAL, *arguments], env={**environment, "TERM": "xterm-256color"},
                                        stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                                        preexec_fn=heed_interrupts)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def read(self):
        """Waits for more to be shown."""
        ready, _, _ = select.select([self.master], [], [], 0.05)
        if ready:
            self.screen += os.read(self.master, 65536).decode(errors="replace")

    def wait_for(self, text, timeout_s=30):
        deadline = time.monotonic() + timeout_s * harness.SLOWNESS
        while text not in self.screen:
            assert time.monotonic() < deadline, f"{text!r} was not shown: {self.screen!r}"
            self.read()

    def finish(self, timeout_s=30):
        """The command's exit status, once it has ended by itself and all it showed has been read."""
        deadline = time.monotonic() + timeout_s * harness.SLOWNESS
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it does not end: {self.screen!r}"
            self.read()
        self.read()
        return self.process.returncode

    def is_as_before(self):
        """Whether the terminal has the modes that it had."""
        return termios.tcgetattr(self.slave) == self.before
