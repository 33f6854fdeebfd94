"""Which modules peft adapts, by config: pip install peft==0.21.2 torch; python make_targets.py > golden.json"""
import itertools
import json
import sys

import peft
from peft import LoraConfig
from peft.tuners.tuners_utils import check_target_module_exists

LLAMA = [f"model.layers.{i}.{m}" for i in (0, 1, 11) for m in ("self_attn.q_proj", "self_attn.v_proj", "mlp.up_proj")]
PATHS = LLAMA + ["lm_head", "q_proj", "layers.0.q_proj", "model.layers.1.mlp.experts.0.up_proj", "model.vision.blocks.1.attn.q_proj", "transformer.h.1.attn.c_attn", "model.layers.0.self_attn.q_proj2"]
UNSLOTH = r"(?:.*?(?:language|text).*?(?:self_attn|attention|attn|mlp|feed_forward|ffn|dense).*?(?:q_proj|up_proj).*?)|(?:\bmodel\.layers\.[\d]{1,}\.(?:self_attn|attention|attn|mlp|feed_forward|ffn|dense)\.(?:(?:q_proj|up_proj)))"
TARGETS = [["q_proj", "v_proj"], ["q_proj", "model.layers.0.mlp.up_proj"], ["self_attn.q_proj", "lm_head"], r".*\.q_proj", "q_proj", r"model\.layers\.\d+\.(self_attn|mlp)\.[qu]\w*_proj", UNSLOTH, r".*(?:1{1,2})\..*_proj", r".*\.[^m].*\.(?P<last>.+)", r"^model\.[a-z]+\.[0-9]\b.*$", r"(?:model|layers).{5,30}"]
OTHERS = [{}, {"exclude_modules": ["v_proj"]}, {"exclude_modules": ["self_attn.q_proj", "lm_head"]}, {"exclude_modules": r".*layers\.1.*"}, {"modules_to_save": ["lm_head"]}, {"modules_to_save": ["mlp"]}, {"modules_to_save": ["proj"]}]
LAYERS = [{"layers_to_transform": [0]}, {"layers_to_transform": 1}, {"layers_to_transform": [1, 11], "layers_pattern": "layers"}, {"layers_to_transform": [1], "layers_pattern": ["h", "blocks"]}, {"layers_to_transform": [1], "layers_pattern": []}, {"layers_to_transform": []}]

cases = []
for targets, other in itertools.chain(itertools.product(TARGETS, OTHERS), itertools.product(TARGETS[:3], LAYERS)):
    config = {"target_modules": targets, **other}
    lora = LoraConfig(**config)
    cases.append({"config": config, "adapted": [path for path in PATHS if check_target_module_exists(lora, path) and type(check_target_module_exists(lora, path)).__name__ != "_ExcludedModule"]})
json.dump({"tool": f"peft {peft.__version__}", "command": "python make_targets.py > golden.json", "paths": PATHS, "cases": cases}, sys.stdout, indent=1)
print()
