"""The native API as Ollama has it, rule by rule: each row of sections/ is a test, named by the section it checks."""

import time

import pytest

from conformance import environments, rows, sections, wire

ROWS = sections.all_rows()
MIN_ROWS = 400
SOON_S = 20


@pytest.fixture(scope="session")
def servers(tmp_path_factory, tiny_models):
    with environments.Servers(tmp_path_factory.mktemp("conformance"), tiny_models) as running:
        yield running


class Talk:
    """The requests of one row, one after another on one connection for as long as the server keeps it."""
    def __init__(self, port):
        self.port = port
        self.connection = wire.Connection(port)

    def ask(self, request, expected):
        self.connection.send(request.data)
        answer = self.connection.read_answer(request.method)
        if answer.closes:
            self.connection.close()
            self.connection = wire.Connection(self.port)
        try:
            expected.check(answer)
        except AssertionError as error:
            sent = request.data.decode(errors="replace")[:2000]
            raise AssertionError(f"{error}\n\nsent:\n{sent}\n\nreceived:\n{answer}"[:6000]) from None

    def ask_until(self, request, expected):
        deadline = time.monotonic() + SOON_S
        while time.monotonic() < deadline:
            try:
                return self.ask(request, expected)
            except AssertionError:
                time.sleep(0.01)
        self.ask(request, expected)


def run(port, steps):
    talk = Talk(port)
    try:
        for request, expected in steps:
            if isinstance(expected, rows.Soon):
                talk.ask_until(request, expected.expected)
            else:
                talk.ask(request, expected)
    except AssertionError as error:
        pytest.fail(str(error), pytrace=False)
    finally:
        talk.connection.close()


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_row(servers, row):
    server = servers.get(row.server)
    run(server.port, row.steps)
    assert server.process.poll() is None, f"the server ended:\n{server.log()[-4000:]}"


def test_rows_are_many_and_each_says_what_it_is_about():
    assert len(ROWS) >= MIN_ROWS
    titles = [row.id for row in ROWS]
    assert len(set(titles)) == len(titles), [title for title in titles if titles.count(title) > 1]
