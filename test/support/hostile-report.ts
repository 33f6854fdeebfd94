/** A sample report in which every text that a user, a model or a data set could have written ends in the same hostile text. */
import type { RunReport } from '../../report/types.js';
import { sampleReport } from './sample-report.js';

/** Fields whose values the program itself chooses; empty texts stay empty, since pages say so in words. */
const OURS = new Set([
  ...['kind', 'unit', 'role', 'test', 'missingIn', 'specKind', 'digest', 'planDigest'],
  ...['operator', 'match', 'method', 'scale', 'relation', 'direction', 'code'],
  // decimals
  ...['lambdas', 'values', 'factor', 'times'],
]);
/** The one name that nobody else can use. */
const RESERVED = 'base';
/** Records whose keys are texts of others. */
const OPEN_RECORDS = new Set(['metrics', 'scores', 'versions', 'environment', 'references', 'values']);
/** A key that is a metric's `label.metric`. */
const METRIC = /^[^.]+\.[^.]+$/;

/** A report, by default the sample of a recipe, with `suffix` behind every foreign text. */
export function hostileReport(suffix: string, report: RunReport = sampleReport()): RunReport {
  // The mapping keeps the shape, which the type system cannot see.
  return soil(report, '', suffix) as RunReport;
}

function soil(value: unknown, key: string, suffix: string): unknown {
  if (typeof value === 'string') {
    if (OURS.has(key) || value === '' || value === RESERVED) {
      return value;
    }
    return key === 'metric' ? soilMetric(value, suffix) : value + suffix;
  }
  if (Array.isArray(value)) {
    return value.map((entry) => soil(entry, key, suffix));
  }
  if (typeof value === 'object' && value !== null) {
    const isOpen = OPEN_RECORDS.has(key) && !('name' in value) && !('metric' in value);
    const soilKey = (name: string): string =>
      METRIC.test(name) ? soilMetric(name, suffix) : name + (isOpen && name !== RESERVED ? suffix : '');
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [soilKey(name), soil(entry, name, suffix)]));
  }
  return value;
}

/** `label.metric`, both parts soiled as they are elsewhere. */
function soilMetric(value: string, suffix: string): string {
  const [label, name] = value.split('.');
  return name === undefined ? value + suffix : `${label ?? ''}${suffix}.${name}${suffix}`;
}
