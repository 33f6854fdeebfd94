"""Adapters as peft saves them where it saves more than LoRA factors. Their tensors are small and random.

    python make_adapters.py        # writes the folders beside this file; versions and tensor names are in golden.json
"""
import json, os, warnings
import torch, transformers, peft
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file
from transformers import LlamaConfig, LlamaForCausalLM

torch.set_num_threads(1)
warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = LlamaConfig(hidden_size=4, intermediate_size=6, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, vocab_size=5)
KINDS = {
    "saved-norms": (dict(target_modules=["q_proj"], modules_to_save=["norm"]), "auto"),
    "lora-on-head": (dict(target_modules=["q_proj", "lm_head"]), "auto"),
    "lora-on-head-alone": (dict(target_modules=["q_proj", "lm_head"]), False),
    "lora-on-embedding": (dict(target_modules=["q_proj", "embed_tokens"]), "auto"),
    "whole-embeddings": (dict(target_modules=["q_proj"]), True),
}
golden = {"command": "python make_adapters.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__, "peft": peft.__version__}, "tensors": {}}
for seed, (name, (config, save_embedding_layers)) in enumerate(KINDS.items()):
    torch.manual_seed(seed)
    model = get_peft_model(LlamaForCausalLM(CONFIG), LoraConfig(task_type="CAUSAL_LM", r=2, init_lora_weights=False, base_model_name_or_path="base", **config))
    folder = os.path.join(HERE, name)
    model.save_pretrained(folder, save_embedding_layers=save_embedding_layers)
    os.remove(os.path.join(folder, "README.md"))
    golden["tensors"][name] = sorted(load_file(os.path.join(folder, "adapter_model.safetensors")))
json.dump(golden, open(os.path.join(HERE, "golden.json"), "w"), indent=1)
