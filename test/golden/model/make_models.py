"""Tiny random checkpoints of every family, and what transformers computes with them.

    python make_models.py          # writes the folders beside this file; versions and seeds are in golden.json

Every model: float32 forward pass of the stored weights, eager attention, one thread.
"""
import json, os
import torch, transformers, peft
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM, Qwen2Config, Qwen2ForCausalLM
from recording import record

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = dict(hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, vocab_size=101,
             max_position_embeddings=128, bos_token_id=1, eos_token_id=2, pad_token_id=0)
MODELS = {
    "llama-untied-f32": (LlamaForCausalLM, LlamaConfig(**SIZES, tie_word_embeddings=False, head_dim=16, rope_parameters={
        "rope_type": "llama3", "rope_theta": 10000.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32}), torch.float32, 1),
    "llama-biases-gelu-f16": (LlamaForCausalLM, LlamaConfig(**SIZES, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
        hidden_act="gelu_new", rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 2.0}), torch.float16, 1),
    "mistral-bf16-sharded": (MistralForCausalLM, MistralConfig(**SIZES, tie_word_embeddings=False, sliding_window=None, head_dim=8), torch.bfloat16, 3),
    "qwen2-bf16": (Qwen2ForCausalLM, Qwen2Config(**SIZES, tie_word_embeddings=True, use_sliding_window=False), torch.bfloat16, 1),
}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def randomize(model, seed):
    """Weights large enough that logits spread (about ±3), biases and norms not trivial."""
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in model.named_parameters():
            r = torch.randn(p.shape, generator=g)
            p.copy_(1 + 0.1 * r if "norm" in name else 0.2 * r)


def shard(folder, count):
    """Splits model.safetensors by hand: transformers' smallest shard is larger than these models."""
    path = os.path.join(folder, "model.safetensors")
    tensors = load_file(path)
    names = sorted(tensors)
    weight_map = {}
    for i in range(count):
        file = f"model-{i + 1:05d}-of-{count:05d}.safetensors"
        part = names[i::count]
        save_file({n: tensors[n] for n in part}, os.path.join(folder, file))
        weight_map.update({n: file for n in part})
    os.remove(path)
    json.dump({"metadata": {}, "weight_map": weight_map}, open(os.path.join(folder, "model.safetensors.index.json"), "w"), indent=1)


golden = {"command": "python make_models.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__, "peft": peft.__version__}, "models": {}}
for seed, (name, (cls, config, dtype, shards)) in enumerate(MODELS.items()):
    folder = os.path.join(HERE, name)
    config._attn_implementation = "eager"
    torch.manual_seed(seed)
    model = cls(config)
    randomize(model, 100 + seed)
    model.to(dtype).save_pretrained(folder)
    for f in ("generation_config.json",):
        if os.path.exists(os.path.join(folder, f)):
            os.remove(os.path.join(folder, f))
    if shards > 1:
        shard(folder, shards)
    g = torch.Generator().manual_seed(seed)
    prompts = [torch.randint(3, 101, (n,), generator=g).tolist() for n in (1, 5, 23, 60)]
    model = cls.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    entry = {"seed": seed, "prompts": prompts, "base": record(model, prompts)}
    if name == "llama-untied-f32":
        lora = peft.get_peft_model(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules=TARGETS, rank_pattern={"q_proj": 5, "down_proj": 1}, task_type="CAUSAL_LM"))
        r = torch.Generator().manual_seed(7)
        with torch.no_grad():
            for n, p in lora.named_parameters():
                if "lora_" in n:
                    p.copy_(0.2 * torch.randn(p.shape, generator=r))
        lora.eval()
        target = os.path.join(HERE, "llama-untied-f32-lora")
        lora.save_pretrained(target)
        os.remove(os.path.join(target, "README.md"))
        path = os.path.join(target, "adapter_config.json")
        config = json.load(open(path))
        config["base_model_name_or_path"], config["target_modules"] = name, TARGETS
        json.dump(config, open(path, "w"), indent=1)
        entry["adapter"] = record(lora, prompts)
    golden["models"][name] = entry
json.dump(golden, open(os.path.join(HERE, "golden.json"), "w"))
