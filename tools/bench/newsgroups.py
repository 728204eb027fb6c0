#!/usr/bin/env python3
"""Writes messages of 20 Newsgroups as files, a folder a group: newsgroups.py ARCHIVE OUTPUT [--stripped] [GROUP...]

--stripped leaves what a person wrote: no header (all up to the first empty line), no signature (from the last line of
dashes or blanks on), no quotation and no line that introduces one. These are the rules of scikit-learn's
fetch_20newsgroups(remove=("headers", "footers", "quotes")), against which results are compared.
"""
import os
import sys
import tarfile

INTRODUCTIONS = ("writes in", "writes:", "wrote:", "says:", "said:")
BEGINNINGS = ("In article", "Quoted from", "|", ">")


def is_quotation(line):
    return line.startswith(BEGINNINGS) or any(words in line for words in INTRODUCTIONS)


def stripped(message):
    lines = message.partition("\n\n")[2].strip().split("\n")
    rules = [number for number, line in enumerate(lines) if not line.strip().strip("-")]
    written = lines[: rules[-1]] if rules and rules[-1] > 0 else lines
    return "\n".join(line for line in written if not is_quotation(line))


def main(archive, output, *words):
    groups = set(word for word in words if word != "--stripped")
    with tarfile.open(archive) as messages:
        for member in messages:
            if not member.isfile():
                continue
            group, name = member.name.split("/")[-2:]
            if groups and group not in groups:
                continue
            text = messages.extractfile(member).read().decode("latin-1")
            os.makedirs(os.path.join(output, group), exist_ok=True)
            with open(os.path.join(output, group, name), "w", encoding="utf-8") as file:
                file.write(stripped(text) if "--stripped" in words else text)


main(*sys.argv[1:])
