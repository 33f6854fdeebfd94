/** Everything a reader must be warned about, each thing once. */
import { blownUpWarnings } from './blown-up.js';
import { edgeWarnings } from './edges.js';
import { listWords } from './format.js';
import { floorWarnings } from './p-values.js';
import { mixedEnvironments } from './responses.js';
import { saturationWarnings } from './saturation.js';
import type { RunReport } from '../types.js';

/** Warnings of the plan, then those of evaluations: the same one on several steps is one line that names them; then metrics that tell nothing apart, tests that could find nothing, and whether evaluations ran alike. */
export function collectWarnings(report: RunReport): readonly string[] {
  const steps = new Map<string, { readonly label: string; readonly text: string; readonly names: string[] }>();
  for (const step of report.steps) {
    for (const { label, warnings } of step.evaluations) {
      for (const text of warnings) {
        const key = `${label}\n${text}`;
        const entry = steps.get(key) ?? { label, text, names: [] };
        entry.names.push(step.name);
        steps.set(key, entry);
      }
    }
  }
  const evaluated = report.steps.filter(({ evaluations }) => evaluations.length > 0).length;
  const own = [...steps.values()].map(({ label, text, names }) =>
    names.length === evaluated && names.length > 1 ? `${label}: ${text}` : `${label} of ${listWords(names)}: ${text}`,
  );
  const mixed = mixedEnvironments(report);
  return [
    ...report.warnings,
    ...own,
    ...(report.specKind === 'sweep' && report.partial === undefined ? edgeWarnings(report.sweep) : []),
    ...blownUpWarnings(report),
    ...saturationWarnings(report),
    ...floorWarnings(report),
    ...(mixed === undefined ? [] : [mixed]),
  ];
}
