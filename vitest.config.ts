import { defineConfig } from 'vitest/config';

/** Tests of pure code, and of what reads no more than files: no server, no build, no set-up. */
const UNIT = ['test/core/**/*.test.ts', 'test/report/**/*.test.ts', 'test/structure.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    setupFiles: ['test/support/fail-on-console.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
    reporters: ['default', './test/support/summary-reporter.ts'],
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT } },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: UNIT,
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
