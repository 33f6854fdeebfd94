/** What differs between reports by the kind of their spec: the one place that asks. */
import { formatTime, formatDuration, count, secondsBetween } from '../words/format.js';
import { describeRun } from '../words/steps.js';
import type { FigureSource } from '../figures/figures.js';
import type { RunReport } from '../types.js';
import type { Block, Blocks } from './blocks.js';
import { studyBlocks } from './study.js';
import { sweepBlocks } from './sweep.js';

/** What a kind of run has or says of its own. */
export interface KindOfRun {
  /** The section that opens its page; absent: the summary does. */
  readonly opening?: { readonly id: string; readonly title: string };
  /** What it found, before what every run has. */
  readonly findings: Blocks;
  /** How much there was to do. */
  readonly work: string;
  /** Caption of the table of metrics on a terminal. */
  readonly metricsCaption: string;
  /** Whether the main metrics are drawn as bars on a terminal. */
  readonly hasBars: boolean;
  /** Over which examples numbers are, where not over all: below the metrics, verdicts, and among the examples that changed. */
  readonly metricsNote: string;
  readonly verdictsNote: string;
  readonly flipsNote: string;
  /** Where results that were in the store came from, where that is not plain. */
  readonly reusedNote: string;
}

/** What is told of a report by its kind. */
export function kindOf(report: RunReport, figures: FigureSource): KindOfRun {
  const { total, reused } = report.provenance.nodes;
  const plain: KindOfRun = {
    findings: [{ kind: 'text', look: 'lead', words: describeRun(report), forms: ['page', 'markdown'] }],
    work: `${count(total, 'node')}, ${reused} taken from the store`,
    metricsCaption: 'Metrics by step (shares in %, ± standard error)',
    hasBars: true,
    ...{ metricsNote: '', verdictsNote: '', flipsNote: '', reusedNote: '' },
  };
  switch (report.specKind) {
    case 'recipe':
      return plain;
    case 'order-study':
      if (report.partial !== undefined) {
        return plain; // what a study finds, it finds at its end
      }
      return {
        ...plain,
        opening: { id: 'orders', title: 'Does the order matter?' },
        findings: [...studyBlocks(report, report.study, figures), candidates('')],
      };
    case 'sweep':
      return {
        ...plain,
        opening: { id: 'sweep', title: 'Which λ?' },
        findings: [...sweepBlocks(report, report.sweep, figures), candidates(', values over all examples')],
        // A sweep's last plan finds the results of its own points in the store, so that number would say nothing.
        work: `${count(report.sweep.counts.points, 'point')}, ${count(total, 'node')}`,
        metricsCaption: 'Metrics over all examples (in %, ± standard error; signs: reporting half)',
        hasBars: false,
        metricsNote: `Values are over all examples, so those of chosen points are slightly inflated by the selection. Signs and comparisons with ${report.baseline} are over the half that points are reported on.`,
        verdictsNote: ' Values and differences here are over the half of the examples that points are reported on.',
        flipsNote: ', from the half of the examples that no point was chosen by',
        reusedNote: ', by its own points or earlier runs',
      };
  }
}

function candidates(more: string): Block {
  return { kind: 'heading', level: 2, words: `Candidates${more}`, forms: ['markdown'] };
}

/** When it finished, after how long, with how much to do. */
export function headline({ run, partial }: RunReport, { work }: KindOfRun): string {
  const seconds = secondsBetween(run.startedAt, run.finishedAt);
  const took = seconds === undefined ? '' : ` after ${formatDuration(seconds)}`;
  if (partial !== undefined) {
    return `Partial, as of ${formatTime(partial.asOf)}${took}.`;
  }
  return `Finished ${formatTime(run.finishedAt)}${took}; ${work}.`;
}
