#!/usr/bin/python3
"""text_gensim.py FOLDER [RANK]: gensim from files to a searchable latent index.

Reads the files below FOLDER; simple_preprocess, Dictionary, TfidfModel, LsiModel. Prints seconds of each part as JSON.
"""
import json
import pathlib
import sys
import time

from gensim import corpora, models, utils

folder, rank = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
start = time.perf_counter()
texts = [p.read_bytes().decode("utf-8", "replace") for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()]
read = time.perf_counter()
tokens = [utils.simple_preprocess(text) for text in texts]
dictionary = corpora.Dictionary(tokens)
dictionary.filter_extremes(no_below=2, no_above=1.0, keep_n=None)
bags = [dictionary.doc2bow(document) for document in tokens]
weighted = list(models.TfidfModel(bags)[bags])
counted = time.perf_counter()
models.LsiModel(weighted, id2word=dictionary, num_topics=rank)
done = time.perf_counter()
print(json.dumps({"peer": "gensim", "documents": len(texts), "terms": len(dictionary), "read": round(read - start, 2),
                  "text": round(counted - read, 2), "svd": round(done - counted, 2), "seconds": round(done - start, 2)}))
