"""The archive of a bundle, read as docs/bundle-format.md says, with nothing but the standard library."""

import re
import struct
import zlib

MAX_ENTRIES = 200_000
MEANT_FLAGS = 0x2849


class Fault(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code


def extra_fields(data):
    """{id: data} of an extra field, of several of an id the first; None where it ends in the middle."""
    fields, at = {}, 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > len(data):
            return None
        fields.setdefault(kind, data[at + 4 : at + 4 + size])
        at += 4 + size
    return fields


def is_renamed(data, name):
    """Does one of these extra fields bear another name?"""
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        if kind == 0x7075 and data[at + 9 : at + 4 + size] != name:
            return True
        at += 4 + size
    return False


def safe_name(name):
    """Is this a name that a file in a bundle may have?"""
    if not name or len(name.encode()) > 120:
        return False
    if re.search(
        r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]', name
    ):
        return False
    space = "\t\n\v\f\r \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    if name[0] in space + "." or name[-1] in space + ".":
        return False
    return not re.match(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$)(\.|\Z)", name, re.I | re.A)


class Entry:
    pass


class Archive:
    """`faults` of the directory; `manifest`, `viewer` and `media` {sha256: Entry}"""

    def __init__(self, data):
        self.data = data
        self.faults = []
        self.manifest = self.viewer = None
        self.media = {}
        self.ends = {}
        self._directory()

    def _end(self):
        data = self.data
        at = data.rfind(b"PK\5\6", max(0, len(data) - 22 - 65535))
        while at >= 0:
            if len(data) >= at + 22 and at + 22 + struct.unpack_from("<H", data, at + 20)[0] == len(data):
                return at
            at = data.rfind(b"PK\5\6", max(0, len(data) - 22 - 65535), at)
        raise Fault("zip_unreadable")

    def _directory(self):
        data = self.data
        end = self._end()
        disk, start_disk, here, count, size, start, _ = struct.unpack_from("<HHHHIIH", data, end + 4)
        self.comment = data[end + 22 :]
        short = (here, count, size, start)
        long, at_end = None, end
        if end >= 20 and data[end - 20 : end - 16] == b"PK\6\7":
            locator_disk, record, disks = struct.unpack_from("<IQI", data, end - 16)
            if locator_disk or disks != 1 or record > end - 76 or data[record : record + 4] != b"PK\6\6":
                raise Fault("zip_unreadable")
            body, _, _, d1, d2, *long = struct.unpack_from("<QHHIIQQQQ", data, record + 4)
            if d1 or d2:
                raise Fault("zip_unreadable")
            if record != end - 76 or body != 44:
                raise Fault("zip_hidden_data")
            at_end = record
        if disk or start_disk:
            raise Fault("zip_unreadable")
        count, size, start = (long[1], long[2], long[3]) if long else (count, size, start)
        if count > MAX_ENTRIES:
            raise Fault("zip_too_many_entries")
        at, entries, unpacked = start, [], 0
        for _ in range(count):
            if data[at : at + 4] != b"PK\1\2" or at + 46 > len(data):
                raise Fault("zip_unreadable")
            entry = Entry()
            (entry.flags, entry.method, _, entry.crc, entry.packed, entry.size, n, e, c, disk, _, attributes, entry.offset) = (
                struct.unpack_from("<HHIIIIHHHHHII", data, at + 8)
            )
            entry.name = data[at + 46 : at + 46 + n]
            fields = extra_fields(data[at + 46 + n : at + 46 + n + e])
            if at + 46 + n + e + c > len(data) or fields is None:
                raise Fault("zip_unreadable")
            if disk:
                self.faults.append("zip_unreadable")
            renamed = is_renamed(data[at + 46 + n : at + 46 + n + e], entry.name)
            at += 46 + n + e + c
            place = 0
            for name in ("size", "packed", "offset"):
                if getattr(entry, name) == 0xFFFFFFFF and 1 in fields:
                    if len(fields[1]) < place + 8:
                        raise Fault("zip_unreadable")
                    setattr(entry, name, struct.unpack_from("<Q", fields[1], place)[0])
                    place += 8
            entries.append(entry)
            unpacked += entry.size
            if unpacked > 268435456 + 100 * len(data):
                raise Fault("zip_bomb")
            self._place(entry, attributes, renamed)
        if at != at_end:
            self.faults.append("zip_hidden_data")
        wanted = (count, count, at - start, start)
        most = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
        if any(s != w and not (long and s == m) for s, w, m in zip(short, wanted, most)) or (
            long and tuple(long) != wanted
        ):
            self.faults.append("zip_unreadable")
        self.start, self.entries = start, sorted(entries, key=lambda entry: entry.offset)
        last = 0
        for entry in self.entries:
            if entry.offset < last:
                self.faults.append("entry_overlap")
            last = max(last, entry.offset + 30 + len(entry.name) + entry.packed)

    def _place(self, entry, attributes, renamed):
        mode = attributes >> 16 & 0o170000
        if entry.flags & 0x2041:
            return self.faults.append("entry_encrypted")
        if attributes & 0x10 or mode not in (0, 0o100000):
            return self.faults.append("entry_not_file")
        if entry.method not in (0, 8):
            return self.faults.append("entry_method")
        if entry.method == 0 and entry.packed != entry.size:
            return self.faults.append("entry_size")
        if entry.method == 0 and entry.flags & 8:
            return self.faults.append("entry_streamed")
        if renamed:
            return self.faults.append("entry_name")
        try:
            name = entry.name.decode()
        except UnicodeDecodeError:
            return self.faults.append("entry_name")
        if not name.isascii() and not entry.flags & 0x800:
            return self.faults.append("entry_name")
        if name in ("manifest.json", "viewer.html"):
            which = name.split(".")[0]
            if getattr(self, which):
                return self.faults.append("entry_duplicate")
            return setattr(self, which, entry)
        match = re.match(r"media/([0-9a-f]{64})/([^/]+)\Z", name)
        if not match or not safe_name(match[2]):
            return self.faults.append("entry_name")
        if match[1] in self.media:
            return self.faults.append("entry_duplicate")
        self.media[match[1]] = entry

    def read(self, entry):
        """The unpacked bytes, all of the rules on headers, sums and descriptors checked."""
        data, at = self.data, entry.offset
        if data[at : at + 4] != b"PK\3\4" or at + 30 > len(data):
            raise Fault("entry_header")
        flags, method, _, crc, packed, size, n, e = struct.unpack_from("<HHIIIIHH", data, at + 6)
        fields = extra_fields(data[at + 30 + n : at + 30 + n + e])
        name = data[at + 30 : at + 30 + n]
        start = at + 30 + n + e
        if fields is None or method != entry.method or name != entry.name or (flags ^ entry.flags) & MEANT_FLAGS:
            raise Fault("entry_header")
        if is_renamed(data[at + 30 + n : start], name):
            raise Fault("entry_header")
        later = flags & 8

        def right(here, there):
            return here == there or (later and here == 0)

        place = 0
        for here, there in ((size, entry.size), (packed, entry.packed)):
            if here == 0xFFFFFFFF and 1 in fields:
                if len(fields[1]) < place + 8:
                    raise Fault("entry_header")
                (here,) = struct.unpack_from("<Q", fields[1], place)
                place += 8
            if not right(here, there):
                raise Fault("entry_header")
        if not right(crc, entry.crc):
            raise Fault("entry_header")
        end = start + entry.packed
        if later:
            form = "<QQ" if 1 in fields or max(entry.size, entry.packed) > 0xFFFFFFFF else "<II"
            descriptor = b"PK\7\10" + struct.pack("<I", entry.crc) + struct.pack(form, entry.packed, entry.size)
            if data[end : end + len(descriptor)] != descriptor:
                raise Fault("entry_header")
            self.ends[at] = end + len(descriptor)
        else:
            self.ends[at] = end
        if end > len(data):
            raise Fault("zip_unreadable")
        content = data[start:end]
        if method == 8:
            inflate = zlib.decompressobj(-15)
            try:
                content = inflate.decompress(content, entry.size + 1)
            except zlib.error:
                raise Fault("entry_damaged")
            if len(content) > entry.size:
                raise Fault("entry_size")
            if not inflate.eof or inflate.unused_data or inflate.unconsumed_tail:
                raise Fault("entry_damaged")
        if len(content) != entry.size:
            raise Fault("entry_size")
        if zlib.crc32(content) != entry.crc:
            raise Fault("entry_damaged")
        return content

    def gap(self):
        """Is there anything between the entries? To be asked when all have been read."""
        at = 0
        for entry in self.entries:
            if entry.offset != at:
                return True
            at = self.ends.get(entry.offset, -1)
        return at != self.start
