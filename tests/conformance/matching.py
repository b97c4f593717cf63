"""The patterns that rows use to say what an answer looks like.

    ...                     anything
    str, int, bool, list    any value of that type
    re.compile("…")         a text that matches as a whole
    a function              a value for which it is true: positive, utc_time, … below, or a lambda
    {"a": 1, "b?": int}     an object with these keys in this order; those ending in ? may be absent;
                            the key ... stands for any other keys at that place
    some(1)                 a list in which at least one element matches
    holding({"a": 1})       an object with these keys in this order, and any others among them
    [1, many(int)]          a list; many(p) stands for any number of elements that match p
    anything else           an equal value

`go_json` writes a value as Go's encoder does; every JSON answer is compared with it, so that each row also checks
compactness and escaping (native-api.md 3.1).
"""

import json
import re
import struct
from dataclasses import dataclass


class Mismatch(AssertionError):
    """Says where in a value, and how, it differs from its pattern."""


class Pairs(list):
    """A JSON object as its members in order, duplicates and all."""


class Float(float):
    """A JSON number with a fraction or an exponent; keeps how it was written."""
    def __new__(cls, literal):
        number = super().__new__(cls, literal)
        number.literal = literal
        return number


@dataclass(frozen=True)
class Many:
    pattern: object
    at_least: int = 0


@dataclass(frozen=True)
class Some:
    pattern: object


def some(pattern):
    return Some(pattern)


@dataclass(frozen=True)
class Holding:
    pattern: dict


def holding(pattern):
    return Holding(pattern)


def many(pattern, at_least=0):
    return Many(pattern, at_least)


# --- what values are often


def positive(value):
    return type(value) is int and value > 0


def number(value):
    return type(value) in (int, Float)


def utc_time(value):
    """RFC 3339 in UTC; up to nine fractional digits, none of them a trailing zero."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z", value) is not None


def local_time(value):
    """The same with the server's offset (the suite's servers live in a zone that is not UTC)."""
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?[+-]\d\d:\d\d", value) is not None


def hex_digest(value):
    return re.fullmatch(r"[0-9a-f]{64}", value) is not None


def containing(*parts):
    """A text with each of these in it."""
    def contains(value):
        return isinstance(value, str) and all(part in value for part in parts)

    contains.__name__ = f"containing{parts}"
    return contains


# --- comparing


def parse(text):
    return json.loads(text, object_pairs_hook=Pairs, parse_float=Float, parse_int=lambda digits: Float(digits)
                      if digits == "-0" else int(digits))


def match(pattern, value, place="the body"):
    """Raises Mismatch unless the parsed value matches."""
    if pattern is ...:
        return
    if isinstance(pattern, Some):
        match_some(pattern.pattern, value, place)
    elif isinstance(pattern, Holding):
        match_holding(pattern.pattern, value, place)
    elif isinstance(pattern, dict):
        match_object(pattern, value, place)
    elif isinstance(pattern, (list, tuple)):
        match_list(list(pattern), value, place)
    elif isinstance(pattern, re.Pattern):
        expect(isinstance(value, str) and pattern.fullmatch(value), place, value, pattern.pattern)
    elif isinstance(pattern, type):
        wanted = Pairs if pattern is dict else pattern
        expect(type(value) is wanted or (pattern is float and number(value)), place, value, pattern.__name__)
    elif callable(pattern):
        expect(pattern(value), place, value, pattern.__name__)
    else:
        expect(value == pattern and isinstance(value, bool) == isinstance(pattern, bool), place, value, repr(pattern))


def expect(condition, place, value, wanted):
    if not condition:
        raise Mismatch(f"{place}: {show(value)}, wanted: {wanted}")


def show(value):
    text = go_json(value)
    return text if len(text) < 400 else text[:400] + "…"


def match_object(pattern, value, place):
    expect(isinstance(value, Pairs), place, value, "an object")
    wanted = list(pattern.items())
    members = list(value)
    while members:
        key, member = members.pop(0)
        while wanted and wanted[0][0] not in (key, key + "?", ...) and str(wanted[0][0]).endswith("?"):
            wanted.pop(0)
        if wanted and wanted[0][0] in (key, key + "?"):
            match(wanted.pop(0)[1], member, f"{place}.{key}")
        elif wanted and wanted[0][0] is ...:
            if len(wanted) > 1 and wanted[1][0] in (key, key + "?"):
                wanted.pop(0)
                match(wanted.pop(0)[1], member, f"{place}.{key}")
        else:
            expected = wanted[0][0] if wanted else "the end"
            raise Mismatch(f"{place}: key {key!r} where {expected!r} should be")
    missing = [key for key, _ in wanted if key is not ... and not key.endswith("?")]
    if missing:
        raise Mismatch(f"{place}: keys {missing} are missing")


def match_holding(pattern, value, place):
    expect(isinstance(value, Pairs), place, value, "an object")
    at = 0
    for wanted, inner in pattern.items():
        keys = [key for key, _ in value[at:]]
        if wanted not in keys:
            raise Mismatch(f"{place}: no key {wanted!r} from its member {at} on")
        at += keys.index(wanted) + 1
        match(inner, value[at - 1][1], f"{place}.{wanted}")


def match_some(pattern, value, place):
    expect(type(value) is list, place, value, "a list")
    reasons = []
    for index, element in enumerate(value):
        try:
            return match(pattern, element, f"{place}[{index}]")
        except Mismatch as mismatch:
            reasons.append(str(mismatch))
    raise Mismatch(f"{place}: no element matches: {'; '.join(reasons)[:1000]}")


def match_list(pattern, value, place):
    expect(type(value) is list, place, value, "a list")
    at = 0
    for index, wanted in enumerate(pattern):
        if isinstance(wanted, Many):
            stop = len(value) - sum(not isinstance(later, Many) for later in pattern[index + 1:])
            if stop - at < wanted.at_least:
                raise Mismatch(f"{place}: {stop - at} elements where at least {wanted.at_least} should be")
            while at < stop:
                match(wanted.pattern, value[at], f"{place}[{at}]")
                at += 1
        else:
            if at == len(value):
                raise Mismatch(f"{place}: only {at} elements")
            match(wanted, value[at], f"{place}[{at}]")
            at += 1
    if at < len(value):
        raise Mismatch(f"{place}: {len(value)} elements, wanted {at}")


# --- Go's encoder


def go_json(value):
    """The text Go writes for a parsed value."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{go_json(key)}:{go_json(member)}" for key, member in value) + "}"
    if type(value) is list:
        return "[" + ",".join(map(go_json, value)) + "]"
    if isinstance(value, str):
        return go_string(value)
    if isinstance(value, Float):
        return go_number(value)
    return json.dumps(value)


def go_string(text):
    written = json.dumps(text, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written


def go_number(value):
    """Shortest digits that give the same number again, in single or double precision as it was written."""
    single = next((text for digits in range(1, 10) if as_single(text := f"{value:.{digits}g}") == as_single(value)), "")
    candidates = {positional(single), positional(repr(float(value)))}
    return value.literal if value.literal in candidates else positional(repr(float(value)))


def as_single(value):
    try:
        return struct.pack("f", float(value))
    except OverflowError:
        return None


def positional(text):
    """A number's text with an exponent only below 1e-6 and from 1e21 on."""
    if not text or float(text) == 0:
        return text
    sign, digits, exponent = re.fullmatch(r"(-?)([\d.]+)(?:e([+-]\d+))?", text).groups()
    whole, _, fraction = digits.partition(".")
    point = len(whole) + int(exponent or 0)
    figures = (whole + fraction)
    leading = len(figures) - len(figures.lstrip("0"))
    figures, point = figures.strip("0") or "0", point - leading
    if 1e-6 <= abs(float(text)) < 1e21:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{figures}"
        padded = figures.ljust(point, "0")
        return f"{sign}{padded[:point]}" + (f".{padded[point:]}" if padded[point:] else "")
    rest = f".{figures[1:]}" if figures[1:] else ""
    return f"{sign}{figures[0]}{rest}e{'-' if point < 1 else '+'}{abs(point - 1):02d}".replace("e-0", "e-")


def check_encoding(text, place="the body"):
    """Raises Mismatch unless the text is what Go would have written for the value it holds."""
    written = go_json(parse(text))
    plain = text.replace("\\ufffd", "\ufffd")
    if written != plain:
        at = next(i for i, (a, b) in enumerate(zip(written + "\0", plain + "\1")) if a != b)
        near = slice(max(0, at - 30), at + 30)
        raise Mismatch(f"{place}: Go would write …{written[near]}…, not …{plain[near]}…")
