"""Every test that a table of proofs names exists."""

import ast
import functools
import re

import pytest

import harness
from conformance import proofs, sections, store_proofs

TESTS = harness.ROOT / "tests"
SUITES = TESTS / "clients"
TABLES = {"openai-anthropic-api": proofs, "storage-registry": store_proofs}
ENTRIES = [(f"{specification} {section}", row, tests) for specification, table in TABLES.items() for section, row, tests in (
    *table.PROOFS, *((section, row, tests) for (section, row), (_, tests) in table.ABSENT.items()))]


@functools.cache
def functions_of(path):
    return {node.name for node in ast.parse((TESTS / path).read_text()).body if isinstance(node, ast.FunctionDef)}


@functools.cache
def titles_of(suite):
    return set(re.findall(r'^test\("([^"]+)"', (SUITES / suite / "suite.mjs").read_text(), re.MULTILINE))


@functools.cache
def unit_tests():
    texts = (path.read_text() for path in (harness.ROOT / "src").rglob("*_test.cpp"))
    return {f"{suite}.{name}" for text in texts for suite, name in re.findall(r"^TEST(?:_[FP])?\((\w+),\s*(\w+)\)", text, re.M)}


@functools.cache
def row_ids():
    return {row.id for row in sections.all_rows()}


def exists(test):
    if "::" in test:
        path, function = test.split("::")
        return function in functions_of(path)
    suite, _, title = test.partition(": ")
    if title and (SUITES / suite).is_dir():
        return title in titles_of(suite)
    return test in row_ids() or test in unit_tests()


@pytest.mark.parametrize("section, row, tests", ENTRIES, ids=[f"{section}: {row}" for section, row, _ in ENTRIES])
def test_a_row_is_proved_by_tests_that_exist(section, row, tests):
    assert tests and [test for test in tests if not exists(test)] == []


def test_what_does_not_exist_is_seen():
    for test in ("test_messages.py::test_nothing", "openai-js: nothing", "v4.1 nothing", "ChatStream.DoesNothing"):
        assert not exists(test), test


def test_a_row_stands_once():
    names = [(section, row) for section, row, _ in ENTRIES]
    assert len(set(names)) == len(names)
