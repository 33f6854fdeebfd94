"""LoRA on lm_head, with a head of its own and with one that is tied to the embedding, and what peft computes with it.

    python make_head_adapters.py   # writes two adapters and head-adapters.json beside this file, over the models of make_models.py
"""
import json, os
import torch, transformers, peft
from recording import record

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
PROMPTS = {name: entry["prompts"] for name, entry in json.load(open(os.path.join(HERE, "golden.json")))["models"].items()}


golden = {"command": "python make_head_adapters.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__, "peft": peft.__version__}, "models": {}}
for seed, name in enumerate(["llama-untied-f32", "qwen2-bf16"]):
    model = transformers.AutoModelForCausalLM.from_pretrained(os.path.join(HERE, name), dtype=torch.float32, attn_implementation="eager").eval()
    lora = peft.get_peft_model(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules=["v_proj", "lm_head"], task_type="CAUSAL_LM"))
    r = torch.Generator().manual_seed(70 + seed)
    with torch.no_grad():
        for n, p in lora.named_parameters():
            if "lora_" in n:
                p.copy_(0.2 * torch.randn(p.shape, generator=r))
    lora.eval()
    target = os.path.join(HERE, f"{name}-head-lora")
    lora.save_pretrained(target, save_embedding_layers=False)
    os.remove(os.path.join(target, "README.md"))
    path = os.path.join(target, "adapter_config.json")
    config = json.load(open(path))
    config["base_model_name_or_path"], config["target_modules"] = name, ["v_proj", "lm_head"]
    json.dump(config, open(path, "w"), indent=1)
    golden["models"][name] = {"tied": bool(model.config.tie_word_embeddings), "adapter": record(lora, PROMPTS[name])}
json.dump(golden, open(os.path.join(HERE, "head-adapters.json"), "w"))
