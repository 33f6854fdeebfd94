"""Two small tokenizers in the shapes of Llama 3 / Qwen 2 (byte-level BPE) and Llama 2 (byte fallback), and what transformers makes of texts.

    python make_tokenizers.py      # needs ../../../demo/data/pretrain_sample.txt; versions are in tokenizers.json
"""
import json, os
import tokenizers, transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

HERE = os.path.dirname(os.path.abspath(__file__))
CORPUS = open(os.path.join(HERE, "../../../demo/data/pretrain_sample.txt"), encoding="utf-8").read()[:40000]
UNICODE = "Zürich naïve façade Größe 東京都 日本語 中文字符 한국어 Привет мир שלום عالم हिन्दी 🙂👩‍👩‍👧 ½ ﬁ e\u0301 \u00e9 " * 20
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEXTS = ["", " ", "Hello world", "  two  spaces and\ttabs\n\n\nlines  ", "don't DON'T we'LL", "1234567 1,234.56", "Zürich naïve Größe", "東京都の日本語 中文字符",
         "한국어 Привет, мир!", "שלום عالم हिन्दी", "🙂👩‍👩‍👧‍👦🏳️‍🌈 ½ ﬁ", "e\u0301 vs \u00e9", "\u00a0nbsp\u200bzwsp\ufeffbom", "<|user|>\nHi<|end|>there <|end|> x", "<|begin|>already",
         "a<|user|> b", "tail   ", "\r\n\r\nwin", "snake_case + camelCase == 42;", "𝒳𝓎 \U0001f468", "ﷺ ẞ ı İ", "The lilemp sounds like a broom."]
CHAT = "{% for m in messages %}{{ '<|user|>' + '\\n' + m['content'] | trim }}{% if not loop.last %}\n{% endif %}{% endfor %}\n{%- if add_generation_prompt %}\n<|end|>{{ bos_token }}\n{% endif %}"


def byte_level():
    t = Tokenizer(models.BPE(ignore_merges=True))
    t.normalizer = normalizers.NFC()
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    t.decoder = decoders.ByteLevel()
    t.train_from_iterator([CORPUS, UNICODE], trainers.BpeTrainer(vocab_size=600, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    t.add_special_tokens([AddedToken(x, special=True, normalized=False) for x in ("<|begin|>", "<|end|>", "<|user|>")])
    t.post_processor = processors.TemplateProcessing(single="<|begin|> $A", pair="<|begin|> $A $B", special_tokens=[("<|begin|>", t.token_to_id("<|begin|>"))])
    return PreTrainedTokenizerFast(tokenizer_object=t, bos_token="<|begin|>", eos_token="<|end|>", chat_template=CHAT)


def byte_fallback():
    t = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    t.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    t.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    first = ["<unk>", "<s>", "</s>"] + [f"<0x{i:02X}>" for i in range(256)]
    t.train_from_iterator([w for w in CORPUS.replace(" ", " ▁").split(" ")], trainers.BpeTrainer(vocab_size=500, special_tokens=first, limit_alphabet=80, show_progress=False))
    spec = json.loads(t.to_str())
    spec["added_tokens"] = [a for a in spec["added_tokens"] if a["content"] in ("<unk>", "<s>", "</s>")]
    t = Tokenizer.from_str(json.dumps(spec))
    t.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)])
    return PreTrainedTokenizerFast(tokenizer_object=t, bos_token="<s>", eos_token="</s>", unk_token="<unk>")


out = {"command": "python make_tokenizers.py", "versions": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__}, "tokenizers": {}}
for name, make in (("byte-level", byte_level), ("byte-fallback", byte_fallback)):
    tok = make()
    folder = os.path.join(HERE, f"tokenizer-{name}")
    tok.save_pretrained(folder)
    spec = json.load(open(os.path.join(folder, "tokenizer.json"), encoding="utf-8"))
    json.dump(spec, open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
    tok = PreTrainedTokenizerFast.from_pretrained(folder)
    cases = []
    for text in TEXTS:
        plain, special = tok(text, add_special_tokens=False).input_ids, tok(text).input_ids
        cases.append({"text": text, "plain": plain, "special": special, "decoded": tok.decode(plain, skip_special_tokens=True), "kept": tok.decode(special)})
    entry = {"bos": tok.bos_token_id, "eos": tok.eos_token_id, "cases": cases}
    if tok.chat_template:
        entry["chat"] = tok.apply_chat_template([{"role": "user", "content": "  Who are you? "}], tokenize=False, add_generation_prompt=True)
    out["tokenizers"][name] = entry
json.dump(out, open(os.path.join(HERE, "tokenizers.json"), "w"), indent=1)
