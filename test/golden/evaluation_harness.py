"""Golden values of lm-evaluation-harness for style harness: python test/golden/evaluation_harness.py (from the project's root)

Writes test/golden/harness-llama (a random Llama, bf16, context 1024, the demo's vocabulary; its tokenizer is demo/base's) and
test/golden/evaluation-harness.json: the harness's own TruthfulQA tasks over the demo's first questions, with every request's
log-probability and token counts, and the harness's split of (context, continuation) pairs, with and without BOS.
"""
import glob, json, os, shutil, subprocess, sys, tempfile
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TRANSFORMERS_OFFLINE="1", OMP_NUM_THREADS="1")
import torch, lm_eval, transformers
from importlib.metadata import version
from lm_eval.models.huggingface import HFLM

torch.set_num_threads(1)
LIMIT = 6
HERE = os.path.dirname(os.path.abspath(__file__))
BASE = os.path.join(HERE, "../../demo/base")
MODEL = os.path.join(HERE, "harness-llama")
work = tempfile.mkdtemp()

torch.manual_seed(2308)
config = transformers.LlamaConfig(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=64,
    max_position_embeddings=1024, vocab_size=1436, tie_word_embeddings=True, bos_token_id=1, eos_token_id=1, pad_token_id=0,
    initializer_range=0.15)  # large, so that answers differ clearly
transformers.LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(MODEL)
model = os.path.join(work, "model")
shutil.copytree(MODEL, model)
for f in ("tokenizer.json", "tokenizer_config.json"):
    shutil.copy(os.path.join(BASE, f), model)

# the harness's own tasks over local data; it takes the first mc1 choice as the true one
rows = [{"question": q["question"], **{t: {"choices": sorted(q[t], key=lambda a: -q[t][a]), "labels": sorted(q[t].values(), reverse=True)}
         for t in ("mc1_targets", "mc2_targets")}} for q in json.load(open(os.path.join(HERE, "../../demo/data/truthfulqa/mc_task.json")))]
with open(f"{work}/data.jsonl", "w") as f:
    f.writelines(json.dumps(r) + "\n" for r in rows)
tasks = os.path.join(os.path.dirname(lm_eval.__file__), "tasks/truthfulqa")
text = open(f"{tasks}/truthfulqa_mc1.yaml").read()
for old, new in (("task: truthfulqa_mc1", "task: local_mc1"), ("dataset_path: truthfulqa/truthful_qa", "dataset_path: json"),
                 ("dataset_name: multiple_choice", f"dataset_kwargs: {{data_files: {{validation: {work}/data.jsonl}}}}"),
                 ("tag:\n  - truthfulqa\n", "")):
    assert old in text
    text = text.replace(old, new)
open(f"{work}/local_mc1.yaml", "w").write(text)
text = open(f"{tasks}/truthfulqa_mc2.yaml").read()
open(f"{work}/local_mc2.yaml", "w").write(text.replace("include: truthfulqa_mc1", "include: local_mc1").replace("task: truthfulqa_mc2", "task: local_mc2"))
shutil.copy(f"{tasks}/utils.py", work)
command = ["lm_eval", "--model", "hf", "--model_args", f"pretrained={model},dtype=float32", "--device", "cpu", "--include_path", work,
           "--tasks", "local_mc1,local_mc2", "--limit", str(LIMIT), "--batch_size", "8", "--output_path", f"{work}/out", "--log_samples"]
subprocess.run([os.path.join(os.path.dirname(sys.executable), command[0]), *command[1:]], check=True)
results = json.load(open(glob.glob(f"{work}/out/*/results_*.json")[0]))

lm = HFLM(pretrained=model, dtype="float32", device="cpu")
out = {"source": {"command": "python test/golden/evaluation_harness.py", "runs": " ".join(command).replace(work, "WORK"),
       **{p: version(p) for p in ("lm_eval", "torch", "transformers")}}, "data": "demo/data/truthfulqa/mc_task.json", "limit": LIMIT}
for task, metric in (("local_mc1", "mc1"), ("local_mc2", "mc2")):
    samples = [json.loads(l) for l in open(glob.glob(f"{work}/out/*/samples_{task}_*.jsonl")[0])]
    requests = [[(a["arg_0"], a["arg_1"]) for a in s["arguments"].values()] for s in samples]
    out[metric] = {"value": results["results"][task]["acc,none"], "stderr": results["results"][task]["acc_stderr,none"],
        "questions": [{"score": s["acc"], "contextTokens": len(lm._encode_pair(*r[0])[0]), "choices": [
            {"text": c, "tokens": len(lm._encode_pair(q, c)[1]), "logProb": float(resp[0]), "isGreedy": resp[1] == "True"}
            for (q, c), resp in zip(r, s["filtered_resps"])]} for s, r in zip(samples, requests)]}
out["firstContext"] = requests[0][0][0]
out["firstPrompt"] = lm._encode_pair(*requests[0][0])[0]

# the split by count: blanks at the boundary, tokens that merge across it, and a tokenizer that adds BOS by default
pairs = [("Q: What is it?\nA:", " A broom."), ("Q: What is it?\nA: ", "A broom."), ("Q: What is it?\nA:  \n", " A broom."),
         ("The sil", "ver coin"), ("The krel", "ugle"), ("4 + 4 =", " 8"), ("<|user|>\nHello\n<|assistant|>\n", "Good day."), ("one", "")]
out["pairs"] = [{"context": c, "continuation": k, "tokens": lm._encode_pair(c, k)} for c, k in pairs]
t = json.load(open(f"{model}/tokenizer.json"))
t["post_processor"] = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<|end|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<|end|>": {"id": "<|end|>", "ids": [1], "tokens": ["<|end|>"]}}}
json.dump(t, open(f"{model}/tokenizer.json", "w"))
lm = HFLM(pretrained=model, dtype="float32", device="cpu")
out["pairsWithBos"] = [{"context": c, "continuation": k, "tokens": lm._encode_pair(c, k)} for c, k in pairs]
out["bosPostProcessor"] = t["post_processor"]
with open(os.path.join(HERE, "evaluation-harness.json"), "w") as f:
    json.dump(out, f, ensure_ascii=False, indent=None, separators=(",", ":"))
    f.write("\n")
shutil.rmtree(work)
