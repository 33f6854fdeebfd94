"""Tiny random GPT-NeoX checkpoints, adapters on all of their linear modules, and what transformers and peft compute.

    python make_gpt_neox.py        # writes the folders beside this file; versions and seeds are in gpt-neox.json

Every model: float32 forward pass of the stored weights, eager attention, one thread.
"""
import json, os
import peft, safetensors.torch, torch, transformers
from transformers import GPTNeoXConfig, GPTNeoXForCausalLM
from recording import record

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
LAYER = ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"]
SIZES = dict(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=2, vocab_size=101, max_position_embeddings=128, bos_token_id=0, eos_token_id=0)
MODELS = {
    "gpt-neox-f32": (GPTNeoXConfig(**SIZES), torch.float32, LAYER + ["lm_head"]),
    "gpt-neox-sequential-f16": (GPTNeoXConfig(**SIZES, use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new", layer_norm_eps=1e-3,
                                              rope_parameters={"rope_type": "linear", "rope_theta": 500.0, "factor": 2.0, "partial_rotary_factor": 1.0}), torch.float16, LAYER),
    "gpt-neox-tied-bf16": (GPTNeoXConfig(**SIZES, tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}), torch.bfloat16, None),
    # As the checkpoints of Pythia are: keys of the time, the head called embed_out, buffers in the file.
    "gpt-neox-as-pythia-f16": (GPTNeoXConfig(**SIZES), torch.float16, None),
}


def randomize(parameters, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in parameters:
            r = torch.randn(p.shape, generator=g)
            p.copy_(1 + 0.1 * r if "norm" in name and name.endswith("weight") else 0.2 * r)


def age(folder):
    path = os.path.join(folder, "model.safetensors")
    tensors = safetensors.torch.load_file(path)
    if "lm_head.weight" in tensors:
        tensors["embed_out.weight"] = tensors.pop("lm_head.weight")
    for layer in range(2):
        at = f"gpt_neox.layers.{layer}.attention"
        tensors[f"{at}.bias"] = torch.tril(torch.ones((1, 1, 16, 16), dtype=torch.bool))
        tensors[f"{at}.masked_bias"] = torch.tensor(-1e4, dtype=torch.float16)
        tensors[f"{at}.rotary_emb.inv_freq"] = torch.ones(2)
    safetensors.torch.save_file(tensors, path, metadata={"format": "pt"})
    path = os.path.join(folder, "config.json")
    config = json.load(open(path))
    for key in ("rope_parameters", "attention_bias"):
        config.pop(key, None)
    config.update(rotary_pct=0.25, rotary_emb_base=10000, torch_dtype="float16")
    json.dump(config, open(path, "w"), indent=2)


golden = {"command": "python make_gpt_neox.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__, "peft": peft.__version__}, "models": {}}
for seed, (name, (config, dtype, targets)) in enumerate(MODELS.items()):
    folder = os.path.join(HERE, name)
    config._attn_implementation = "eager"
    model = GPTNeoXForCausalLM(config)
    randomize(model.named_parameters(), 400 + seed)
    model.to(dtype).save_pretrained(folder)
    if os.path.exists(os.path.join(folder, "generation_config.json")):
        os.remove(os.path.join(folder, "generation_config.json"))
    if name == "gpt-neox-as-pythia-f16":
        age(folder)
    model = GPTNeoXForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    g = torch.Generator().manual_seed(seed)
    prompts = [torch.randint(1, 101, (n,), generator=g).tolist() for n in (1, 5, 23, 60)]
    entry = {"seed": seed, "prompts": prompts, "base": record(model, prompts)}
    if targets is not None:
        lora = peft.get_peft_model(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules=targets, rank_pattern={"query_key_value": 5, "dense_4h_to_h": 1}, task_type="CAUSAL_LM"))
        randomize(((n, p) for n, p in lora.named_parameters() if "lora_" in n), 7 + seed)
        lora.eval()
        target = os.path.join(HERE, f"{name}-lora")
        lora.save_pretrained(target, save_embedding_layers=False)
        os.remove(os.path.join(target, "README.md"))
        path = os.path.join(target, "adapter_config.json")
        written = json.load(open(path))
        written["base_model_name_or_path"], written["target_modules"] = name, targets
        json.dump(written, open(path, "w"), indent=1)
        entry["adapter"] = record(lora, prompts)
    golden["models"][name] = entry
json.dump(golden, open(os.path.join(HERE, "gpt-neox.json"), "w"))
