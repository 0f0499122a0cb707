#!/usr/bin/env python3
"""
A second reader of bundles, written from docs/bundle-format.md alone: Python 3.10, standard library only.

    reader.py FILE...      exit code 0: all are sound, 1: one is not
    reader.py --batch      a path on each line of the input, a line {"ok": …, "codes": […]} for each

It reads a bundle into memory: it is here to be compared with, not to be used.
"""

import base64
import datetime
import hashlib
import json
import pathlib
import re
import sys

from reader_decryption import Decryption
from reader_ed25519 import is_signature
from reader_json import SPLIT, Number, Schema, count, elements, loads, parse
from reader_zip import Archive, Fault

sys.setrecursionlimit(20_000)
PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs"
SCHEMA = Schema(json.loads((PAGE / "bundle-format.schema.json").read_text()))
WHOLE = ["format", "format_version", "generator", "exported_at", "exported_by", "source", "room", "coverage", "counts"]
ORIGIN, AUTHOR = "io.roomporter.origin", "_imported_sender"
ADDRESS = re.compile(r"mxc://(?!\.+/)[A-Za-z0-9._:\[\]-]+/(?!\.+\Z)[A-Za-z0-9_=~.-]+\Z")
SRC = re.compile(r"(?<![A-Za-z0-9_-])src[ \t\n\f\r]*=[ \t\n\f\r]*([\"']?)", re.I | re.A)
REFERENCE = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|colon|sol|period|lowbar|equals));")
NAMED = {"amp": "&", "colon": ":", "sol": "/", "period": ".", "lowbar": "_", "equals": "="}


def fits(value, name):
    return SCHEMA.valid(value, SCHEMA.at(f"/$defs/{name}"))


def text(value):
    return value if isinstance(value, str) and not isinstance(value, Number) else None


def get(value, *names):
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def server(user_id):
    return user_id.partition(":")[2]


def short(user_id):
    try:
        return len(user_id.encode()) <= 255
    except UnicodeEncodeError:
        return False


def resolved(match):
    if match[3]:
        return NAMED[match[3]]
    point = int(match[1]) if match[1] else int(match[2], 16)
    return chr(point) if point <= 0x10FFFF else match[0]


def in_html(html):
    at = 0
    while match := SRC.search(html, at):
        at = start = match.end()
        if match[1]:
            end = html.find(match[1], start)
            end = len(html) if end < 0 else end
        else:
            at = end = re.compile(r"[^ \t\n\f\r\"'<>]*").match(html, start).end()
        yield REFERENCE.sub(resolved, html[start:end]).strip(" \t\n\f\r")


def addresses(value, key=None, html=False):
    if text(value) is not None:
        if ADDRESS.match(value):
            yield value
        if html:
            yield from filter(ADDRESS.match, in_html(value))
    elif isinstance(value, list):
        for item in value:
            yield from addresses(item)
    elif isinstance(value, dict):
        for name, inner in value.items():
            is_html = name in ("formatted_body", "m.html", "org.matrix.msc1767.html") or (
                name == "body" and text(value.get("mimetype")) == "text/html"
            )
            yield from addresses(inner, name, is_html)


def is_wrapper(kind, origin):
    return kind == "io.roomporter.event" and not (isinstance(origin, dict) and "restore" in origin)


def in_content(kind, content, imported):
    if not imported:
        return list(addresses(content))
    origin = content.get(ORIGIN)
    rest = {name: value for name, value in content.items() if name != ORIGIN}
    if is_wrapper(kind, origin):
        rest = {name: rest[name] for name in ("media", AUTHOR) if name in rest}
    return [*addresses(rest), *addresses([get(origin, "media"), get(origin, "content_uri")])]


def too_deep(value):
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, (dict, list))]:
        depth += 1
        if depth > 1000:
            return True
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return False


class Unfit(Exception):
    pass


def steps(pointer):
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def index(holder, step):
    if not re.match(r"(?:0|[1-9][0-9]*)\Z", step) or int(step) >= len(holder):
        raise Unfit
    return int(step)


def holder_of(value, path):
    for step in path[:-1]:
        if isinstance(value, list):
            value = value[index(value, step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            raise Unfit
    if not isinstance(value, (dict, list)):
        raise Unfit
    return value


def can_be_restored(content, restore):
    def copy(value):
        if isinstance(value, dict):
            return {name: copy(inner) for name, inner in value.items()}
        return [copy(item) for item in value] if isinstance(value, list) else value

    result = copy({name: value for name, value in content.items() if name not in (AUTHOR, ORIGIN, "do_not_index")})
    try:
        for pointer in get(restore, "drop") or []:
            path = steps(pointer)
            holder = holder_of(result, path)
            if isinstance(holder, dict) and path[-1] not in holder:
                return False
            del holder[index(holder, path[-1]) if isinstance(holder, list) else path[-1]]
        for pointer, value in sorted((get(restore, "set") or {}).items(), key=lambda item: len(steps(item[0]))):
            path = steps(pointer)
            holder = holder_of(result, path)
            holder[index(holder, path[-1]) if isinstance(holder, list) else path[-1]] = copy(value)
    except Unfit:
        return False
    return not too_deep(result)


class Bundle:
    def __init__(self, data):
        self.codes = []
        self.archive = Archive(data)
        self.codes += self.archive.faults
        if not self.archive.manifest:
            raise Fault(self.codes[0] if self.codes else "manifest_missing")
        self.manifest = self.archive.read(self.archive.manifest)
        self.members, self.lists = {}, {name: [] for name in SPLIT}
        self.keys = {"senders": [], "media": []}
        self._parse()
        self._shapes()
        self._files()
        self._head()
        self._state()
        self._events()
        self._signature()
        if not self.codes and self.archive.gap():
            self.codes.append("zip_hidden_data")

    def fault(self, code):
        self.codes.append(code)

    def _parse(self):
        size = weight = unknown = 0
        summed = False
        known = set()
        for name, key, raw in elements(self.manifest):
            if name == "events" and all(other in self.members for other in [*WHOLE, *SPLIT] if other != "events"):
                summed = summed or not self.archive.viewer or "viewer" in self.members
            if raw is None:
                self.members.setdefault(name, None)
                continue
            value = parse(raw)
            if name == "format" and value != "io.roomporter.bundle":
                raise Fault("format_unknown")
            if name == "format_version" and not (isinstance(value, Number) and value == "1"):
                raise Fault("version_unknown")
            if name in SPLIT:
                self.members.setdefault(name, None)
                self.lists[name].append(value)
                if isinstance(key, str):
                    if (name, key) in known:
                        raise Fault("member_duplicate")
                    known.add((name, key))
                    self.keys[name].append(key)
            else:
                self.members[name] = value
            if name == "events":
                continue
            if summed and name in (*WHOLE, *SPLIT, "viewer"):
                continue
            bytes_ = len(raw) + (len(key.encode("utf-8", "surrogatepass")) if isinstance(key, str) else 0)
            size += 0 if summed else bytes_
            if name != "state" and not summed:
                weight += bytes_ + 48 * count(value)
            if name == "decryption" and self.lists["events"]:
                raise Fault("decryption_invalid")
            if name not in WHOLE and name not in SPLIT and name not in ("viewer", "decryption"):
                unknown += bytes_ + 48 * count(value)
            if size > 67108864 or weight > 67108864 or unknown > 8388608:
                raise Fault("manifest_too_large")

    def _shapes(self):
        if "format" not in self.members:
            raise Fault("format_unknown")
        if any(name not in self.members for name in [*WHOLE, *SPLIT]):
            raise Fault("member_missing")

        def check(value, pointer, code="member_shape"):
            if not SCHEMA.valid(value, SCHEMA.at(pointer)):
                raise Fault(code)

        if "critical" in self.members:
            check(self.members["critical"], "/properties/critical")
            raise Fault("extension_unknown")
        for name in [*WHOLE, "viewer", "decryption"]:
            if name in self.members:
                check(self.members[name], f"/properties/{name}")
        time = self.members["exported_at"]
        try:
            datetime.datetime.strptime(time[:19], "%Y-%m-%dT%H:%M:%S")
        except ValueError:
            if not time.startswith("0000"):
                raise Fault("member_shape")
        for name, pointer in (("senders", "sender"), ("media", "media_file")):
            for key, value in zip(self.keys[name], self.lists[name]):
                check(key, "/$defs/user_id" if name == "senders" else "/$defs/sha256")
                check(value, f"/$defs/{pointer}")
                if name == "senders" and not short(key):
                    raise Fault("member_shape")
        for value in self.lists["ledger"]:
            check(value, "/$defs/ledger_entry")
        for name, pointer, code in (("state", "state_event", "member_shape"), ("events", "event", "event_shape")):
            for value in self.lists[name]:
                check(value, f"/$defs/{pointer}", code)
                ids = [value["sender"], get(value, AUTHOR, "user_id"), get(value, "unsigned", "redacted_because", "sender")]
                if not all(short(user) for user in ids if user is not None):
                    raise Fault(code)

    def _files(self):
        media = dict(zip(self.keys["media"], self.lists["media"]))
        self.media = media
        self.contents = {}
        for sha256, file in media.items():
            entry = self.archive.media.get(sha256)
            if not entry:
                self.fault("media_missing")
            elif entry.size != int(file["size"]):
                self.fault("media_size")
        for sha256, entry in self.archive.media.items():
            if sha256 not in media:
                self.fault("entry_unlisted")
            self._hash(entry, sha256, "media_hash", sha256 in media)
        viewer = self.archive.viewer
        listed = self.members.get("viewer")
        if viewer and not listed:
            self.fault("entry_unlisted")
        elif listed and (not viewer or viewer.size != int(listed["size"])):
            self.fault("viewer_mismatch")
        elif listed:
            self._hash(viewer, listed["sha256"], "viewer_mismatch", True)

    def _hash(self, entry, sha256, code, listed):
        try:
            data = self.archive.read(entry)
            if listed and hashlib.sha256(data).hexdigest() != sha256:
                self.fault(code)
            self.contents[sha256] = data
        except Fault as found:
            self.fault(found.code)

    def _head(self):
        self.files = {entry["uri"]: None for entry in self.lists["ledger"] if "uri" in entry}
        seen = set()
        for sha256, file in self.media.items():
            for uri in set(file["uris"]):
                if uri in seen:
                    self.fault("media_uri_duplicate")
                seen.add(uri)
                self.files[uri] = sha256
        limits = [limit for limit in self.members["coverage"]["limits"] if limit["kind"] == "since_bundle"]
        self.since = limits[0] if limits else None
        if len(limits) > 1 or (limits and int(limits[0]["changed"]) > int(limits[0]["events"])):
            self.fault("increment_inconsistent")
        counted = any(entry["code"] == "media_in_earlier_bundle" for entry in self.lists["ledger"])
        self.lenient = bool(self.since) and counted
        self.server = self.members["source"]["server_name"]
        self.senders = dict(zip(self.keys["senders"], self.lists["senders"]))
        for user, sender in self.senders.items():
            block, avatar = sender.get(AUTHOR), sender["avatar"]
            if avatar and avatar["sha256"] != self.files.get(avatar["uri"]):
                self.fault("sender_avatar")
            wrong = not sender["foreign"] or block["user_id"] != user if block else sender["foreign"]
            if wrong or (server(user) != self.server and not sender["foreign"]):
                self.fault("sender_inconsistent")
            self._beside([get(avatar, "uri"), get(block, "avatar")])
        self._beside([self.members["room"]["avatar"]])
        numbers = self.members["counts"]
        real = {
            "senders": len(self.senders),
            "media_files": len(self.media),
            "media_bytes": sum(int(file["size"]) for file in self.media.values()),
            "ledger": len(self.lists["ledger"]),
            "events": len(self.lists["events"]),
        }
        types = {}
        for event in self.lists["events"]:
            types[event["type"]] = types.get(event["type"], 0) + 1
        declared = {name: int(value) for name, value in numbers["by_type"].items() if value != "0"}
        if any(int(numbers[name]) != value for name, value in real.items()) or types != declared:
            self.fault("counts_mismatch")

    def _beside(self, uris):
        if not self.lenient and any(uri and ADDRESS.match(uri) and uri not in self.files for uri in uris):
            self.fault("media_unlisted")

    def _imported(self, event):
        return AUTHOR in event and server(event["sender"]) == self.server

    def _addresses(self, event):
        imported = self._imported(event)
        found = in_content(event["type"], event["content"], imported)
        because = get(event, "unsigned", "redacted_because")
        if because:
            content = because["content"]
            attributed = isinstance(content.get(ORIGIN), dict) and text(get(content, AUTHOR, "user_id")) is not None
            found += in_content(because["type"], content, imported and attributed)
        return [*found, *addresses(get(event, AUTHOR, "avatar"))]

    def _author(self, event):
        author = get(event, AUTHOR, "user_id")
        if server(event["sender"]) != self.server:
            return None if author == event["sender"] else "author_inconsistent"
        if author is None:
            return None
        because = get(event, "unsigned", "redacted_because")
        if not because:
            return self._origin(event["type"], event["content"], author)
        target = get(because["content"], ORIGIN, "target")
        if not isinstance(target, dict) or not fits(target, "origin_target"):
            return "origin_invalid"
        if target["sender"] != author or target[AUTHOR]["user_id"] != author:
            return "author_inconsistent"
        return self._origin(because["type"], because["content"], text(get(because["content"], AUTHOR, "user_id")))

    def _origin(self, kind, content, author):
        block, origin = content.get(AUTHOR), content.get(ORIGIN)
        if author is None or text(get(block, "user_id")) != author:
            return "author_inconsistent"
        if not isinstance(origin, dict) or not fits(block, "content_sender") or not fits(origin, "origin"):
            return "origin_invalid"
        in_file = "content_uri" in origin
        if is_wrapper(kind, origin):
            right = fits(content, "wrapper") and (in_file or "content" in content)
        else:
            right = in_file or can_be_restored(content, origin.get("restore"))
        return None if right else "origin_invalid"

    def _content_file(self, event):
        uri = get(event, "content", ORIGIN, "content_uri")
        if not self._imported(event) or get(event, "unsigned", "redacted_because") or text(uri) is None:
            return True
        if uri not in self.files:
            return False
        sha256 = self.files[uri]
        if sha256 is None:
            return True
        if sha256 != get(event, "content", ORIGIN, "sha256"):
            return False
        data = self.contents.get(sha256, b"")
        try:
            value = loads(data.decode(), dict)
        except (ValueError, RecursionError):
            return False
        return isinstance(value, dict) and len(data) <= 1048576 and not too_deep(value)

    def _state(self):
        keys, self.states = set(), {}
        for event in self.lists["state"]:
            key = (event["type"], event["state_key"])
            if key in keys or event["event_id"] in self.states:
                self.fault("state_duplicate")
            keys.add(key)
            self.states.setdefault(event["event_id"], event)
            if found := self._author(event):
                self.fault(found)
            self._redaction(event)
            self._beside(self._addresses(event))

    def _redaction(self, event):
        if because := get(event, "unsigned", "redacted_because"):
            target = because.get("redacts", text(because["content"].get("redacts")))
            if because["type"] != "m.room.redaction" or target not in (None, event["event_id"]):
                self.fault("redaction_inconsistent")

    def _events(self):
        ids = set()
        decryption = Decryption(self.members.get("decryption"), self.server)
        if not decryption.head and any(file.get("decrypted") is True for file in self.media.values()):
            self.fault("decryption_invalid")
        for number, event in enumerate(self.lists["events"]):
            event_id, because = event["event_id"], get(event, "unsigned", "redacted_because")
            if event_id in ids:
                self.fault("event_duplicate")
            ids.add(event_id)
            if event["type"] == "m.room.create" and number > 0:
                self.fault("event_order")
            author = get(event, AUTHOR, "user_id")
            if event["sender"] not in self.senders or (author is not None and author not in self.senders):
                self.fault("sender_unlisted")
            if server(event["sender"]) == self.server and get(self.senders, event["sender"], "foreign"):
                self.fault("sender_inconsistent")
            found = self._author(event)
            if found or not self._content_file(event):
                self.fault(found or "origin_invalid")
            if any(uri not in self.files for uri in self._addresses(event)):
                self.fault("media_unlisted")
            decrypted = event.get("decrypted")
            if not decryption.takes(event, in_wrapper := self._imported(event) and is_wrapper(event["type"], get(event, "content", ORIGIN))):
                self.fault("decryption_invalid")
            elif decrypted:
                here = decryption.plain_content(event)
                found = list((decrypted.get("files") or {}).values()) + ([] if in_wrapper else list(addresses(here)))
                if any(uri not in self.files for uri in found):
                    self.fault("media_unlisted")
            self._redaction(event)
            other = self.states.get(event_id)
            if other:
                parts = ["type", "state_key", "sender", "origin_server_ts"]
                redacted = because or get(other, "unsigned", "redacted_because")
                if any(event.get(part) != other.get(part) for part in parts) or (
                    not redacted and event["content"] != other["content"]
                ):
                    self.fault("state_inconsistent")
            if self.since:
                early = number < int(self.since["changed"])
                if (early and not because) or (not early and event_id == self.since["event_id"]):
                    self.fault("increment_inconsistent")
        if self.since and int(self.since["changed"]) > len(self.lists["events"]):
            self.fault("increment_inconsistent")
        if not decryption.is_right(self.manifest, len(self.lists["ledger"])):
            self.fault("decryption_invalid")
        elif (get(decryption.head, "exported", "signature")) is not None:
            self._signed(decryption.head["exported"]["signature"], decryption.head["exported"]["manifest_sha256"])

    def _signature(self):
        try:
            block = loads(self.archive.comment.decode(), dict)
        except (ValueError, RecursionError):
            return
        if not isinstance(block, dict) or too_deep(block) or text(block.get("type")) != "io.roomporter.signature":
            return
        if not fits(block, "signature"):
            return self.fault("signature_invalid")
        self._signed(block, hashlib.sha256(self.manifest).hexdigest())

    def _signed(self, block, sha256):
        key, signature = base64.b64decode(block["public_key"]), base64.b64decode(block["signature"])
        message = f"io.roomporter.bundle manifest.json sha256:{sha256}\n".encode()
        right = (
            base64.b64encode(key).decode() == block["public_key"]
            and base64.b64encode(signature).decode() == block["signature"]
            and block["key_id"] == "ed25519:" + hashlib.sha256(key).hexdigest()[:16]
            and is_signature(key, message, signature)
        )
        if not right:
            self.fault("signature_invalid")


def codes_of(file):
    try:
        return Bundle(pathlib.Path(file).read_bytes()).codes
    except Fault as found:
        return [found.code]


def main(arguments):
    if arguments == ["--batch"]:
        for line in sys.stdin:
            codes = codes_of(line.rstrip("\n"))
            print(json.dumps({"ok": not codes, "codes": list(dict.fromkeys(codes))}), flush=True)
        return 0
    found = [codes_of(file) for file in arguments]
    for file, codes in zip(arguments, found):
        print(f"{file}: {', '.join(dict.fromkeys(codes)) or 'sound'}")
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
