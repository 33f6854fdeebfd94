"""Weight-space gaps between orders of removal, on dense matrices and from the published definition.

    python test/golden/order_gap.py

Writes order-gap.json beside this file: the factors of an expert and three anti-experts (different ranks and scalings,
grouped-query shapes, modules that some of them lack), and, for every operator whose order matters and every setting, the norms
of all orders, their distances from the expert and all gaps. Ext is computed as published: v° = v̂⁺ + v̂⁻, proj = (v⁻·v̂°) v̂°,
Ext(v⁻) = v⁻ − proj, row by row. Everything in extended precision (numpy longdouble), so that gaps of 1e-7 have digits.
"""
import itertools
import json
import pathlib
import sys

import numpy as np

FLOAT = np.longdouble
MODULES = {  # path: (rows, width)
    "model.layers.0.self_attn.q_proj": (8, 6),
    "model.layers.0.self_attn.v_proj": (4, 6),
    "model.layers.1.self_attn.q_proj": (8, 6),
    "model.layers.1.self_attn.v_proj": (4, 6),
}
ADAPTERS = {  # name: (rank, scaling, size, modules it lacks)
    "expert": (3, 2.0, 1.0, []),
    "truth": (2, 1.0, 1.0, []),
    "tox": (4, 0.5, 1.0, ["model.layers.1.self_attn.v_proj"]),
    "bias": (1, 1.5, 1.0, ["model.layers.0.self_attn.q_proj"]),
    "faint": (2, 1.0, 1e-7, []),
}
STUDIES = [
    {"name": "three", "remove": ["truth", "tox", "bias"], "settings": [["1", "1", "1"], ["0.4", "1", "2"]]},
    {"name": "nearly equal", "remove": ["truth", "faint"], "settings": [["1", "1"]]},
]


def factors(rng):
    adapters = {}
    for name, (rank, scaling, size, lacks) in ADAPTERS.items():
        modules = {}
        for path, (rows, width) in MODULES.items():
            if path in lacks:
                continue
            a = (rng.standard_normal((rank, width))).astype(np.float32)
            b = (rng.standard_normal((rows, rank)) * size).astype(np.float32)
            if name == "expert" and path.endswith("0.self_attn.q_proj"):
                b[2] = 0  # a row that the expert never touched
            if name == "truth" and path.endswith("1.self_attn.q_proj"):
                b[5] = 0  # a row with nothing to remove
            modules[path] = {"a": a.flatten().tolist(), "b": b.flatten().tolist()}
        adapters[name] = {"rank": rank, "scaling": scaling, "modules": modules}
    return adapters


def dense(adapters, name, path):
    rows, width = MODULES[path]
    adapter = adapters[name]
    if path not in adapter["modules"]:
        return np.zeros((rows, width), FLOAT)
    module = adapter["modules"][path]
    a = np.array(module["a"], FLOAT).reshape(adapter["rank"], width)
    b = np.array(module["b"], FLOAT).reshape(rows, adapter["rank"])
    return FLOAT(adapter["scaling"]) * (b @ a)


def unit(v):
    norm = np.sqrt((v * v).sum())
    return v / norm if norm > 0 else np.zeros_like(v)


def ext(plus, minus):
    out = np.zeros_like(minus)
    for i, (p, m) in enumerate(zip(plus, minus)):
        if not p.any():
            continue  # v° = v̂⁻, so Ext is exactly zero; rounding would leave a direction
        shared = unit(unit(p) + unit(m))
        out[i] = m - (m * shared).sum() * shared
    return out


def removed(operator, x, y, lam):
    if operator == "ext":
        return x - lam * ext(x, y)
    half = lam / 2
    return (1 + half) * x - half * y


def frobenius(matrices):
    return np.sqrt(sum((m * m).sum() for m in matrices))


def parts(paths):
    yield "total", paths
    for layer in (0, 1):
        yield f"layer {layer}", [p for p in paths if f".{layer}." in p]
    for kind in ("q_proj", "v_proj"):
        yield kind, [p for p in paths if p.endswith(kind)]


def study(adapters, spec):
    orders = list(itertools.permutations(range(len(spec["remove"]))))
    paths = sorted(MODULES)
    gaps = []
    for operator in ("ext", "extrapolate"):
        for setting, lambdas in enumerate(spec["settings"]):
            results = []
            for order in orders:
                result = {}
                for path in paths:
                    x = dense(adapters, "expert", path)
                    for place in order:
                        x = removed(operator, x, dense(adapters, spec["remove"][place], path), FLOAT(lambdas[place]))
                    result[path] = x
                results.append(result)
            expert = {path: dense(adapters, "expert", path) for path in paths}
            whole = frobenius([expert[p] for p in paths])
            gaps.append({
                "operator": operator,
                "setting": setting,
                "distances": [float(frobenius([r[p] - expert[p] for p in paths]) / whole) for r in results],
                "parts": [
                    {
                        "part": name,
                        "norms": [float(frobenius([r[p] for p in own])) for r in results],
                        "gaps": [[float(frobenius([r[p] - s[p] for p in own])) for s in results] for r in results],
                    }
                    for name, own in parts(paths)
                ],
            })
    return {**spec, "orders": [list(o) for o in orders], "gaps": gaps}


def main():
    adapters = factors(np.random.default_rng(20260101))
    golden = {
        "command": "python test/golden/order_gap.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__},
        "mantissaBits": int(np.finfo(FLOAT).nmant),
        "modules": {path: list(shape) for path, shape in MODULES.items()},
        "adapters": adapters,
        "studies": [study(adapters, spec) for spec in STUDIES],
    }
    path = pathlib.Path(__file__).with_name("order-gap.json")
    path.write_text(json.dumps(golden) + "\n")


main()
