/** Ends the output with one plain line, `N passed, N failed`, which any CI can read. */
import type { Reporter, TestModule } from 'vitest/node';

/** Counts test cases when the run is over. Files that failed to load count as failed. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.state() === 'failed' && module.errors().length > 0 ? 1 : 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        passed += state === 'passed' ? 1 : 0;
        failed += state === 'failed' ? 1 : 0;
      }
    }
    // after the default reporter's own summary
    setImmediate(() => {
      process.stdout.write(`\n${String(passed)} passed, ${String(failed)} failed\n`);
    });
  }
}
