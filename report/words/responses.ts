/** How prompts began and on what responses were computed, in words. */
import { count, listWords } from './format.js';
import type { EvaluationName, ReportedPrompt, RunReport } from '../types.js';

/** `"<s>" (1)`, `token 1` where no text is known, or `none`. */
export function prefixWords({ prefixTokens, prefixText }: Pick<ReportedPrompt, 'prefixTokens' | 'prefixText'>): string {
  const ids = prefixTokens.join(' ');
  if (prefixTokens.length === 0) {
    return 'none';
  }
  return prefixText === null || prefixText === ''
    ? `${prefixTokens.length === 1 ? 'token' : 'tokens'} ${ids}`
    : `${JSON.stringify(prefixText)} (${ids})`;
}

/** The first prompt on one line, its line breaks as `\n`; its token ids where no text is known. */
export function firstPromptWords({ firstPrompt: { text, ids, tokens } }: Pick<ReportedPrompt, 'firstPrompt'>): string {
  return text === null ? `token ids ${ids.join(' ')}${ids.length < tokens ? ' …' : ''}` : JSON.stringify(text);
}

/** One line on the tokens that the tokenizer prepends to prompts, and whether batches had to be halved; none where it is not known. */
export function promptLine({ provenance }: RunReport): string | undefined {
  const { prompts = [], halvedBatches = [] } = provenance;
  if (prompts.length === 0) {
    return undefined;
  }
  const byPrefix = new Map<string, string[]>();
  for (const prompt of prompts) {
    const words = prefixWords(prompt);
    byPrefix.set(words, [...(byPrefix.get(words) ?? []), ...prompt.labels]);
  }
  const prefixes = [...byPrefix].map(([words, labels]) =>
    byPrefix.size === 1 ? words : `${words} in ${listWords(labels)}`,
  );
  const halved = halvedBatches.reduce((sum, { batches }) => sum + batches, 0);
  const more = halved === 0 ? '' : `; memory ran out: ${count(halved, 'batch', 'batches')} halved`;
  return `tokens the tokenizer prepends: ${prefixes.join('; ')}${more}`;
}

/** `cpu, onnxruntime 1.30.0, 2 threads, AMD EPYC`. */
export function environmentWords({
  device,
  onnxruntime,
  threads,
  processor,
  ...others
}: Readonly<Record<string, string>>): string {
  return [
    device,
    onnxruntime === undefined ? undefined : `onnxruntime ${onnxruntime}`,
    threads === undefined ? undefined : count(Number(threads), 'thread'),
    processor,
    ...Object.entries(others).map(([name, value]) => `${name} ${value}`),
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `gsm of base; gsm and toxicity of both`. */
export function evaluationWords(evaluations: readonly EvaluationName[]): string {
  const byStep = new Map<string, string[]>();
  for (const { step, label } of evaluations) {
    byStep.set(step, [...(byStep.get(step) ?? []), label]);
  }
  return [...byStep].map(([step, labels]) => `${listWords(labels)} of ${step}`).join('; ');
}

/** What to say when candidates of one benchmark were not evaluated alike; undefined when they were, or nothing is known. */
export function mixedEnvironments({ provenance: { evaluatedOn = [] } }: RunReport): string | undefined {
  const places = new Map<string, Set<number>>();
  evaluatedOn.forEach(({ evaluations }, place) => {
    for (const { label } of evaluations) {
      places.set(label, (places.get(label) ?? new Set()).add(place));
    }
  });
  if ([...places.values()].every(({ size }) => size < 2)) {
    return undefined;
  }
  const sides = evaluatedOn.map(
    ({ environment, evaluations }) =>
      `${listWords([...new Set(evaluations.map(({ step }) => step))])} on ${environmentWords(environment)}`,
  );
  return `candidates were evaluated in different environments, which alone may move the last digits of values: ${sides.join('; ')}`;
}
