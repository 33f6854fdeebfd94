"""Golden merges: adapters saved by peft and what peft says their combinations are.

Run: python test/golden/merge-peft.py (needs torch, transformers, peft, safetensors; versions end up in merge/golden.json).
`cat` of peft's add_weighted_adapter is the oracle for direct sums of plain LoRA; Ext-Sub is computed densely in float64 by its
definition, on the weights that peft itself reads from the adapters (get_delta_weight's factors and scaling).
"""
import json, os, sys, tempfile, torch, transformers, peft
from safetensors.torch import load_file, save_file
from transformers import LlamaConfig, LlamaForCausalLM
from peft import LoraConfig, PeftModel, get_peft_model

torch.set_num_threads(1)
torch.manual_seed(0)
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "merge")
CONFIG = LlamaConfig(hidden_size=8, intermediate_size=12, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1, vocab_size=16)
BASE = LlamaForCausalLM(CONFIG).state_dict()
PREFIX = "base_model.model."


def base():
    model = LlamaForCausalLM(CONFIG)
    model.load_state_dict(BASE)
    return model


def make(name, dtype=torch.float32, **config):
    model = get_peft_model(base(), LoraConfig(task_type="CAUSAL_LM", init_lora_weights=False, base_model_name_or_path="base", **config))
    for key, parameter in model.named_parameters():
        if "lora_" in key:
            parameter.data = torch.randn_like(parameter) * 0.3
    folder = os.path.join(HERE, name)
    model.save_pretrained(folder)
    os.remove(os.path.join(folder, "README.md"))
    path = os.path.join(folder, "adapter_model.safetensors")
    save_file({k: v.to(dtype) for k, v in load_file(path).items()}, path)


def dense(model, adapter="default"):
    """{module: float64 delta} as peft applies it."""
    return {
        name[len(PREFIX):]: module.scaling[adapter] * module.lora_B[adapter].weight.double() @ module.lora_A[adapter].weight.double()
        for name, module in model.named_modules()
        if adapter in getattr(module, "lora_A", {})
    }


def unit(v):
    n = v.norm(dim=1, keepdim=True)
    return torch.where(n > 0, v / n.clamp_min(1e-300), torch.zeros_like(v))


def ext(plus, minus):
    o = unit(unit(plus) + unit(minus))
    return minus - (minus * o).sum(1, keepdim=True) * o


def main():
    make("e", r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "down_proj"])
    make("t", torch.float16, r=3, lora_alpha=16, target_modules=["q_proj", "k_proj", "v_proj"], use_rslora=True)
    make("x", torch.bfloat16, r=5, lora_alpha=5, target_modules=["q_proj", "v_proj", "o_proj"],
         rank_pattern={"layers.1.self_attn.q_proj": 2, "v_proj": 6}, alpha_pattern={r"model\.layers\.0\.self_attn\.(q|v)_proj": 7})
    parts = {name: dense(PeftModel.from_pretrained(base(), os.path.join(HERE, name))) for name in "etx"}
    like = {k: torch.zeros_like(v) for d in parts.values() for k, v in d.items()}
    e, t, x = ({**like, **parts[name]} for name in "etx")
    step = lambda plus, minus, lam: {k: plus[k] - lam * ext(plus[k], minus[k]) for k in like}
    cat = PeftModel.from_pretrained(base(), os.path.join(HERE, "e"), adapter_name="e")
    cat.load_adapter(os.path.join(HERE, "x"), adapter_name="x")
    cat.add_weighted_adapter(["e", "x"], [1.0, -0.5], adapter_name="cat", combination_type="cat")
    expected = {
        "e ⊖ 0.5·x": {**like, **dense(cat, "cat")},
        "[e ⊖ 0.7·Ext(t)] ⊖ 1.3·Ext(x)": step(step(e, t, 0.7), x, 1.3),
        "[e ⊖ 1.3·Ext(x)] ⊖ 0.7·Ext(t)": step(step(e, x, 1.3), t, 0.7),
        "e ⊖ 0.4·t ⊕ 0.6·x": {k: e[k] - 0.4 * t[k] + 0.6 * x[k] for k in like},
        "e ⊖ Ext(t | e) ⊖ Ext(x | e)": {k: e[k] - ext(e[k], t[k]) - ext(e[k], x[k]) for k in like},
        "2·e ⊖ Ext(t ⊕ 0.5·x)": {k: 2 * e[k] - ext(2 * e[k], t[k] + 0.5 * x[k]) for k in like},
    }
    golden = {
        "made by": "python test/golden/merge-peft.py",
        "versions": {"peft": peft.__version__, "torch": torch.__version__, "transformers": transformers.__version__},
        "tolerance of": {"e ⊖ 0.5·x": "peft computes cat in float32"},
        "expected": {text: {k: v.flatten().tolist() for k, v in value.items() if v.abs().max() > 0} for text, value in expected.items()},
    }
    with open(os.path.join(HERE, "golden.json"), "w") as file:
        json.dump(golden, file, ensure_ascii=False)


main()
