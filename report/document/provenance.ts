/** Where everything came from, and how to get it again. */
import { rankWords } from '../../core/adapter/output-ranks.js';
import { writtenName } from '../../core/plan/written-candidates.js';
import { isWrittenStep } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { ABSENT, formatNumber, formatTime } from '../words/format.js';
import { environmentWords, evaluationWords, firstPromptWords, prefixWords, promptLine } from '../words/responses.js';
import type { Block, Blocks } from './blocks.js';
import { column, numberColumn, table } from './table.js';
import { marked, type Words } from './words.js';

/** The written adapters: a table, and on a terminal a line each. */
export function outputBlocks(report: RunReport): Blocks {
  return [
    table(
      report.outputs,
      [
        column('step', ({ step }) => step),
        column('folder', ({ path }) => marked('code', path)),
        column('dtype', ({ dtype }) => dtype),
        column('ranks', ({ ranks }) => (ranks === undefined ? ABSENT : rankWords(ranks))),
        numberColumn('rounding error', ({ roundingError: error }) => (error === null ? ABSENT : formatNumber(error))),
        column('digest', ({ digest }) => marked('digest', digest)),
      ],
      { caption: 'Written adapters', forms: ['page'] },
    ),
    ...report.outputs.map(({ step, path, dtype, ranks, roundingError }): Block => {
      const error = roundingError === null ? '' : `, rounding ${roundingError.toExponential(1)} of the result`;
      const rank = ranks === undefined ? '' : `, ${rankWords(ranks)}`;
      const name = writtenName(step, dtype);
      const evaluated = isWrittenStep(report, name) ? `; evaluated as written under ${name}` : '';
      return {
        kind: 'text',
        words: `wrote ${step} to ${path} (${dtype}${rank}${error})${evaluated}`,
        forms: ['terminal'],
      };
    }),
  ];
}

/** Base, adapters and data, with their digests. */
export function inputBlocks({ provenance: { base, adapters, data } }: RunReport): Blocks {
  const sources = [
    ...(base === null ? [] : [{ what: 'base model', name: '', ...base }]),
    ...adapters.map((adapter) => ({ what: 'adapter', ...adapter })),
    ...data.map(({ label, uri, digest }) => ({ what: 'data', name: label, uri, digest })),
  ];
  return [
    table(
      sources,
      [
        column('what', ({ what }) => what),
        column('name', ({ name }) => name, { isHead: true }),
        column('place', ({ uri }) => marked('code', uri)),
        column('digest', ({ digest }) => marked('digest', digest)),
      ],
      { caption: 'Inputs' },
    ),
  ];
}

/** What prompts began with, which alone can move a score by points. */
export function promptBlocks(report: RunReport): Blocks {
  const { prompts = [] } = report.provenance;
  const line = promptLine(report);
  const machines = [...evaluatedOn(report), ...halvedBatches(report)].map(([name, words]): Words => [
    name,
    ': ',
    words,
  ]);
  return [
    prompts.length + machines.length > 0 && {
      ...({ kind: 'heading', level: 2, words: 'Prompts and machines', forms: ['markdown'] } as const),
    },
    table(
      prompts,
      [
        column('benchmark', ({ labels }) => labels.join(', ')),
        column('tokens the tokenizer prepends', (prompt) => marked('code', prefixWords(prompt))),
        column('first prompt', (prompt) => marked('code', firstPromptWords(prompt))),
        numberColumn('its tokens', ({ firstPrompt }) => String(firstPrompt.tokens)),
      ],
      { caption: 'Prompts, as the model was given them', forms: ['page', 'markdown'] },
    ),
    machines.length > 0 && { kind: 'list', items: machines, forms: ['markdown'] },
    line !== undefined && { kind: 'text', look: 'note', words: line, forms: ['terminal'] },
  ];
}

type Fact = readonly [name: string, words: Words];

function evaluatedOn({ provenance: { evaluatedOn: all = [] } }: RunReport): readonly Fact[] {
  return all.map(({ environment, evaluations }): Fact => [
    'evaluated on',
    [marked('code', environmentWords(environment)), all.length > 1 ? `: ${evaluationWords(evaluations)}` : ''],
  ]);
}

function halvedBatches({ provenance: { halvedBatches: all = [] } }: RunReport): readonly Fact[] {
  return all.map(({ batches, evaluations }): Fact => [
    'halved batches',
    `${batches}, since memory ran out: ${evaluationWords(evaluations)}`,
  ]);
}

/**
 * Run, plan, times, versions, environments; the spec and how to run it again.
 *
 * @param whence - where the results that were in the store came from
 */
export function reproductionBlocks(report: RunReport, whence: string): Blocks {
  const { provenance, run } = report;
  const codes = (entries: Readonly<Record<string, string>>): readonly Fact[] =>
    Object.entries(entries).map(([name, value]): Fact => [name, marked('code', value)]);
  const { total, reused } = provenance.nodes;
  return [
    {
      kind: 'facts',
      entries: [
        ...codes({
          run: run.runId,
          plan: report.planDigest,
          started: formatTime(run.startedAt),
          finished: formatTime(run.finishedAt),
        }),
        ['nodes', `${total}, of which ${reused} were in the store already${whence}`],
        ...codes(provenance.versions),
        ...codes(provenance.environment),
        ...evaluatedOn(report),
        ...halvedBatches(report),
      ],
    },
    { kind: 'heading', level: 3, words: 'How to reproduce' },
    {
      kind: 'text',
      words: [
        'Save the recipe below next to the same sources and pass its path to ',
        marked('code', 'ominus run'),
        '. The same plan digest means the same base, adapters, data, parameters and software where it changes results: every finished node is then taken from the store. ',
        marked('code', 'ominus plan'),
        ' prints the plan digest before anything runs.',
      ],
    },
    { kind: 'source', text: report.specText },
  ];
}
