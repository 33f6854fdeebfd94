/** `ominus serve` beside a run: the list, the run under way, and its report, as a browser sees them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, domOf } from '../support/chromium.js';
import { Desk, smallRecipe, type Running } from '../support/command.js';
import { freePort } from '../support/free-port.js';

describe('ominus serve', { timeout: 300_000 }, () => {
  let desk: Desk;
  let server: Running;
  let url: string;

  beforeAll(async () => {
    desk = await Desk.create();
    await desk.write('small.yaml', smallRecipe({ limit: 4 }));
    url = `http://127.0.0.1:${String(await freePort())}`;
    server = desk.start('serve', '--port', new URL(url).port);
    await until(() => page('/'));
  }, 120_000);

  afterAll(async () => {
    server.process.kill('SIGTERM');
    await server.finished;
    await desk.close();
  });

  /** A page's text, or undefined when there is none. */
  async function page(path: string): Promise<string | undefined> {
    try {
      const response = await fetch(url + path);
      return response.ok ? await response.text() : undefined;
    } catch {
      return undefined; // not listening yet
    }
  }

  it('shows a run from its beginning to its report, and writes nothing', async () => {
    expect(await page('/')).toContain('No runs yet');
    const run = desk.start('run', 'small.yaml', '--json');
    const path = await until(async () => /href="(\/runs\/small\/[^"]+)"/.exec((await page('/')) ?? '')?.[1]);
    // an open page holds its event stream until the run ends, and then loads the report
    const dom = CHROMIUM === undefined ? undefined : domOf(url + path);
    const events = page(`${path}/events`);
    const ended = await run.finished;
    expect(ended.code, ended.stderr.slice(-1500)).toBe(0);
    expect(await events).toMatch(/event: end/);
    const report = await until(async () => ((await page(path)) ?? '').match(/What changed against/)?.input);
    expect(report).toContain('expert ⊖ 1·Ext(truth⁻)');
    if (dom !== undefined) {
      expect(await dom).toContain('What changed against');
    }
    const latest = await fetch(`${url}/runs/small`, { redirect: 'manual' });
    expect([latest.status, latest.headers.get('location')]).toEqual([302, path]);
    const { run: told } = JSON.parse((await page(`${path}/report.json`)) ?? '{}') as { run?: { name: string } };
    expect(told?.name).toBe('small');
    expect(await page(`${path}/report.pairs.csv`)).toMatch(/^run,run_id,spec,family,first,second,/);
    const twice = path.replace('/runs', '').repeat(2);
    const compared = await fetch(`${url}/compare${twice}`);
    expect(compared.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await compared.text()).toContain('<h1>small and small</h1>');
    expect(JSON.parse((await page(`/api/compare${twice}`)) ?? '{}')).toMatchObject({ difference: { isSame: true } });
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect(await page('/runs/nothing')).toBeUndefined();
  });
});

/** Asks again until there is an answer; the test's own limit ends it. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
