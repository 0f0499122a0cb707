"""JSON as the manifest of a bundle must be, and the part of JSON Schema that bundle-format.schema.json uses."""

import json
import re

from reader_zip import Fault

LIMITS = {"events": 1048576, "state": 1048576}
SPLIT = {"senders": b"{", "media": b"{", "ledger": b"[", "state": b"[", "events": b"["}
SPACE = re.compile(rb"[ \t\n\r]*")
TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}"]', re.S)
STRING = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"', re.S)
SCALAR = re.compile(rb"[^ \t\n\r,\]}]*")


class Number(str):
    """As it stands in the text."""


class Duplicate(ValueError):
    pass


def pairs(members):
    found = dict(members)
    if len(found) != len(members):
        raise Duplicate()
    return found


def constant(_name):
    raise ValueError("no JSON")


def loads(text, hook=pairs):
    return json.loads(text, object_pairs_hook=hook, parse_int=Number, parse_float=Number, parse_constant=constant)


def parse(raw):
    try:
        return loads(raw.decode())
    except Duplicate:
        raise Fault("member_duplicate")
    except ValueError:
        raise Fault("manifest_syntax")


def elements(data):
    """(name, key or index or None, bytes) of each element of a manifest, in order."""
    end = len(data)

    def skip(at):
        return SPACE.match(data, at).end()

    def byte(at):
        if at >= end:
            raise Fault("manifest_truncated")
        return data[at : at + 1]

    def key(at):
        if byte(at) != b'"':
            raise Fault("manifest_syntax")
        match = STRING.match(data, at)
        if not match:
            raise Fault("element_too_large" if end - at > 4097 else "manifest_truncated")
        if len(match[1]) > 4096:
            raise Fault("element_too_large")
        at = skip(match.end())
        if byte(at) != b":":
            raise Fault("manifest_syntax")
        return parse(match[0]), skip(at + 1)

    def value(at, limit):
        first = byte(at)
        if first in b"]},:":
            raise Fault("manifest_syntax")
        if first not in b'{["':
            stop = SCALAR.match(data, at).end()
            if stop - at > limit:
                raise Fault("element_too_large")
            byte(stop)
            return stop
        depth = 0
        for match in TOKEN.finditer(data, at, min(end, at + limit + 1)):
            sign = match[0]
            if match.end() - at > limit or sign == b'"':
                break
            if sign in (b"{", b"["):
                depth += 1
                if depth > 1000:
                    raise Fault("element_too_deep")
            elif sign in (b"}", b"]"):
                depth -= 1
            if depth == 0:
                return match.end()
        raise Fault("element_too_large" if end - at > limit else "manifest_truncated")

    def inside(name, at, opening):
        if byte(at) != opening:
            raise Fault("member_shape")
        closing = b"}" if opening == b"{" else b"]"
        at, index = skip(at + 1), 0
        if byte(at) == closing:
            yield None, None, at + 1
            return
        while True:
            where = index
            if opening == b"{":
                where, at = key(at)
            stop = value(at, LIMITS.get(name, 2097152))
            yield where, data[at:stop], None
            at, index = skip(stop), index + 1
            sign = byte(at)
            if sign == closing:
                yield None, None, at + 1
                return
            if sign != b",":
                raise Fault("manifest_syntax")
            at = skip(at + 1)

    at = skip(0)
    if byte(at) != b"{":
        raise Fault("manifest_syntax")
    at, names = skip(at + 1), set()
    if byte(at) != b"}":
        while True:
            name, at = key(at)
            if name in names:
                raise Fault("member_duplicate")
            names.add(name)
            if len(names) > 1000:
                raise Fault("manifest_too_large")
            if name in SPLIT:
                for where, raw, stop in inside(name, at, SPLIT[name]):
                    if stop is not None:
                        at = stop
                    else:
                        yield name, where, raw
                yield name, None, None
            else:
                stop = value(at, 2097152)
                yield name, None, data[at:stop]
                at = stop
            at = skip(at)
            if byte(at) == b"}":
                break
            if byte(at) != b",":
                raise Fault("manifest_syntax")
            at = skip(at + 1)
    if skip(at + 1) != end:
        raise Fault("manifest_syntax")


def count(value):
    """How many JSON values there are in one."""
    if isinstance(value, dict):
        return 1 + sum(map(count, value.values()))
    return 1 + sum(map(count, value)) if isinstance(value, list) else 1


def is_integer(value):
    return isinstance(value, Number) and re.match(r"(?:0|-?[1-9][0-9]*)\Z", value) is not None


JS_SPACE = r"\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str) and not isinstance(value, Number),
    "integer": is_integer,
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class Schema:
    def __init__(self, document):
        self.document = document
        self.patterns = {}

    def at(self, pointer):
        here = self.document
        for step in pointer.split("/")[1:]:
            here = here[step]
        return here

    def pattern(self, text):
        if text not in self.patterns:
            ported = text.replace(r"\s", JS_SPACE) if "[^" in text else text
            self.patterns[text] = re.compile(re.sub(r"(?<!\\)\$(?=\)|\Z)", r"\\Z", ported), re.A)
        return self.patterns[text]

    def valid(self, value, schema):
        if isinstance(schema, bool):
            return schema
        kind = next((name for name, test in TYPES.items() if test(value)), "number")
        for word, rule in schema.items():
            if not self._holds(word, rule, value, kind, schema):
                return False
        return True

    def _holds(self, word, rule, value, kind, schema):
        text = kind == "string"
        if word == "$ref":
            return self.valid(value, self.at(rule[1:]))
        if word == "type":
            return kind in (rule if isinstance(rule, list) else [rule])
        if word == "const":
            if isinstance(rule, bool):
                return value is rule
            return value == str(rule) and (kind == "integer" if isinstance(rule, int) else text)
        if word == "enum":
            return text and value in rule
        if word == "pattern":
            return not text or self.pattern(rule).search(value) is not None
        if word == "minLength":
            return not text or len(value) >= rule
        if word == "maxLength":
            return not text or len(value) <= rule
        if word in ("minimum", "maximum"):
            if kind != "integer":
                return True
            if len(value) > 20:
                return value.startswith("-") == (word == "maximum")
            return int(value) >= rule if word == "minimum" else int(value) <= rule
        if word == "minItems":
            return kind != "array" or len(value) >= rule
        if word == "maxItems":
            return kind != "array" or len(value) <= rule
        if word == "uniqueItems":
            return kind != "array" or len({repr(item) for item in value}) == len(value)
        if word == "items":
            return kind != "array" or all(self.valid(item, rule) for item in value)
        if word == "required":
            return kind != "object" or all(name in value for name in rule)
        if word == "properties":
            return kind != "object" or all(self.valid(value[name], part) for name, part in rule.items() if name in value)
        if word == "propertyNames":
            return kind != "object" or all(self.valid(name, rule) for name in value)
        if word == "additionalProperties":
            known = schema.get("properties", {})
            return kind != "object" or all(self.valid(part, rule) for name, part in value.items() if name not in known)
        if word == "dependentRequired":
            return kind != "object" or all(
                other in value for name, others in rule.items() if name in value for other in others
            )
        if word == "anyOf":
            return any(self.valid(value, part) for part in rule)
        if word == "oneOf":
            return sum(self.valid(value, part) for part in rule) == 1
        if word == "not":
            return not self.valid(value, rule)
        if word == "allOf":
            return all(self.valid(value, part) for part in rule)
        if word == "if":
            return "then" not in schema or not self.valid(value, rule) or self.valid(value, schema["then"])
        if word in ("then", "description", "$schema", "$id", "$defs", "title"):
            return True
        raise NotImplementedError(word)
