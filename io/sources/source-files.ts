/** What kinds of sources there are, and which of their files determine results. */

import { WEIGHTS_INDEX } from '../model/weight-files.js';

/** What a spec may name: a base model, an adapter, a data file, a text classifier. */
export type SourceKind = 'model' | 'adapter' | 'data' | 'classifier';

/** Tokenizer files; bytes count, since every one of them may change the tokens of a prompt. */
export const TOKENIZER_FILES: readonly string[] = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
];

/** Files of an adapter folder that peft reads. */
export const ADAPTER_FILES: readonly string[] = ['adapter_config.json', 'adapter_model.safetensors'];

/** Where a classifier's graph may be; the first that exists counts. Its external data is beside it. */
export const GRAPH_FILES: readonly string[] = ['model.onnx', 'onnx/model.onnx'];

/**
 * Which files of a remote folder are fetched. Never pickles, never code: only JSON, safetensors, ONNX, templates.
 *
 * @param name - relative, `/`-separated
 */
export function isWantedFile(kind: SourceKind, name: string): boolean {
  switch (kind) {
    case 'adapter':
      return ADAPTER_FILES.includes(name);
    case 'model':
      return (
        ['config.json', 'generation_config.json', WEIGHTS_INDEX, ...TOKENIZER_FILES].includes(name) ||
        /^model[^/]*\.safetensors$/.test(name)
      );
    case 'classifier':
      return (
        ['config.json', ...TOKENIZER_FILES].includes(name) || /^(onnx\/)?model\.onnx([._-]?data[^/]*)?$/.test(name)
      );
    case 'data':
      return true;
  }
}

/**
 * Whether a name from a listing stays within the folder it is written to, on any system: relative, `/`-separated, no
 * empty, `.` or `..` part, no backslash, colon or control character.
 */
export function isSafeRelativeName(name: string): boolean {
  return !/[\\:\p{Cc}]/u.test(name) && name.split('/').every((part) => !['', '.', '..'].includes(part));
}
