#!/usr/bin/env python3
"""Makes collections in which something known is looked for: known_items.py DATA OUTPUT

For each of LISA, BBC, 20 Newsgroups and the Wikipedia paragraphs, writes OUTPUT/NAME.jsonl, documents without their
titles; NAME-titles.jsonl and .qrels, 400 of the titles as queries for all documents that had them; and
NAME-passages.jsonl and .qrels, six words in a row of 300 documents, for all documents that have them in a row. For the
machine's documentation in /usr/share/doc, OUTPUT/doc.jsonl and its passages. A set that is not in DATA is left out.
"""
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tarfile

WORD = re.compile(r"\w+")
PASSAGE = 6


def lisa(data):
    with open(f"{data}/beir/lisa/corpus.jsonl", encoding="utf-8") as file:
        for line in file:
            document = json.loads(line)
            yield document["_id"], document["title"], document["text"]


def bbc(data):
    for group in sorted(entry.name for entry in os.scandir(f"{data}/bbc") if entry.is_dir()):
        for name in sorted(os.listdir(f"{data}/bbc/{group}")):
            with open(f"{data}/bbc/{group}/{name}", encoding="utf-8", errors="replace") as file:
                title, _, text = file.read().partition("\n")
            yield f"{group}/{name}", title, text


def newsgroups(data):
    with tarfile.open(f"{data}/20news-bydate.tar.gz") as messages:
        for member in messages:
            if member.isfile():
                header, _, text = messages.extractfile(member).read().decode("latin-1").partition("\n\n")
                subject = re.search(r"^Subject:\s*(.*)$", header, re.M)
                yield member.name, re.sub(r"^(\s*re:\s*)+", "", subject.group(1) if subject else "", flags=re.I), text


def wikipedia(data):
    path = f"{data}/enwiki-paragraphs.jsonl.zst"
    if not os.path.exists(path):
        return
    with subprocess.Popen(["zstd", "-dc", path], stdout=subprocess.PIPE) as unpacked:
        for line in unpacked.stdout:
            document = json.loads(line)
            yield document["_id"], document["title"], document["text"]


def documentation(_):
    for folder, _, names in sorted(os.walk("/usr/share/doc")):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.islink(path) or " " in path:
                continue
            try:
                with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                    yield os.path.relpath(path, "/usr/share/doc"), "", file.read(1 << 20).decode("utf-8")
            except (OSError, EOFError, UnicodeDecodeError):
                continue


def write(path, documents):
    with open(path, "w", encoding="utf-8") as file:
        for name, text in documents:
            file.write(json.dumps({"_id": name, "title": "", "text": text}) + "\n")


def write_queries(path, queries):
    """queries: pairs of a text and the documents that answer it."""
    write(path + ".jsonl", ((f"q{number}", text) for number, (text, _) in enumerate(queries)))
    with open(path + ".qrels", "w", encoding="utf-8") as file:
        for number, (_, answers) in enumerate(queries):
            file.writelines(f"q{number} 0 {answer} 1\n" for answer in sorted(answers))


def title_queries(documents):
    same = {}
    for name, title, _ in documents:
        same.setdefault(title.strip().lower(), []).append(name)
    titled = [title for _, title, text in documents if title.strip() and len(text) > 100]
    return [(title, same[title.strip().lower()]) for title in random.sample(titled, min(400, len(titled)))]


def passage_queries(documents):
    passages = {}
    for index in random.sample(range(len(documents)), len(documents)):
        words = WORD.findall(documents[index][2].lower())
        if len(words) >= 20 and len(passages) < 300:
            start = random.randrange(len(words) - PASSAGE)
            passages[tuple(words[start : start + PASSAGE])] = set()
    first_words = {passage[0] for passage in passages}
    for name, _, text in documents:
        words = WORD.findall(text.lower())
        for start, word in enumerate(words):
            if word in first_words and (passage := tuple(words[start : start + PASSAGE])) in passages:
                passages[passage].add(name)
    return [(" ".join(passage), answers) for passage, answers in passages.items()]


def main(data, output):
    os.makedirs(output, exist_ok=True)
    sets = {"lisa": lisa, "bbc": bbc, "newsgroups": newsgroups, "wikipedia": wikipedia, "doc": documentation}
    for name, read in sets.items():
        random.seed(1)
        try:
            documents = list(read(data))
        except FileNotFoundError:
            continue
        if not documents:
            continue
        write(f"{output}/{name}.jsonl", ((document, text) for document, _, text in documents))
        if any(title.strip() for _, title, _ in documents):
            write_queries(f"{output}/{name}-titles", title_queries(documents))
        write_queries(f"{output}/{name}-passages", passage_queries(documents))


main(*sys.argv[1:])
