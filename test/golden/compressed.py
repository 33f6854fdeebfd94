"""Golden results of `compress`: torch's best approximations of what peft reads, and the files in which peft has found them.

Run: npm run build && python test/golden/compressed.py (needs torch, transformers, peft). Expressions over the adapters in merge/ are computed densely in
float64 from the weights that peft reads, `compress` by torch.linalg.svd. `ominus merge` writes each; peft loads it. The generator fails unless peft's
ΔW is torch's within 1e-6 of its norm and every module has the expected rank. compressed.json then has torch's ΔW, and the digests of the files.
"""
import hashlib, json, os, subprocess, tempfile, torch, transformers, peft
from transformers import LlamaConfig, LlamaForCausalLM
from peft import PeftModel

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = LlamaConfig(hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, vocab_size=16)
PREFIX = "base_model.model."


def loaded(folder):
    """{module: ΔW in float64} as peft reads the adapter, and the ranks that it has."""
    model = PeftModel.from_pretrained(LlamaForCausalLM(CONFIG), folder)
    found = {n[len(PREFIX):]: m for n, m in model.named_modules() if "default" in getattr(m, "lora_A", {})}
    deltas = {n: m.scaling["default"] * m.lora_B["default"].weight.double() @ m.lora_A["default"].weight.double() for n, m in found.items()}
    return deltas, {n: m.r["default"] for n, m in found.items()}


def unit(rows):
    norms = rows.norm(dim=1, keepdim=True)
    return torch.where(norms > 0, rows / norms.clamp_min(1e-300), torch.zeros_like(rows))


def ext(plus, minus):
    shared = unit(unit(plus) + unit(minus))
    return minus - (minus * shared).sum(1, keepdim=True) * shared


def best(value, rank=None, error=None):
    """The nearest matrix of that rank, or of the smallest rank whose relative Frobenius error is within a bound; and its rank."""
    u, s, vt = torch.linalg.svd(value, full_matrices=False)
    # Ext of what one side lacks is rounding noise: no rank of its own
    full = int(torch.linalg.matrix_rank(value)) if s[0] > 1e-9 else 0
    tails = [float(s[q:].norm() / s.norm()) for q in range(full + 1)] if full else [0.0]
    kept = min(rank, full) if error is None else next(q for q, tail in enumerate(tails) if tail <= error)
    return (u[:, :kept] * s[:kept]) @ vt[:kept], kept


def main():
    e, t, x = (loaded(os.path.join(HERE, "merge", name))[0] for name in "etx")
    paths = sorted({*e, *t, *x})
    zeros = {p: torch.zeros_like(next(d[p] for d in (e, t, x) if p in d)) for p in paths}
    e, t, x = ({**zeros, **d} for d in (e, t, x))
    step = lambda plus, minus, lam: plus - lam * ext(plus, minus)
    cases = {
        "compress(e ⊖ 0.5·x, rank: 3)": lambda p: best(e[p] - 0.5 * x[p], rank=3),
        "compress([e ⊖ 0.7·Ext(t)] ⊖ 1.3·Ext(x), rank: 4)": lambda p: best(step(step(e[p], t[p], 0.7), x[p], 1.3), rank=4),
        "compress(e ⊖ 0.4·t ⊕ 0.6·x, error: 0.2)": lambda p: best(e[p] - 0.4 * t[p] + 0.6 * x[p], error=0.2),
        "compress(e ⊖ Ext(t), rank: 64)": lambda p: best(step(e[p], t[p], 1.0), rank=64),
        "compress(e ⊖ Ext(compress(t ⊕ x, rank: 2)), rank: 5)": lambda p: best(step(e[p], best(t[p] + x[p], rank=2)[0], 1.0), rank=5),
    }
    results = {}
    with tempfile.TemporaryDirectory() as temporary:
        for text, compute in cases.items():
            out = os.path.join(temporary, str(len(results)))
            adapters = [f"--adapter={name}={os.path.join(HERE, 'merge', name)}" for name in "etx" if name in text.replace("compress", "").replace("Ext", "").replace("rank", "").replace("error", "")]
            command = ["node", os.path.join(HERE, "../../dist/cli.js"), "merge", text, *adapters, "--ranks", "exact", "--out", out]
            subprocess.run(command, check=True, capture_output=True)
            read, ranks = loaded(out)
            modules = {}
            for path in paths:
                value, rank = compute(path)
                if rank == 0:
                    assert path not in read, (text, path)
                    continue
                off = float((read[path] - value).norm() / value.norm())
                assert off < 1e-6 and ranks[path] == rank, (text, path, off, ranks[path], rank)
                modules[path] = {"rank": rank, "delta": value.flatten().tolist()}
            digests = [hashlib.sha256(open(os.path.join(out, name), "rb").read()).hexdigest() for name in ("adapter_config.json", "adapter_model.safetensors")]
            results[text] = {"modules": modules, "sha256": digests}
    golden = {
        "made by": "npm run build && python test/golden/compressed.py",
        "versions": {"peft": peft.__version__, "torch": torch.__version__, "transformers": transformers.__version__},
        "results": results,
    }
    with open(os.path.join(HERE, "compressed.json"), "w") as file:
        json.dump(golden, file, ensure_ascii=False)
        file.write("\n")


main()
