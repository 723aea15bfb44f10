"""Copy the lines of a file, by the way that is asked for: in chunks as they are, or masked by Aho-Corasick and nothing else."""

import os
import sys
from importlib import import_module
from pathlib import Path

CHUNK = 65536


def in_chunks(source: int, target: int) -> None:
    while data := os.read(source, CHUNK):
        os.write(target, data)


def masked(source: int, target: int) -> None:
    """Secrets that a border of chunks cuts in two are found too: what stands after the last end of a line is kept back."""
    searched = import_module("ahocorasick_rs").BytesAhoCorasick([word.encode() for word in Path("secrets").read_text().split()])
    rest = b""
    while data := os.read(source, CHUNK):
        whole, end, rest = (rest + data).rpartition(b"\n")
        text = whole + end
        parts = []
        begin = 0
        for _, first, last in searched.find_matches_as_indexes(text):
            parts += [text[begin:first], b"***"]
            begin = last
        os.write(target, b"".join([*parts, text[begin:]]))
    os.write(target, rest)


ways = {"chunks": in_chunks, "masked": masked}
source = os.open("lines.txt", os.O_RDONLY)
target = os.open("copy", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
ways[sys.argv[1]](source, target)
