#!/usr/bin/env python3
"""
Makes bundles of which nobody knows the verdict, to compare two verifiers with: mutations of the kit's good bundles.

    mutate.py KIT FOLDER [COUNT] [SEED]      writes COUNT (500) ZIP files into FOLDER, the same for the same SEED (1)

Of four, three change one value somewhere in the manifest, weighted towards what the format has rules for; one changes, cuts, doubles or moves bytes
of the archive. Python 3.10, standard library only.
"""

import io
import json
import pathlib
import random
import sys
import zipfile

ODD = [
    None, True, 0, -1, 7, 1.5, 2**53, "", "x", "$event-2", "$none", "@alice:acme.test", "@bob:acme.test", "@carol:far.test", "@x",
    "mxc://acme.test/cup", "mxc://acme.test/gone", "mxc://..", "m.room.redaction", "m.room.create", "io.roomporter.event",
    '<img src="mxc://acme.test/hidden">', "/body", "/none/x", "0" * 64, "visibility", "since_bundle", "\ud800", [], {}, [1], {"a": 1},
]  # fmt: skip
NAMES = [
    "_imported_sender", "io.roomporter.origin", "redacts", "formatted_body", "url", "critical", "viewer", "state_key", "unsigned",
    "restore", "content_uri", "target", "media", "foreign", "org.example.x",
]  # fmt: skip


def places(value, found):
    """Every (holder, key) in a JSON value."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        found.append((value, key))
        if isinstance(value[key], (dict, list)):
            places(value[key], found)
    return found


def change(manifest, chance):
    holder, key = chance.choice(places(manifest, []))
    kind = chance.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(chance.randrange(len(holder) + 1), holder[key])
    elif kind == 2 and isinstance(holder, dict):
        holder[chance.choice(NAMES)] = chance.choice(ODD)
    elif kind == 3:
        other, there = chance.choice(places(manifest, []))
        holder[key] = json.loads(json.dumps(other[there]))
    else:
        holder[key] = chance.choice(ODD)


def packed(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o100644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def mutated(data, chance):
    if chance.randrange(4) > 0:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [(info.filename, archive.read(info)) for info in archive.infolist()]
        found = []
        for name, content in entries:
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest, chance)
                content = json.dumps(manifest).encode()
            found.append((name, content))
        return packed(found)
    a, b, c = sorted(chance.randrange(len(data)) for _ in range(3))
    return chance.choice([
        data[:a] + bytes([data[a] ^ chance.randrange(1, 256)]) + data[a + 1 :],
        data[:a] + data[b:],
        data[:b] + data[a:],
        data[:a] + data[b:c] + data[a:b] + data[c:],
    ])


def opens(file):
    """Does Python's own reader open it? It takes any mark of an end record in a comment for one."""
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, NotImplementedError):
        return False


def main(kit, folder, count="500", seed="1"):
    sys.setrecursionlimit(20_000)
    chance = random.Random(int(seed))
    index = json.loads((pathlib.Path(kit) / "index.json").read_text())
    # what one may read and change by hand: not those that are large or deep on purpose
    good = [pathlib.Path(kit) / case["file"] for case in index if case["verdict"] == "sound"]
    good = [file for file in good if file.stat().st_size < 6000 and "edge of" not in next(c["what"] for c in index if file.match(c["file"]))]
    good = [file for file in good if opens(file)]
    pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    for number in range(int(count)):
        data = mutated(chance.choice(good).read_bytes(), chance)
        (pathlib.Path(folder) / f"{number + 1:04}.zip").write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
