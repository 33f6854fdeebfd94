"""Full-precision numbers of demo/evaluate_ref.py: python test/golden/evaluation_demo.py (from the project's root)

Writes test/golden/evaluation-demo.json: the expert, and expert - 2 truth-, which repeats itself and answers no question.
"""
import json, os, sys
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", OMP_NUM_THREADS="1")
HERE = os.path.dirname(os.path.abspath(__file__))
DEMO = os.path.join(HERE, "../../demo")
sys.path.insert(0, DEMO)
import numpy as np, torch
import evaluate_ref as V, ext_sub_ref as E
from importlib.metadata import version
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

torch.set_num_threads(1)
tok = PreTrainedTokenizerFast.from_pretrained(f"{DEMO}/base")
model = AutoModelForCausalLM.from_pretrained(f"{DEMO}/base", dtype=torch.float32).eval()
state, tox = {k: v.clone() for k, v in model.state_dict().items()}, V.Toxicity()
expert, truth = E.dense(f"{DEMO}/adapters/expert"), E.dense(f"{DEMO}/adapters/truth-")


def rep(tokens, n):
    g = [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]
    return 1 - len(set(g)) / len(g) if g else 0.0


def measure():
    mc1, mc2, _ = V.truthful(model, tok)
    replies = V.generate(model, tok, [d["instruction"] for d in json.load(open(V.data("toxic_test.json")))], 48)
    ids, s = tok(replies).input_ids, tox(replies)
    gsm = [json.loads(l) for l in open(V.data("gsm8k/test.jsonl"))]
    got = V.generate(model, tok, [g["question"] for g in gsm], 64)
    ppl, acc = V.perplexity(model, tok)
    return {"mc1": mc1 / 100, "mc2": mc2 / 100, "toxicity": float(s.mean()), "toxicShare": float((s > .8).mean()),
            "empty": float(np.mean([not r.strip() for r in replies])),
            "rep": [float(np.mean([rep(t, n) for t in ids])) for n in (1, 2, 3, 4)],
            "gsm": float(np.mean([V.number(a) == V.number(g["answer"]) for a, g in zip(got, gsm)])), "perplexity": ppl, "accuracy": acc / 100,
            "replies": replies[:3], "solutions": got[:3]}


out = {"source": {"command": "python test/golden/evaluation_demo.py", **{p: version(p) for p in ("torch", "transformers", "onnxruntime", "numpy")}}}
for name, delta in (("expert", expert), ("broken", E.direct_sub(expert, truth, 2.0))):
    E.apply(model, state, delta)
    out[name] = measure()
with open(os.path.join(HERE, "evaluation-demo.json"), "w") as f:
    f.write(json.dumps(out, ensure_ascii=False) + "\n")
