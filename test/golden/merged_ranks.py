"""Golden ranks: results of `ominus merge` over the adapters in merge/, each with one rank and with exact ranks, loaded by peft.

Run: npm run build && python test/golden/merged_ranks.py (needs torch, transformers, peft). It fails unless peft reads the same ΔW from both, bit
by bit, and a loader that scales by lora_alpha over the rank of the tensors reads it too (llama.cpp, src/llama-adapter.h, get_scale).
merged-ranks.json then has the digests of the files that peft has loaded.
"""
import hashlib, json, os, subprocess, tempfile, torch, transformers, peft
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM
from peft import PeftModel

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = LlamaConfig(hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, vocab_size=16)
EXPRESSIONS = ["e ⊖ 0.5·x", "[e ⊖ 0.7·Ext(t)] ⊖ 1.3·Ext(x)", "e ⊖ 0.4·t ⊕ 0.6·x"]
PREFIX = "base_model.model."


def product(a, b):
    """B·A, each entry summed from the first component to the last."""
    total = torch.zeros(b.shape[0], a.shape[1], dtype=torch.float64)
    for k in range(a.shape[0]):
        total = total + b[:, k, None].double() * a[k].double()
    return total


def loaded(folder):
    """{module: (ΔW, rank)} as peft reads the adapter, with every key of the file in the model."""
    model = PeftModel.from_pretrained(LlamaForCausalLM(CONFIG), folder)
    found = {n[len(PREFIX):]: m for n, m in model.named_modules() if "default" in getattr(m, "lora_A", {})}
    assert len(found) == len(load_file(os.path.join(folder, "adapter_model.safetensors"))) / 2
    return {n: (m.scaling["default"] * product(m.lora_A["default"].weight, m.lora_B["default"].weight), m.r["default"]) for n, m in found.items()}


def by_tensor_rank(folder):
    """{module: ΔW} as a loader reads it that knows only lora_alpha and the tensors."""
    with open(os.path.join(folder, "adapter_config.json")) as file:
        alpha = json.load(file)["lora_alpha"]
    tensors = load_file(os.path.join(folder, "adapter_model.safetensors"))
    names = [n[len(PREFIX):-len(".lora_A.weight")] for n in tensors if n.endswith(".lora_A.weight")]
    pairs = {n: (tensors[f"{PREFIX}{n}.lora_A.weight"], tensors[f"{PREFIX}{n}.lora_B.weight"]) for n in names}
    return {n: alpha / len(a) * product(a, b) for n, (a, b) in pairs.items()}


def main():
    files = {}
    with tempfile.TemporaryDirectory() as temporary:
        for text in EXPRESSIONS:
            for dtype in ("float32", "float16", "bfloat16"):
                read = {}
                for ranks in ("uniform", "exact"):
                    out = os.path.join(temporary, str(len(files)))
                    adapters = [f"--adapter={name}={os.path.join(HERE, 'merge', name)}" for name in "etx" if name in text.replace("Ext", "")]
                    command = ["node", os.path.join(HERE, "../../dist/cli.js"), "merge", text, *adapters, "--dtype", dtype, "--ranks", ranks, "--out", out]
                    subprocess.run(command, check=True, capture_output=True)
                    read[ranks] = loaded(out)
                    digests = [hashlib.sha256(open(os.path.join(out, name), "rb").read()).hexdigest() for name in ("adapter_config.json", "adapter_model.safetensors")]
                    files[f"{text} in {dtype}, {ranks}"] = {"ranks": sorted({rank for _, rank in read[ranks].values()}), "sha256": digests}
                    if ranks == "uniform":
                        assert len({rank for _, rank in read[ranks].values()}) == 1
                        assert all(torch.equal(value, read[ranks][name][0]) for name, value in by_tensor_rank(out).items())
                assert read["uniform"].keys() == read["exact"].keys()
                assert all(torch.equal(read["uniform"][name][0], read["exact"][name][0]) for name in read["exact"])
    golden = {
        "made by": "npm run build && python test/golden/merged_ranks.py",
        "versions": {"peft": peft.__version__, "torch": torch.__version__, "transformers": transformers.__version__},
        "files": files,
    }
    with open(os.path.join(HERE, "merged-ranks.json"), "w") as file:
        json.dump(golden, file, indent=1, ensure_ascii=False)
        file.write("\n")


main()
