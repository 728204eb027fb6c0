#!/usr/bin/python3
"""matrix_of_folder.py FOLDER MATRIX.npz: scikit-learn's tf-idf matrix (min_df 2) of the files below FOLDER."""
import pathlib
import sys

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

folder, out = sys.argv[1:3]
texts = [p.read_bytes().decode("utf-8", "replace") for p in sorted(pathlib.Path(folder).rglob("*")) if p.is_file()]
matrix = TfidfVectorizer(min_df=2).fit_transform(texts).tocsr().astype(np.float32)
matrix.sort_indices()
sp.save_npz(out, matrix, compressed=False)
