"""Checkpoints that lie about themselves in ways that transformers loads: what it computes for each.

    python make_checkpoints.py     # needs the models beside this file; writes checkpoints.json

Every case is one of the models beside this file with edits, which test/io/model/checkpoint.test.ts makes as well.
"""
import json, os, shutil, struct, tempfile
import torch, transformers
from transformers import AutoModelForCausalLM
from recording import record

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
PROMPTS = [[1, 7, 42, 99, 3, 64], [5, 5, 9]]
LLAMA, QWEN, MISTRAL = "llama-untied-f32", "qwen2-bf16", "mistral-bf16-sharded"
SHARD = "model-00001-of-00001.safetensors"
HEAD = {"lm_head.weight": SHARD}
CASES = {
    "a stale index beside a whole file": dict(model=LLAMA, index={"metadata": {}, "weight_map": HEAD}),
    "a whole file beside shards of other weights": dict(model=LLAMA, index={"metadata": {}, "weight_map": HEAD}, copy={SHARD: "llama-biases-gelu-f16/model.safetensors"}),
    "a file that config.json names": dict(model=LLAMA, config={"transformers_weights": SHARD}, copy={SHARD: "llama-untied-f32/model.safetensors"}, remove=["model.safetensors"]),
    "an index that lists a buffer that no shard has": dict(model=MISTRAL, addToIndex={"model.layers.0.self_attn.rotary_emb.inv_freq": "model-00001-of-00003.safetensors"}),
    "an index that lists only one tensor of each shard": dict(model=MISTRAL, firstOfEachShard=True),
    "rope_scaling beside rope_parameters": dict(model=LLAMA, config={"rope_scaling": {"rope_type": "linear", "factor": 8.0}}),
    "rope_scaling beside rope_parameters with another theta": dict(model=MISTRAL, config={"rope_parameters": {"rope_type": "default", "rope_theta": 500.0}, "rope_scaling": {"type": "linear", "factor": 2.0}}),
    "rope_scaling and rope_theta beside rope_parameters": dict(model=MISTRAL, config={"rope_theta": 700.0, "rope_scaling": {"type": "linear", "factor": 2.0}}),
    "an empty rope_scaling beside rope_parameters": dict(model=LLAMA, config={"rope_scaling": {}}),
    "an original length beside the rope parameters": dict(model=LLAMA, config={"original_max_position_embeddings": 64}),
    "no architectures": dict(model=LLAMA, config={"architectures": None}),
    "an empty list of architectures": dict(model=QWEN, config={"architectures": []}),
    "a tied model with only its head stored": dict(model=QWEN, rename={"model.embed_tokens.weight": "lm_head.weight"}),
}


def edit(folder, case):
    """The edits, as test/io/model/checkpoint.test.ts makes them."""
    path = lambda name: os.path.join(folder, name)
    def change(name, f):
        value = json.load(open(path(name)))
        json.dump(f(value), open(path(name), "w"))
    for name, source in case.get("copy", {}).items():
        shutil.copy(os.path.join(HERE, source), path(name))
    for name in case.get("remove", []):
        os.remove(path(name))
    change("config.json", lambda c: {**c, **case.get("config", {})})
    if "index" in case:
        json.dump(case["index"], open(path("model.safetensors.index.json"), "w"))
    if "addToIndex" in case:
        change("model.safetensors.index.json", lambda i: {**i, "weight_map": {**i["weight_map"], **case["addToIndex"]}})
    if case.get("firstOfEachShard"):
        change("model.safetensors.index.json", lambda i: {**i, "weight_map": {t: s for s, t in {s: t for t, s in reversed(i["weight_map"].items())}.items()}})
    for old, new in case.get("rename", {}).items():
        raw = open(path("model.safetensors"), "rb").read()
        (n,) = struct.unpack("<Q", raw[:8])
        header = raw[8:8 + n].replace(json.dumps(old).encode(), json.dumps(new).encode())
        open(path("model.safetensors"), "wb").write(raw[:8] + header.ljust(n) + raw[8 + n:])


out = {}
for name, case in CASES.items():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(HERE, case["model"]), folder, dirs_exist_ok=True)
        edit(folder, case)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        out[name] = {**case, "recorded": [{"lastLogits": r["lastLogits"]} for r in record(model, PROMPTS)]}
json.dump({"generator": "test/golden/model/make_checkpoints.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__},
           "prompts": PROMPTS, "cases": out}, open(os.path.join(HERE, "checkpoints.json"), "w"), indent=1)
