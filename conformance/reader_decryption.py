"""What docs/bundle-format.md says of bundles that were decrypted after they were exported."""

import base64
import hashlib
import json
import re

WRAPPER, AUTHOR = "io.roomporter.event", "_imported_sender"


def text(value, name):
    found = value.get(name) if isinstance(value, dict) else None
    return str(found) if type(found) is str else None


def message_index(ciphertext):
    """The place of a megolm message in its session; None where it is no such message."""
    head = re.match(r"[A-Za-z0-9+/]{8,12}", ciphertext)
    if not head:
        return None
    data = base64.b64decode(head[0][: len(head[0]) // 4 * 4])
    if data[0] != 3 or data[1] != 8:
        return None
    number = 0
    for place, byte in enumerate(data[2:]):
        number += (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return number if number < 2**32 else None
    return None


def plain(value, files):
    """A content whose encrypted files are plain ones."""
    if isinstance(value, list):
        return [plain(item, files) for item in value]
    if not isinstance(value, dict):
        return value
    members = {}
    for name, inner in value.items():
        address = files.get(text(inner, "url")) if is_encrypted_file(inner) else None
        if address is None:
            members[name] = plain(inner, files)
        elif name in ("file", "thumbnail_file"):
            members["url" if name == "file" else "thumbnail_url"] = address
        else:
            members[name] = {key: part for key, part in inner.items() if key not in ("key", "iv", "hashes", "v")}
            members[name]["url"] = address
    return members


def is_encrypted_file(value):
    if not isinstance(value, dict):
        return False
    parts = [text(value, "url"), text(value, "iv"), text(value.get("key"), "k"), text(value.get("hashes"), "sha256")]
    return None not in parts


class Decryption:
    def __init__(self, head, server):
        self.head = head
        self.server = server
        self.encrypted = self.decrypted = 0
        self.senders, self.messages = {}, set()

    def _ciphertext(self, event, in_wrapper):
        if event.get("state_key") is not None or (event.get("unsigned") or {}).get("redacted_because") is not None:
            return None
        if event["type"] == "m.room.encrypted":
            return event["content"]
        if in_wrapper and event["content"].get("type") == "m.room.encrypted":
            inner = event["content"].get("content")
            return inner if isinstance(inner, dict) else {}
        return None

    def takes(self, event, in_wrapper):
        """Does what was decrypted beside an event, if anything, fit it?"""
        content, decrypted = self._ciphertext(event, in_wrapper), event.get("decrypted")
        self.encrypted += content is not None
        if decrypted is None:
            return True
        self.decrypted += 1
        session, ciphertext = str(decrypted["session_id"]), text(content, "ciphertext")
        index = message_index(ciphertext) if ciphertext is not None else None
        if not self.head or index is None or text(content, "session_id") not in (None, session):
            return False
        author = (event.get(AUTHOR) or {}).get("user_id") or event["sender"]
        if self.senders.setdefault(session, author) != author or (index, session) in self.messages:
            return False
        self.messages.add((index, session))
        return True

    def plain_content(self, event):
        decrypted = event["decrypted"]
        content = plain(decrypted["content"], decrypted.get("files") or {})
        content.pop("m.relates_to", None)
        if "m.relates_to" in event["content"]:
            content["m.relates_to"] = event["content"]["m.relates_to"]
        return content

    def is_right(self, manifest, ledger):
        if not self.head:
            return True
        head = self.head
        if int(head["ledger"]) > ledger or (int(head["encrypted"]), int(head["decrypted"])) != (self.encrypted, self.decrypted):
            return False
        exported = exported_manifest(manifest, head["exported"], ledger - int(head["ledger"]))
        return exported is not None and hashlib.sha256(exported).hexdigest() == head["exported"]["manifest_sha256"]


def canonical(value):
    """Canonical JSON of what the reader has parsed: numbers are kept as texts of another class."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{canonical(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return str(value) if isinstance(value, str) and type(value) is not str else json.dumps(value, ensure_ascii=False)


def without_member(line, name):
    """The text of an object without one of its members, which is not the first."""
    decoder, at = json.JSONDecoder(), 1
    while True:
        key, end = decoder.raw_decode(line, at)
        _, after = decoder.raw_decode(line, end + 1)
        if key == name:
            return line[: at - 1] + line[after:]
        if line[after] != ",":
            return line
        at = after + 1


def exported_manifest(manifest, exported, kept):
    """The manifest as it was before, line by line; None where it is laid out in another way."""
    out, section, number, first = [], None, 0, True
    for line in manifest.decode().split("\n")[:-1]:
        bare, comma = (line[:-1], ",") if line.endswith(",") else (line, "")
        if section and bare in ("}", "]"):
            out.append(("" if first else "\n") + bare + comma + "\n")
            section = None
        elif section:
            number += 1
            try:
                if section == "ledger" and number > kept:
                    continue
                if section == "media" and (list(json.loads("{" + bare + "}").values())[0]).get("decrypted") is True:
                    continue
                if section == "events" and "decrypted" in json.loads(bare):
                    bare = without_member(bare, "decrypted")
            except (ValueError, IndexError, AttributeError):
                return None
            out.append(bare if first else ",\n" + bare)
            first = False
        elif bare.startswith('"decryption":'):
            continue
        else:
            for name in ("coverage", "counts"):
                if bare.startswith(f'"{name}":'):
                    bare = f'"{name}":{canonical(exported[name])}'
            out.append(bare + comma + "\n")
            found = re.match(r'"(senders|media|ledger|state|events)":[{\[]$', bare)
            section, number, first = found and found[1], 0, True
    return "".join(out).encode("utf-8", "surrogatepass")
