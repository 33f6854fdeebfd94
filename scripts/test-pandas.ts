/**
 * Runs the snippet of docs/data.md on tables of a recipe, a study and a sweep, in pandas.
 *
 *     npm run test:pandas        # makes a Python environment with pandas in a temporary folder (200 MB), and deletes it
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { metricsCsv } from '../report/csv/metrics-csv.js';
import { pairsCsv } from '../report/csv/pairs-csv.js';
import { sampleReport } from '../test/support/sample-report.js';
import { sampleStudy } from '../test/support/sample-study.js';
import { sampleSweep } from '../test/support/sample-sweep.js';

const PANDAS = 'pandas==2.3.3';
/** What must hold after the snippet. */
const CHECKS = `
assert len(metrics) > 0 and str(metrics["point"].dtype) == "Int64"
assert table.shape[0] == metrics[["type", "candidate"]].drop_duplicates().shape[0]
assert (bars[~pd.isna(bars).any(axis=1)] >= 0).all()
assert metrics.groupby(["run_id", "type", "candidate", "benchmark", "metric", "half"]).size().max() == 1
assert set(clear["verdict"]) <= {"better", "worse"}
print(f"pandas {pd.__version__}: {len(metrics)} values, {len(pairs)} pairs, {len(clear)} clear")
`;

const snippet = /```python\n([^]*?)```/.exec(readFileSync(new URL('../docs/data.md', import.meta.url), 'utf8'))?.[1];
if (snippet === undefined) {
  throw new Error('docs/data.md has no snippet');
}
const folder = mkdtempSync(join(tmpdir(), 'ominus-pandas-'));
try {
  execFileSync('python3', ['-m', 'venv', folder]);
  execFileSync(join(folder, 'bin/pip'), ['install', '--quiet', PANDAS], { stdio: 'inherit' });
  for (const report of [sampleReport(), sampleStudy(), sampleSweep()]) {
    writeFileSync(join(folder, 'metrics.csv'), metricsCsv([report]));
    writeFileSync(join(folder, 'pairs.csv'), pairsCsv([report]));
    writeFileSync(join(folder, 'check.py'), snippet + CHECKS);
    execFileSync(join(folder, 'bin/python'), ['check.py'], { cwd: folder, stdio: 'inherit' });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
