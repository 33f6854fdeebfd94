"""What a model computes for prompts, as the goldens beside this file have it."""
import torch


@torch.no_grad()
def record(model, prompts):
    out = []
    for ids in prompts:
        x = torch.tensor([ids])
        logits = model(input_ids=x).logits[0]
        lp = logits.log_softmax(-1)
        y = model.generate(input_ids=x, attention_mask=torch.ones_like(x), max_new_tokens=24, do_sample=False, eos_token_id=None, pad_token_id=0)
        out.append({"lastLogits": [round(v, 7) for v in logits[-1].tolist()],
                    "logProbs": [lp[i, ids[i + 1]].item() for i in range(len(ids) - 1)], "greedy": y[0, len(ids):].tolist()})
    return out
