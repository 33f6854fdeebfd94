"""Best approximations of small combinations, on dense matrices with numpy's SVD.

    python test/golden/compress.py

Writes compress.json beside this file: the factors of three leaves (different ranks and scalings), their coefficients, the singular
values of the dense combination, and its best approximation by every rank (Eckart and Young). Then, of the demo's adapters and per
module of expert ⊖ Ext(truth⁻), computed as published, the norm and the error of its best approximation by rank 4.
"""
import json
import pathlib
import sys

import numpy as np

ROWS, WIDTH = 7, 9
DEMO = pathlib.Path(__file__).parents[2] / "demo" / "adapters"
DEMO_RANK = 4
LEAVES = [(2, 2.0), (3, 0.5), (1, 1.5)]  # rank, scaling


def read_adapter(name):
    """ΔW by module path, in float64."""
    folder = DEMO / name
    config = json.loads((folder / "adapter_config.json").read_text())
    scaling = config["lora_alpha"] / config["r"]
    data = (folder / "adapter_model.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    tensors = {}
    for key, entry in header.items():
        if key != "__metadata__":
            start, end = entry["data_offsets"]
            values = np.frombuffer(data[8 + length + start : 8 + length + end], np.float32)
            tensors[key] = values.reshape(entry["shape"]).astype(np.float64)
    prefix, end = "base_model.model.", ".lora_A.weight"
    return {
        key[len(prefix) : -len(end)]: scaling * tensors[key.replace("lora_A", "lora_B")] @ tensors[key]
        for key in tensors
        if key.endswith(end)
    }


def unit(rows):
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)


def demo():
    expert, truth = read_adapter("expert"), read_adapter("truth-")
    modules = {}
    for path, plus in sorted(expert.items()):
        minus = truth[path]
        shared = unit(unit(plus) + unit(minus))
        ext = minus - (minus * shared).sum(axis=1, keepdims=True) * shared
        s = np.linalg.svd(plus - ext, compute_uv=False)
        modules[path] = {"norm": np.linalg.norm(s), "errorNorm": np.linalg.norm(s[DEMO_RANK:])}
    return {"rank": DEMO_RANK, "modules": modules}


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
        "demo": demo(),
    }
    path = pathlib.Path(__file__).with_name("compress.json")
    path.write_text(json.dumps(golden) + "\n")


main()
