/** A sample report in which every text that a user, a model or a data set could have written ends in the same hostile text. */
import type { RunReport } from '../../core/report/types.js';
import { sampleReport } from './sample-report.js';

/** Fields whose values the program itself chooses; empty texts stay empty, since pages say so in words. */
const OURS = new Set(['kind', 'unit', 'role', 'test', 'missingIn', 'specKind', 'digest', 'planDigest']);
/** Records whose keys are texts of others. */
const OPEN_RECORDS = new Set(['metrics', 'scores', 'versions', 'environment']);

/** The sample report with `suffix` behind every foreign text. */
export function hostileReport(suffix: string): RunReport {
  // The mapping keeps the shape, which the type system cannot see.
  return soil(sampleReport(), '', suffix) as RunReport;
}

function soil(value: unknown, key: string, suffix: string): unknown {
  if (typeof value === 'string') {
    if (OURS.has(key) || value === '') {
      return value;
    }
    const [label, name] = value.split('.');
    return key === 'metric' && name !== undefined ? `${label ?? ''}${suffix}.${name}${suffix}` : value + suffix;
  }
  if (Array.isArray(value)) {
    return value.map((entry) => soil(entry, key, suffix));
  }
  if (typeof value === 'object' && value !== null) {
    const keySuffix = OPEN_RECORDS.has(key) && !('name' in value) && !('metric' in value) ? suffix : '';
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name + keySuffix, soil(entry, name, suffix)]),
    );
  }
  return value;
}
