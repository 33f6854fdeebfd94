/** Which modules peft adapts by an adapter's config (peft 0.21.2, tuners/tuners_utils.py, check_target_module_exists). */
import type { LoraConfig } from './config.js';
import { adapterInvalid } from './config-fields.js';
import { compileFullMatch, type FullMatch } from './full-match.js';

/** Most steps of matching all paths with an expression, a few seconds: configs are untrusted. */
const MAX_STEPS = 2e7;

/** What peft takes as all linear modules but the head. */
const ALL_LINEAR = 'all-linear';

/**
 * Refuses modules with tensors that peft would ignore: the result would be another adapter than the one that peft loads.
 *
 * @param paths - of the modules that have tensors
 * @returns warnings: targets without tensors, and what could not be checked
 * @throws OminusError `ADAPTER_INVALID` naming the module and what leaves it out
 */
export function checkTargets(file: string, config: LoraConfig, paths: readonly string[]): readonly string[] {
  refuseContradictions(file, config);
  const unchecked: string[] = [];
  const budget =
    MAX_STEPS /
    Math.max(
      1,
      paths.reduce((sum, path) => sum + path.length, 0),
    );
  const compile: Compile = (key, pattern) => {
    const compiled = compileFullMatch(pattern);
    if (compiled !== undefined && compiled.size <= budget) {
      return compiled;
    }
    unchecked.push(
      `${key} has a regular expression that ominus cannot check, so all tensors are used, also those that peft would ignore [file=${file}]`,
    );
    return undefined;
  };
  const exclusion = exclusionBy(config, compile);
  const isTarget = targetsBy(config, compile);
  const isInLayers = layersBy(config, compile);
  for (const path of paths) {
    const excluded = exclusion(path);
    if (excluded !== undefined) {
      throw ignored(file, path, `${excluded} excludes it`, `Correct ${excluded} in adapter_config.json.`);
    }
    if (!isTarget(path)) {
      throw ignored(file, path, 'target_modules does not name it', 'Add it to target_modules in adapter_config.json.');
    }
    if (!isInLayers(path)) {
      const key = 'layers_to_transform';
      throw ignored(
        file,
        path,
        `${key} leaves out its layer`,
        `Correct ${key} or layers_pattern in adapter_config.json.`,
      );
    }
  }
  return [...new Set(unchecked), ...withoutTensors(file, config, paths)];
}

/** Compiles an expression of a key; undefined, and noted, where that cannot be done. */
type Compile = (key: string, pattern: string) => FullMatch | undefined;

function ignored(file: string, path: string, why: string, hint: string): Error {
  const name = path.length > 120 ? `${path.slice(0, 117)}...` : path;
  return adapterInvalid(file, `module ${name} has tensors, but ${why} (peft would ignore them)`, hint);
}

/** @throws OminusError `ADAPTER_INVALID` for keys that peft refuses together */
function refuseContradictions(file: string, { targetModules, layersToTransform, layersPattern }: LoraConfig): void {
  if (typeof targetModules === 'string' && layersToTransform !== undefined) {
    throw adapterInvalid(
      file,
      'layers_to_transform together with a target_modules string (peft refuses it)',
      'List the names of the modules in target_modules.',
    );
  }
  if (layersPattern.length > 0 && layersToTransform === undefined) {
    throw adapterInvalid(
      file,
      'layers_pattern without layers_to_transform (peft refuses it)',
      'Remove layers_pattern.',
    );
  }
}

/** Which key excludes a module, if one does. */
function exclusionBy(config: LoraConfig, compile: Compile): (path: string) => string | undefined {
  const { excludeModules, modulesToSave } = config;
  const excludes =
    typeof excludeModules === 'string'
      ? excludeModules === ''
        ? undefined
        : compile('exclude_modules', excludeModules)?.matches
      : endsLikeOneOf(excludeModules ?? []);
  const saved = modulesToSave.flatMap((name) => compile('modules_to_save', String.raw`(^|.*\.)${name}($|\..*)`) ?? []);
  return (path) =>
    excludes?.(path) === true
      ? 'exclude_modules'
      : saved.some(({ matches }) => matches(path))
        ? 'modules_to_save'
        : undefined;
}

/** Where the config names no targets, the tensors themselves say which modules were adapted. */
function targetsBy({ targetModules, taskType }: LoraConfig, compile: Compile): (path: string) => boolean {
  if (targetModules === undefined) {
    return () => true;
  }
  if (typeof targetModules !== 'string') {
    return endsLikeOneOf(targetModules);
  }
  if (targetModules.toLowerCase() === ALL_LINEAR) {
    const heads = ['lm_head', ...(taskType === 'SEQ_CLS' ? ['score', 'classifier'] : [])];
    return (path) => !heads.includes(path.slice(path.lastIndexOf('.') + 1));
  }
  return compile('target_modules', targetModules)?.matches ?? ((): boolean => true);
}

function endsLikeOneOf(names: readonly string[]): (path: string) => boolean {
  const known = new Set(names);
  return (path) => suffixes(path).some((suffix) => known.has(suffix));
}

/** Whether a module's layer is one of those that are adapted; a path that target_modules has as a whole is in any case. */
function layersBy(config: LoraConfig, compile: Compile): (path: string) => boolean {
  const { layersToTransform, layersPattern, targetModules } = config;
  const patterns =
    layersPattern.length === 0 ? [String.raw`.*\.[^.]*`] : layersPattern.map((pattern) => `(?:.*\\.)?(?:${pattern})`);
  const holders =
    layersToTransform === undefined ? [] : patterns.flatMap((pattern) => compile('layers_pattern', pattern) ?? []);
  if (layersToTransform === undefined || holders.length < patterns.length) {
    return () => true;
  }
  return (path) => {
    const layer = holders.map(({ matches }) => layerIn(path, matches)).find((found) => found !== undefined);
    return targetModules?.includes(path) === true || (layer !== undefined && layersToTransform.includes(layer));
  };
}

/** The first number in a path that follows a holder of layers and precedes something else. */
function layerIn(path: string, isHolder: (path: string) => boolean): number | undefined {
  const parts = path.split('.');
  const at = parts.findIndex(
    (part, place) => place < parts.length - 1 && /^\d+$/.test(part) && isHolder(parts.slice(0, place).join('.')),
  );
  return at === -1 ? undefined : Number(parts[at]);
}

/** One warning for each name in a list of targets that no tensor stands for. */
function withoutTensors(file: string, { targetModules }: LoraConfig, paths: readonly string[]): readonly string[] {
  const found = new Set(paths.flatMap(suffixes));
  return [targetModules ?? []]
    .flat()
    .filter((target) => typeof targetModules !== 'string' && !found.has(target))
    .map((target) => `target_modules names "${target}", but the file has no tensors for it [file=${file}]`);
}

/** The path and everything after one of its dots. */
function suffixes(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.map((_, place) => parts.slice(place).join('.'));
}
