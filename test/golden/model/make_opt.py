"""Tiny random OPT checkpoints with a tokenizer of OPT's shape, adapters on all of their linear modules, and what transformers and peft compute.

    python make_opt.py             # needs ../../../demo/data/pretrain_sample.txt; writes the folders beside this file; versions and seeds are in opt.json

Every model: float32 forward pass of the stored weights, eager attention, one thread.
"""
import json, os
import peft, tokenizers, torch, transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import OPTConfig, OPTForCausalLM, PreTrainedTokenizerFast
from recording import record

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = open(os.path.join(HERE, "../../../demo/data/pretrain_sample.txt"), encoding="utf-8").read()[:40000]
BOS, PAD = 2, 1
LAYER = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
TEXTS = [("The lilemp sounds like", " a broom."), ("Zürich", " 東京 🙂"), ("", "Hello world"), ("two\n\nlines ", " and  spaces")]


def tokenizer():
    """As the converter of transformers makes OPT's: byte-level BPE, </s> in front of every text."""
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.decoder = decoders.ByteLevel()
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    t.train_from_iterator([CORPUS], trainers.BpeTrainer(vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=[AddedToken(x, special=True, normalized=True) for x in special], show_progress=False))
    t.post_processor = processors.TemplateProcessing(single="</s>:0 $A:0", pair="</s>:0 $A:0 </s>:1 $B:1", special_tokens=[("</s>", BOS)])
    return PreTrainedTokenizerFast(tokenizer_object=t, bos_token="</s>", eos_token="</s>", unk_token="</s>", pad_token="<pad>", add_bos_token=True)


SIZES = dict(hidden_size=32, ffn_dim=40, num_hidden_layers=2, num_attention_heads=4, vocab_size=320, max_position_embeddings=128, dropout=0.0,
             bos_token_id=BOS, eos_token_id=BOS, pad_token_id=PAD)
MODELS = {
    "opt-f32": (OPTConfig(**SIZES), torch.float32, LAYER + ["lm_head"]),
    "opt-post-norm-projected-f16": (OPTConfig(**SIZES, do_layer_norm_before=False, word_embed_proj_dim=24), torch.float16, LAYER + ["project_in", "project_out", "lm_head"]),
    "opt-untied-no-biases-bf16": (OPTConfig(**SIZES, enable_bias=False, _remove_final_layer_norm=True, tie_word_embeddings=False, activation_function="gelu_new"), torch.bfloat16, None),
}


def randomize(parameters, seed):
    g = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, p in parameters:
            r = torch.randn(p.shape, generator=g)
            p.copy_(1 + 0.1 * r if "norm" in name and name.endswith("weight") else 0.2 * r)


@torch.no_grad()
def padded(model, prompts, side):
    """Log-probabilities of every prompt's tokens after the first, in one padded batch; and its greedy tokens where it is padded on the left."""
    width = max(map(len, prompts))
    pad = [[PAD] * (width - len(ids)) for ids in prompts]
    x = torch.tensor([p + ids if side == "left" else ids + p for p, ids in zip(pad, prompts)])
    mask = torch.tensor([[0] * len(p) + [1] * len(ids) if side == "left" else [1] * len(ids) + [0] * len(p) for p, ids in zip(pad, prompts)])
    lp = model(input_ids=x, attention_mask=mask).logits.log_softmax(-1)
    first = [len(p) if side == "left" else 0 for p in pad]
    out = {"logProbs": [[lp[row, first[row] + i, ids[i + 1]].item() for i in range(len(ids) - 1)] for row, ids in enumerate(prompts)]}
    if side == "left":
        y = model.generate(input_ids=x, attention_mask=mask, max_new_tokens=24, do_sample=False, eos_token_id=None, pad_token_id=PAD)
        out["greedy"] = y[:, width:].tolist()
    return out


@torch.no_grad()
def scored(model, tok):
    out = []
    for context, continuation in TEXTS:
        before, after = tok(context).input_ids, tok(continuation, add_special_tokens=False).input_ids
        lp = model(input_ids=torch.tensor([before + after])).logits[0].log_softmax(-1)
        out.append({"context": context, "continuation": continuation, "tokens": [before, after],
                    "logProbs": [lp[len(before) - 1 + i, id].item() for i, id in enumerate(after)]})
    return out


tok = tokenizer()
golden = {"command": "python make_opt.py", "versions": {"transformers": transformers.__version__, "torch": torch.__version__, "peft": peft.__version__, "tokenizers": tokenizers.__version__}, "models": {}}
for seed, (name, (config, dtype, targets)) in enumerate(MODELS.items()):
    folder = os.path.join(HERE, name)
    config._attn_implementation = "eager"
    model = OPTForCausalLM(config)
    randomize(model.named_parameters(), 300 + seed)
    model.to(dtype).save_pretrained(folder)
    if os.path.exists(os.path.join(folder, "generation_config.json")):
        os.remove(os.path.join(folder, "generation_config.json"))
    model = OPTForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    g = torch.Generator().manual_seed(seed)
    prompts = [torch.randint(4, 320, (n,), generator=g).tolist() for n in (1, 5, 23, 60)]
    entry = {"seed": seed, "prompts": prompts, "base": record(model, prompts), "padded": {side: padded(model, prompts, side) for side in ("left", "right")}}
    if name == "opt-f32":
        tok.save_pretrained(folder)
        entry["texts"] = scored(model, tok)
    if targets is not None:
        lora = peft.get_peft_model(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules=targets, rank_pattern={"q_proj": 5, "fc2": 1}, task_type="CAUSAL_LM"))
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
        if "texts" in entry:
            entry["adapterTexts"] = scored(lora, tok)
    golden["models"][name] = entry
json.dump(golden, open(os.path.join(HERE, "opt.json"), "w"))
