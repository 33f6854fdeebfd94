import { expect, test } from 'vitest';
import { waitForAnswer } from '../../../io/temporal/wait-for-answer.js';

/** A server that answers once it is given so many milliseconds, and dies after so many tries. */
function slowServer(given: { readonly needsMs: number; readonly dies?: number }): {
  readonly tries: number[];
  readonly said: string[];
  readonly wait: () => Promise<string>;
} {
  const tries: number[] = [];
  const said: string[] = [];
  let clock = 0;
  const server = {
    answers: (timeoutMs: number) => {
      tries.push(timeoutMs);
      clock += timeoutMs;
      return Promise.resolve(timeoutMs >= given.needsMs);
    },
    isAlive: () => Promise.resolve(tries.length !== given.dies),
    onSlow: () => said.push('slow'),
  };
  return { tries, said, wait: () => waitForAnswer(server, () => clock) };
}

test('a server that answers at once is not waited for', async () => {
  const server = slowServer({ needsMs: 1 });
  expect(await server.wait()).toBe('answered');
  expect(server).toMatchObject({ tries: [1000], said: [] });
});

test('a server that needs ten seconds for a connection is given them, and that is said once', async () => {
  const server = slowServer({ needsMs: 10_000 });
  expect(await server.wait()).toBe('answered');
  expect(server).toMatchObject({ tries: [1000, 2000, 4000, 8000, 15_000], said: ['slow'] });
});

test('a server whose process ends is not waited for any longer', async () => {
  const server = slowServer({ needsMs: Infinity, dies: 3 });
  expect(await server.wait()).toBe('ended');
  expect(server.tries).toHaveLength(3);
});

test('a process that lives and stays silent is given up after ten minutes', async () => {
  const server = slowServer({ needsMs: Infinity });
  expect(await server.wait()).toBe('silent');
  const total = server.tries.reduce((sum, tryMs) => sum + tryMs, 0);
  expect(total).toBeGreaterThan(600_000);
  expect(total).toBeLessThan(620_000);
});
