/** adapter_config.json of a result: plain LoRA with scaling 1 in every module, as any peft since 0.7 loads it. */
import type { AdapterDescription } from './types.js';

/** What the config of a result is made from. */
export interface OutputConfig {
  /** The leftmost adapter, whose base model, task and saved modules the result keeps. */
  readonly leftmost: Pick<
    AdapterDescription,
    'baseModel' | 'revision' | 'taskType' | 'fanInFanOut' | 'modulesToSave' | 'savedTensors' | 'ensureWeightTying'
  >;
  /** Rank by module path. */
  readonly ranks: ReadonlyMap<string, number>;
}

/**
 * The config's text. `lora_alpha` equals `r` and `alpha_pattern` equals `rank_pattern`, so every scaling is 1.
 * `r` is the most frequent rank; the patterns name only what differs, since peft tries every key at every module.
 */
export function outputConfig({ leftmost, ranks }: OutputConfig): string {
  const rank = mostFrequent([...ranks.values()]);
  const pattern = Object.fromEntries(rankExceptions(ranks, rank));
  const config = {
    alpha_pattern: pattern,
    auto_mapping: null,
    base_model_name_or_path: leftmost.baseModel ?? null,
    bias: 'none',
    ...(leftmost.ensureWeightTying ? { ensure_weight_tying: true } : {}),
    fan_in_fan_out: leftmost.fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: rank,
    lora_dropout: 0,
    modules_to_save: leftmost.savedTensors.length > 0 ? leftmost.modulesToSave : null,
    peft_type: 'LORA',
    r: rank,
    rank_pattern: pattern,
    revision: leftmost.revision ?? null,
    target_modules: [...ranks.keys()].sort(),
    task_type: leftmost.taskType ?? null,
    use_rslora: false,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** The smallest of the most frequent values, so that the answer does not depend on their order. */
function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const [best] = [...counts].toSorted(([a, m], [b, n]) => n - m || a - b);
  return best?.[0] ?? 1;
}

/**
 * Pattern entries for the modules whose rank differs. peft takes the first key with a match of `(.*\.)?(key)$`, so a key also
 * matches longer paths that end like it: longer paths come first, and then those with the default rank are written too.
 */
function rankExceptions(ranks: ReadonlyMap<string, number>, rank: number): readonly (readonly [string, number])[] {
  const exceptions = [...ranks].filter(([, other]) => other !== rank);
  const shadowed = [...ranks].filter(
    ([path, own]) => own === rank && exceptions.some(([exception]) => path.endsWith(`.${exception}`)),
  );
  return [...exceptions, ...shadowed]
    .toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
    .map(([path, own]) => [path.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&'), own]);
}
