"""Special tokens, prompts and decoded texts of tokenizer folders that say things in several places, as transformers has them.

    python make_prompts.py         # writes prompts.json beside this file; every case has its files in it
"""
import json, os, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers, transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import AutoTokenizer
transformers.logging.set_verbosity_error()

HERE = os.path.dirname(os.path.abspath(__file__))
WORDS = ["x", "!", "=", "y", ",", ".", "'", "n't", "it", "'s", "the", "no", "12", "5", "?"]
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>"]
TEXT = "x != y , it 's the ' no ' 12 . 5 ? it n't !"


def added(first):
    return [{"id": first + i, "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for i, t in enumerate(SPECIAL)]


def bpe():
    letters = sorted(set(pre_tokenizers.ByteLevel.alphabet()))
    t = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(SPECIAL + letters)}, merges=[]))
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    t.decoder = decoders.ByteLevel()
    return {**json.loads(t.to_str()), "added_tokens": added(0)}


def word_piece():
    t = Tokenizer(models.WordPiece(vocab={w: i for i, w in enumerate(SPECIAL + WORDS)}, unk_token="<unk>"))
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    t.decoder = decoders.WordPiece(cleanup=False)
    return {**json.loads(t.to_str()), "added_tokens": added(0)}


BASE = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>"}
NAMES = "{{ bos_token }}|{{ eos_token }}|{{ pad_token is defined }}{{ pad_token }}|{{ unk_token is defined }}{{ unk_token }}|{{ messages[0].content }}"
DECODER = {str(i): {"content": t, "lstrip": False, "rstrip": False, "normalized": False, "single_word": False, "special": True} for i, t in enumerate(SPECIAL)}
without = lambda *keys: {k: v for k, v in BASE.items() if k not in keys}
CASES = {
    "tokens in the configuration": dict(config={**BASE, "pad_token": "<pad>", "unk_token": "<unk>", "chat_template": NAMES}),
    "tokens in the map alone": dict(config={**without("bos_token", "eos_token"), "chat_template": NAMES}, map={"bos_token": "<s>", "eos_token": "</s>"}),
    "the map says otherwise": dict(config={**BASE, "bos_token": "<unk>", "eos_token": "<unk>", "chat_template": NAMES}, map={"bos_token": "<s>", "eos_token": {"content": "</s>", "lstrip": False}}),
    "the map beside added_tokens_decoder": dict(config={**BASE, "added_tokens_decoder": DECODER, "chat_template": NAMES}, map={"bos_token": "<unk>", "pad_token": "<pad>"}),
    "the map with null": dict(config={**BASE, "chat_template": NAMES}, map={"bos_token": None}),
    "no tokens": dict(config={**without("bos_token", "eos_token"), "chat_template": NAMES}),
    "a template with CRLF": dict(config=BASE, template="<|user|>\r\n{{ messages[0].content }}\r\n{% if true %}\r\n<|assistant|>\r\n{% endif %}\r\n"),
    "a template in both places": dict(config={**BASE, "chat_template": "config"}, template="file {{ messages[0].content }}"),
    "a list of templates": dict(config={**BASE, "chat_template": [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "default {{ messages }}"}]}),
    "BPE cleaned up": dict(config={**BASE, "clean_up_tokenization_spaces": True}),
    "BPE cleaned up by force": dict(config={**BASE, "clean_up_tokenization_spaces": True, "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output": True}),
    "BPE": dict(config=BASE),
    "WordPiece cleaned up": dict(config={**BASE, "unk_token": "<unk>", "clean_up_tokenization_spaces": True}, kind="wordPiece"),
    "WordPiece": dict(config={**BASE, "unk_token": "<unk>", "clean_up_tokenization_spaces": False}, kind="wordPiece"),
}
MODELS = {"bpe": bpe(), "wordPiece": word_piece()}
for case in CASES.values():
    with tempfile.TemporaryDirectory() as folder:
        put = lambda name, text: open(os.path.join(folder, name), "w", encoding="utf-8", newline="").write(text)
        put("tokenizer.json", json.dumps(MODELS[case.setdefault("kind", "bpe")]))
        put("tokenizer_config.json", json.dumps(case["config"]))
        if "map" in case: put("special_tokens_map.json", json.dumps(case["map"]))
        if "template" in case: put("chat_template.jinja", case["template"])
        tok = AutoTokenizer.from_pretrained(folder)
        case["bos"], case["eos"], case["pad"] = tok.bos_token_id, tok.eos_token_id, tok.pad_token_id
        case["decoded"] = tok.decode(tok.encode(TEXT, add_special_tokens=False), skip_special_tokens=True)
        case["prompt"] = tok.apply_chat_template([{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True) if tok.chat_template else None
json.dump({"generator": "test/golden/model/make_prompts.py", "versions": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__},
           "text": TEXT, "tokenizers": MODELS, "cases": CASES}, open(os.path.join(HERE, "prompts.json"), "w"), indent=1)
