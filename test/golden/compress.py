"""Best approximations of small combinations, on dense matrices with numpy's SVD.

    python test/golden/compress.py

Writes compress.json beside this file: the factors of three leaves (different ranks and scalings), their coefficients, the singular
values of the dense combination, and its best approximation by every rank (Eckart and Young).
"""
import json
import pathlib
import sys

import numpy as np

ROWS, WIDTH = 7, 9
LEAVES = [(2, 2.0), (3, 0.5), (1, 1.5)]  # rank, scaling


def main():
    rng = np.random.default_rng(5)
    leaves, coefficients, dense = [], [], np.zeros((ROWS, WIDTH))
    for rank, scaling in LEAVES:
        a = rng.standard_normal((rank, WIDTH)).astype(np.float32)
        b = rng.standard_normal((ROWS, rank)).astype(np.float32)
        c = rng.standard_normal(ROWS)
        leaves.append({"rank": rank, "scaling": scaling, "a": a.ravel().tolist(), "b": b.ravel().tolist()})
        coefficients += c.tolist()
        dense += c[:, None] * scaling * (b.astype(np.float64) @ a.astype(np.float64))
    u, s, vt = np.linalg.svd(dense, full_matrices=False)
    rank = int(np.linalg.matrix_rank(dense))
    best = [((u[:, :q] * s[:q]) @ vt[:q]).ravel().tolist() for q in range(1, rank + 1)]
    golden = {
        "tool": f"numpy {np.__version__}, Python {sys.version.split()[0]}: python test/golden/compress.py",
        "leaves": leaves,
        "coefficients": coefficients,
        "singularValues": s[:rank].tolist(),
        "best": best,
    }
    path = pathlib.Path(__file__).with_name("compress.json")
    path.write_text(json.dumps(golden) + "\n")


main()
