/** Reports of tests that must be those of one kind of spec. */
import type { ReportOf, RunReport } from '../../report/types.js';

/** The report, known to be of that kind; fails the test when it is of another one. */
export function reportOfKind<K extends RunReport['specKind']>(kind: K, report: RunReport): ReportOf<K> {
  if (!isOfKind(kind, report)) {
    throw new Error(`the report is of another kind of spec: ${report.specKind}`);
  }
  return report;
}

function isOfKind<K extends RunReport['specKind']>(kind: K, report: RunReport): report is RunReport & ReportOf<K> {
  return report.specKind === kind;
}
