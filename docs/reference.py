#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Doxygen's input filter: reference.py HEADER. Makes the header's plain comments those of Doxygen,
word for word: before a declaration, or after a field on its line."""

import pathlib
import re
import sys


def words(comment):
    """The comment's text, with nothing in it that Doxygen takes for a command."""
    text = re.sub(r"[\\@<>&#%$]", lambda m: {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(
        m.group(), "\\" + m.group()), comment[2:-2])
    return text.replace("*/", "")


def convert(text):
    def mark(found):
        before = text[:found.start()].rpartition("\n")[2]
        comment = found.group()
        if comment.startswith("/* ----") or "SPDX" in comment:
            return comment
        after_field = before.strip() and not before.strip().startswith("#")
        return ("/**< " if after_field else "/** ") + words(comment) + "*/"
    return re.sub(r"/\*.*?\*/", mark, text, flags=re.S)


def main():
    path = pathlib.Path(sys.argv[1])
    sys.stdout.write("/** @file */\n" + convert(path.read_text(encoding="utf-8")))


main()
