/** What changed, step by step, with what the words mean. */
import { metricTitle, VERDICTS } from '../reading/scoreboard.js';
import type { RunReport } from '../types.js';
import { count } from '../words/format.js';
import {
  describeChange,
  describeStep,
  explainVerdicts,
  FINDINGS,
  summarizeSteps,
  type Finding,
  type StepSummary,
} from '../words/steps.js';
import { note, type Block, type Blocks, type CardList } from './blocks.js';

/** Cards that are open at once. */
const MOST_CARDS = 8;
/** More candidates than this have a table on a terminal, but neither bars nor a sentence each. */
const MOST_DRAWN = 12;

/** Whether there are numbers, of so few candidates that a terminal has room for bars and a sentence each. */
export function isShort({ steps, metrics }: RunReport): boolean {
  return metrics.length > 0 && steps.length <= MOST_DRAWN;
}

/** A card per step in the page, a sentence per step elsewhere. */
export function stepBlocks(report: RunReport): Blocks {
  const summaries = summarizeSteps(report);
  const items = summaries.map((summary) => describeStep(report, summary));
  const cards: Block = { kind: 'group', look: 'verdicts', blocks: summaries.map((summary) => card(report, summary)) };
  const summary = `${count(summaries.length, 'step')} against ${report.baseline}, one by one`;
  return summaries.length === 0
    ? []
    : [
        { kind: 'list', items, forms: isShort(report) ? ['markdown', 'terminal'] : ['markdown'] },
        summaries.length > MOST_CARDS ? { kind: 'fold', summary, blocks: [cards] } : cards,
      ];
}

/** Lists of a card, in the order of {@link FINDINGS}. */
const LISTS: Readonly<Record<Finding, { readonly title: string; readonly look: CardList['look'] }>> = {
  forgotten: { title: '▲ Forgotten', look: 'better' },
  better: { title: '▲ Clearly better', look: 'better' },
  lost: { title: '▼ Lost', look: 'worse' },
  worse: { title: '▼ Clearly worse', look: 'worse' },
  remains: { title: '≈ Not clearly forgotten', look: 'unclear' },
  kept: { title: '= Kept', look: 'unclear' },
  negligible: { title: '= Too small to matter', look: 'unclear' },
  open: { title: '≈ No clear difference', look: 'unclear' },
};

function card(report: RunReport, { step, found, alarms }: StepSummary): Block {
  // that nothing is clearly better, or worse, is said as well
  const isNothing = (finding: Finding): boolean =>
    (finding === 'better' && found.forgotten.length === 0) || (finding === 'worse' && found.lost.length === 0);
  const shown = FINDINGS.filter((finding) => found[finding].length > 0 || isNothing(finding));
  return {
    kind: 'card',
    title: step.name,
    expression: step.expression,
    lists: shown.map((finding) => ({
      ...LISTS[finding],
      items: found[finding].map((reading) =>
        reading.difference === undefined ? metricTitle(report, reading.metric) : describeChange(report, reading),
      ),
    })),
    ...(alarms.length === 0
      ? {}
      : {
          alarm: `${alarms.map((reading) => describeChange(report, reading)).join('; ')}. A broken model can look harmless.`,
        }),
  };
}

/**
 * What the words and signs mean.
 *
 * @param where - over which examples values and differences are, where not over all
 */
export function verdictBlocks(report: RunReport, where: string): Blocks {
  const { better, worse, negligible, unclear } = VERDICTS;
  const words = explainVerdicts(report);
  const signs = `${better.sign} ${better.words}, ${worse.sign} ${worse.words}, ${negligible.sign} ${negligible.words}, ${unclear.sign} ${unclear.words}; * best of the steps.`;
  return [
    // in a page without a step there is nothing to explain
    note(words + where, summarizeSteps(report).length > 0 ? ['page', 'markdown'] : ['markdown']),
    report.metrics.length > 0 && note(`${signs} ${words}`, ['terminal']),
  ];
}
