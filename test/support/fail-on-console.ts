/** A call of the console inside a test is a defect: results are returned, problems are thrown. */
import { beforeAll } from 'vitest';

beforeAll(() => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    console[method] = (...args: unknown[]) => {
      throw new Error(`console.${method} was called in a test: ${args.map(String).join(' ')}`);
    };
  }
});
