"""Reads a capture of wsgui (format 4) with Python's own modules alone, and prints its rows: see capture-format.md.

python read_capture.py session.wscap
"""

import sqlite3
import struct
import sys
from itertools import cycle


def frames_of(places, wire):
    """(first byte, marks, length form, masking key, payload) of each frame of a read."""
    count = len(places) // 6
    offsets = [*struct.unpack_from(f"<{count}I", places), len(wire)]
    for index in range(count):
        head, marks = places[4 * count + index], places[5 * count + index]
        form = (7, 16, 64)[marks & 3]
        body = offsets[index] + 2 + {7: 0, 16: 2, 64: 8}[form] + (4 if marks & 4 else 0)
        key = wire[body - 4 : body] if marks & 4 else None
        yield head, marks, form, key, wire[body : offsets[index + 1]]


def rows(database):
    """(id, connection, time, direction, opcode, flags, masking key, length form, message, fragment, payload)."""
    query = "SELECT id, connection, time, direction, kind, message, fragment, places, wire FROM reads ORDER BY id"
    for id_, connection, time, direction, kind, message, fragment, places, wire in database.execute(query):
        seen = (connection, time, direction)
        if kind:
            broken = database.execute("SELECT 1 FROM violations WHERE frame = ?", (id_,)).fetchone()
            yield id_, *seen, kind, 16 if broken else 0, None, 0, None, None, wire
            continue
        for number, (head, marks, form, key, payload) in enumerate(frames_of(places, wire)):
            opcode, final = head & 15, head >= 128
            place = (None, None)  # of a control frame, and of a continuation of nothing
            if 0 < opcode < 8:
                message += 1
                fragment, place = int(not final), (message, 0)
            elif opcode == 0 and fragment:
                place = (message, fragment)
                fragment = 0 if final else fragment + 1
            yield id_ + number, *seen, opcode, head >> 4 | marks & 48, key, form, *place, payload


def masked(payload, key):
    """A payload as it stood on the wire."""
    return payload if key is None else bytes(byte ^ mask for byte, mask in zip(payload, cycle(key)))


if __name__ == "__main__":
    for row in rows(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)):
        print(*row[:-1], repr(row[-1][:40]))
