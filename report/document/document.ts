/** A report as a document: named parts, each said once. A form is an outline of parts and a way of writing blocks. */
import { figuresOf, type PlacedFigure } from '../figures/figures.js';
import { VERDICTS } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { summaryTitle } from '../words/steps.js';
import { collectWarnings } from '../words/warnings.js';
import { note, type Blocks } from './blocks.js';
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

/** A part of a document by its name. */
export type PartName = keyof ReturnType<typeof partsOf>;

/** A report, ready to be written in a form. */
export interface ReportDocument {
  readonly title: string;
  readonly headline: string;
  /** Title of what is said of the steps. */
  readonly summaryTitle: string;
  /** The section that opens the page of a study or a sweep. */
  readonly opening: KindOfRun['opening'];
  /** The blocks of some parts, one after the other. */
  readonly parts: (...names: readonly PartName[]) => Blocks;
}

/** Builds the document; parts, and the figures in them, are made when a form asks for them. */
export function documentOf(report: RunReport): ReportDocument {
  let figures: readonly PlacedFigure[] | undefined;
  const kind = kindOf(report, (group) => (figures ??= figuresOf(report)).filter((figure) => figure.group === group));
  const parts = partsOf(report, kind, () => (figures ??= figuresOf(report)));
  return {
    title: report.run.name,
    headline: headline(report, kind),
    summaryTitle: summaryTitle(report),
    opening: kind.opening,
    parts: (...names) => names.flatMap((name) => parts[name]()),
  };
}

function partsOf(report: RunReport, kind: KindOfRun, figures: () => readonly PlacedFigure[]) {
  return {
    findings: () => kind.findings,
    steps: () => stepBlocks(report),
    verdicts: () => verdictBlocks(report, kind.verdictsNote),
    warnings: (): Blocks => {
      const warnings = collectWarnings(report);
      return [warnings.length > 0 && { kind: 'warnings', warnings }];
    },
    chain: () => chainBlocks(report),
    charts: (): Blocks => [
      { kind: 'figures', isBrief: true, draw: () => figures().filter(({ group }) => group === 'metrics') },
      note(
        'Whiskers: 95 % intervals over examples (Wilson for accuracies, ± 1.96 standard errors otherwise). Dashed line: ' +
          `${report.baseline}. Dotted line: base model. ▲ clearly better than ${report.baseline}, ▼ clearly worse, ● = too small a difference to matter, ● ≈ no clear difference, ◆ not compared. ` +
          'The signs follow the paired differences, which are sharper than whether two whiskers overlap.',
      ),
    ],
    metrics: () => metricsBlocks(report, kind),
    bars: (): Blocks => [kind.hasBars && isShort(report) && metricBars(report)],
    requestedPairs: () => requestedBlocks(report),
    baselinePairs: () => againstBaselineBlocks(report),
    flips: (): Blocks =>
      report.flips === undefined || report.flips.length === 0 ? [] : flipBlocks(report, report.flips, kind.flipsNote),
    samples: () => sampleBlocks(report),
    diagnostics: () => diagnosticsBlocks(report),
    outputs: () => outputBlocks(report),
    inputs: () => inputBlocks(report),
    prompts: () => promptBlocks(report),
    reproduction: () => reproductionBlocks(report, kind.reusedNote),
    plan: (): Blocks => [{ kind: 'text', words: ['Plan ', marked('digest', report.planDigest), '.'] }],
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
      ? [note(`The drawing of ${length} nodes is left out: nobody could read it.`)]
      : [
          { kind: 'chain', nodes: report.graph },
          note(
            'Rounded boxes: adapters. Pills: operators, with the step that they complete. Square boxes: written adapters. ' +
              'Solid line: left operand; dashed: right operand, what is subtracted or added; dotted: reference of an extraction.',
          ),
        ];
  return length === 0 ? [] : [...drawing, stepsTable(report)];
}
