"""Texts to tokens and back. Section: openai-anthropic-api.md 15.6."""

import pytest

TEXT = "Once upon a time, fünf Ïllamas wrote: 2 + 2 = 4 🙂"


def ask(server, path, **body):
    answer = server.post(path, {"model": "cria", **body})
    assert answer.status == 200, answer.text
    return answer.json()


def test_a_text_comes_back_as_it_was(server):
    tokens = ask(server, "/v1/tokenize", content=TEXT)["tokens"]
    assert ask(server, "/v1/detokenize", tokens=tokens)["content"] == TEXT


def test_pieces_are_the_bytes_of_the_text(server):
    tokens = ask(server, "/tokenize", content=TEXT, with_pieces=True)["tokens"]
    pieces = [token["piece"] for token in tokens]
    assert b"".join(bytes(piece) if isinstance(piece, list) else piece.encode() for piece in pieces) == TEXT.encode()


def test_only_what_asks_for_it_gets_the_start_token(server):
    bare = ask(server, "/v1/tokenize", content=TEXT)["tokens"]
    assert ask(server, "/v1/tokenize", prompt=TEXT, add_special_tokens=False)["tokens"] == bare
    special = ask(server, "/v1/tokenize", content=TEXT, add_special=True)["tokens"]
    assert ask(server, "/v1/tokenize", prompt=TEXT)["tokens"] == special
    assert special[len(special) - len(bare):] == bare and len(special) - len(bare) in (0, 1)


def test_a_conversation_has_as_many_tokens_as_are_counted(server):
    messages = [{"role": "user", "content": TEXT}]
    counted = ask(server, "/v1/messages/count_tokens", messages=messages)["input_tokens"]
    assert ask(server, "/v1/tokenize", messages=messages)["count"] == counted
