#!/usr/bin/python3
"""autoencoder_torch.py PAIRS.txt [BATCH [THREADS]]: seconds an epoch of Mult-VAE by PyTorch (python3-torch).

The network and the training of bench_autoencoder: columns-600-200-600-columns, tanh, dropout of half of the input,
multinomial likelihood, divergence weighted by .2, Adam. PAIRS.txt has "user item" lines, as bench_autoencoder writes
them. Prints the best epoch of several after a first.
"""
import sys
import time

import numpy as np
import scipy.sparse
import torch
import torch.nn.functional as functional


class MultVae(torch.nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.enter = torch.nn.Linear(columns, 600)
        self.encode = torch.nn.Linear(600, 400)
        self.decode = torch.nn.Linear(200, 600)
        self.leave = torch.nn.Linear(600, columns)

    def forward(self, x):
        hidden = functional.dropout(functional.normalize(x), 0.5)
        mean, log_variance = self.encode(torch.tanh(self.enter(hidden))).chunk(2, dim=1)
        code = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        divergence = 0.5 * (log_variance.exp() + mean ** 2 - 1 - log_variance).sum(1).mean()
        return self.leave(torch.tanh(self.decode(code))), divergence


def epoch(model, optimizer, x, batch):
    order = np.random.permutation(x.shape[0])
    for begin in range(0, len(order), batch):
        rows = torch.from_numpy(x[order[begin:begin + batch]].toarray())
        optimizer.zero_grad()
        outputs, divergence = model(rows)
        loss = -(functional.log_softmax(outputs, 1) * rows).sum(1).mean() + 0.2 * divergence
        loss.backward()
        optimizer.step()
    return loss.item()


def main():
    path = sys.argv[1]
    batch = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 2)
    pairs = np.loadtxt(path, dtype=np.int64)
    x = scipy.sparse.csr_matrix((np.ones(len(pairs), np.float32), (pairs[:, 0], pairs[:, 1])))
    model = MultVae(x.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    times = []
    for _ in range(6):
        start = time.perf_counter()
        loss = epoch(model, optimizer, x, batch)
        times.append(time.perf_counter() - start)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads: {x.shape[0]} x {x.shape[1]}, "
          f"an epoch {min(times[1:]):.3f} s, last batch's loss {loss:.4f}")


main()
