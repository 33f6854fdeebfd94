/** A report as a document: named parts, each said once. A form is an outline of parts and a way of writing blocks. */
import { figuresOf, type FigureSource, type PlacedFigure } from '../figures/figures.js';
import { VERDICTS } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { aboutLines } from '../words/about.js';
import { summaryTitle } from '../words/steps.js';
import { partialMark } from '../words/partial.js';
import { collectWarnings } from '../words/warnings.js';
import { partialBlocks } from './partial.js';
import { note, type Block, type Blocks } from './blocks.js';
import { againstBaselineBlocks, requestedBlocks } from './comparisons.js';
import { diagnosticsBlocks } from './diagnostics.js';
import { flipBlocks, sampleBlocks } from './examples.js';
import { headline, kindOf, type KindOfRun } from './kinds.js';
import { metricBars, metricsTable, stepsTable } from './metrics.js';
import { inputBlocks, outputBlocks, promptBlocks, reproductionBlocks } from './provenance.js';
import { isShort, stepBlocks, verdictBlocks } from './summary.js';
import { marked } from './words.js';

/** Boxes of a chain that can still be read. */
const MOST_DRAWN = 40;

/** A report, ready to be written in a form. */
export interface ReportDocument {
  readonly title: string;
  readonly headline: string;
  /** Title of what is said of the steps. */
  readonly summaryTitle: string;
  /** The section that opens the page of a study or a sweep. */
  readonly opening: KindOfRun['opening'];
  /** The parts that it could have. */
  readonly partNames: readonly PartName[];
  /** The blocks of some parts, one after the other. */
  readonly parts: (...names: readonly PartName[]) => Blocks;
}

/** What parts are made from. */
interface PartInput {
  readonly report: RunReport;
  readonly kind: KindOfRun;
  readonly figures: FigureSource;
}

/** All parts, by name. A form has those that its outline names. */
const PARTS = {
  partial: ({ report }) => partialBlocks(report),
  findings: ({ report, kind }) => [
    ...aboutLines(report).map((words): Block => ({ kind: 'text', words })),
    ...kind.findings,
  ],
  steps: ({ report }) => stepBlocks(report),
  verdicts: ({ report, kind }) => verdictBlocks(report, kind.verdictsNote),
  warnings: ({ report }) => {
    const warnings = collectWarnings(report);
    return [warnings.length > 0 && { kind: 'warnings', warnings }];
  },
  chain: ({ report }) => chainBlocks(report),
  charts: ({ report, figures }) => [
    { kind: 'figures', isBrief: true, draw: () => figures('metrics') },
    note(
      'Whiskers: 95 % intervals over examples (Wilson for accuracies, ± 1.96 standard errors otherwise). Dashed line: ' +
        `${report.baseline}. Dotted line: base model. ▲ clearly better than ${report.baseline}, ▼ clearly worse, ● = too small a difference to matter, ● ≈ no clear difference, ◆ not compared. ` +
        'The signs follow the paired differences, which are sharper than whether two whiskers overlap.',
    ),
  ],
  metrics: ({ report, kind }) => metricsBlocks(report, kind),
  bars: ({ report, kind }) => [kind.hasBars && isShort(report) && metricBars(report)],
  requestedPairs: ({ report }) => requestedBlocks(report),
  baselinePairs: ({ report }) => againstBaselineBlocks(report),
  flips: ({ report, kind }) =>
    report.flips === undefined || report.flips.length === 0 ? [] : flipBlocks(report, report.flips, kind.flipsNote),
  samples: ({ report }) => sampleBlocks(report),
  diagnostics: ({ report }) => diagnosticsBlocks(report),
  outputs: ({ report }) => outputBlocks(report),
  inputs: ({ report }) => inputBlocks(report),
  prompts: ({ report }) => promptBlocks(report),
  reproduction: ({ report, kind }) => reproductionBlocks(report, kind.reusedNote),
  plan: ({ report }) => [{ kind: 'text', words: ['Plan ', marked('digest', report.planDigest), '.'] }],
} satisfies Record<string, (input: PartInput) => Blocks>;

/** A part of a document by its name. */
export type PartName = keyof typeof PARTS;

/** Builds the document; parts, and the figures in them, are made when a form asks for them. */
export function documentOf(report: RunReport): ReportDocument {
  let all: readonly PlacedFigure[] | undefined;
  const figures: FigureSource = (group) => (all ??= figuresOf(report)).filter((figure) => figure.group === group);
  const kind = kindOf(report, figures);
  return {
    title: `${report.run.name}${partialMark(report)}`,
    headline: headline(report, kind),
    summaryTitle: summaryTitle(report),
    opening: kind.opening,
    partNames: Object.keys(PARTS) as readonly PartName[],
    parts: (...names) => names.flatMap((name): Blocks => PARTS[name]({ report, kind, figures })),
  };
}

function metricsBlocks(report: RunReport, kind: KindOfRun): Blocks {
  const { better, worse, negligible, unclear } = VERDICTS;
  return [
    metricsTable(report, kind.metricsCaption),
    note(
      `Shares in per cent, ± standard error. ${better.sign} ${better.words} than ${report.baseline}, ${worse.sign} ${worse.words}, ${negligible.sign} ${negligible.words}, ${unclear.sign} ${unclear.words}.`,
      ['markdown'],
    ),
    kind.metricsNote !== '' && note(kind.metricsNote, ['page']),
  ];
}

function chainBlocks(report: RunReport): Blocks {
  const { length } = report.graph;
  const drawing: Blocks =
    length > MOST_DRAWN
      ? [note(`The drawing is left out: ${length} nodes are too many to read.`)]
      : [
          { kind: 'chain', nodes: report.graph },
          note(
            'Rounded boxes: adapters. Pills: operators, with the step that they complete. Square boxes: written adapters. ' +
              'Solid line: left operand; dashed: right operand, what is subtracted or added; dotted: reference of an extraction.',
          ),
        ];
  return length === 0 ? [] : [...drawing, stepsTable(report)];
}
