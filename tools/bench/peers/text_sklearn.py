#!/usr/bin/python3
"""text_sklearn.py FOLDER [RANK]: scikit-learn from files to a searchable latent index.

Reads the files below FOLDER, TfidfVectorizer (min_df 2), TruncatedSVD by ARPACK. Prints seconds of each part as JSON.
"""
import json
import pathlib
import sys
import time

from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

folder, rank = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
start = time.perf_counter()
texts = [p.read_bytes().decode("utf-8", "replace") for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()]
read = time.perf_counter()
matrix = TfidfVectorizer(min_df=2).fit_transform(texts)
counted = time.perf_counter()
TruncatedSVD(rank, algorithm="arpack").fit_transform(matrix)
done = time.perf_counter()
print(json.dumps({"peer": "scikit-learn", "documents": len(texts), "terms": matrix.shape[1], "read": round(read - start, 2),
                  "text": round(counted - read, 2), "svd": round(done - counted, 2), "seconds": round(done - start, 2)}))
