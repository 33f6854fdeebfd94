import { describe, expect, it } from 'vitest';
import { renderComparison } from '../../../cli/render/compare.js';
import { compareReports } from '../../../report/reading/compare-reports.js';
import { sampleReport } from '../../support/sample-report.js';

const plain = { color: false, width: 100 };

describe('renderComparison', () => {
  it('says what differs in the plans and in every step, and that nothing was tested', () => {
    const report = sampleReport();
    const other = {
      ...report,
      steps: report.steps.map((step) => ({ ...step, evaluations: step.name === 'both' ? [] : step.evaluations })),
    };
    const text = renderComparison(
      {
        first: 'a, run 1',
        second: 'b, run 2',
        changes: ['step both: x → y'],
        difference: compareReports(report, other),
      },
      plain,
    );
    expect(text).toContain('• step both: x → y');
    expect(text).toMatch(/^both +gsm\.exact +75\.0 +– +–$/m);
    expect(text).toMatch(/^direct +gsm\.exact +1\.0 +1\.0 +=$/m);
    expect(text).toContain('Nothing is tested here');
    const same = renderComparison(
      { first: 'a', second: 'a', changes: [], difference: compareReports(report, report) },
      plain,
    );
    expect(same).toContain('The plans are the same.');
    expect(same).toContain('All values are the same.');
  });
});
