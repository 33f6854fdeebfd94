import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, smallRecipe } from '../support/command.js';

describe('mistakes', { timeout: 120_000 }, () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await Desk.create();
  });
  afterAll(() => desk.close());

  const noStack = (text: string): void => {
    expect(text).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  };

  it('in a spec come all at once, each with its place, a caret and advice, and nothing runs', async () => {
    const spec = smallRecipe()
      .replace('⊖ Ext(tox⁻)', '⊖ Ext(toxic⁻)')
      .replace('lambda: 1', 'lamda: 1')
      .replace('limit: 24', 'limit: many');
    await desk.write('wrong.yaml', spec);
    for (const command of ['validate', 'plan', 'run', 'submit']) {
      const { code, stderr } = await desk.run(command, 'wrong.yaml');
      expect(code).toBe(2);
      expect(stderr).toMatch(/wrong\.yaml:6:1 error .*lamda/);
      expect(stderr).toMatch(/wrong\.yaml:8:39 error .*toxic⁻/);
      expect(stderr).toMatch(/wrong\.yaml:12:\d+ error .*limit/);
      expect(stderr).toContain('Did you mean tox⁻?');
      expect(stderr).toMatch(/^ +\| +\^/m);
      noStack(stderr);
    }
  });

  it('in what a spec names say where in the spec, what is wrong and what to do', async () => {
    const cases: readonly (readonly [string, string, string, RegExp])[] = [
      ['missing adapter', '/adapters/expert,', '/adapters/nowhere,', /FILE_NOT_FOUND: case\.yaml:5:\d+ .*nowhere/],
      ['missing data', 'test.jsonl', 'missing.jsonl', /FILE_NOT_FOUND: case\.yaml:14:\d+ .*missing\.jsonl/],
      ['a model that is none', '/demo/base', '/demo/data', /(FILE_NOT_FOUND|MODEL_INVALID): case\.yaml:4:\d+ /],
    ];
    for (const [name, from, to, message] of cases) {
      await desk.write('case.yaml', smallRecipe().replace(from, to));
      const { code, stderr } = await desk.run('plan', 'case.yaml');
      expect(code, name).toBe(2);
      expect(stderr, name).toMatch(message);
      expect(stderr, name).toMatch(/^ {2}→ \S/m);
      noStack(stderr);
    }
  });

  it('in data files fail the run with the entry, keep the rest, and leave nothing half-written', async () => {
    await desk.write('bad.jsonl', '{"question": "1 + 1?", "answer": "#### 2"}\n{"question": 5}\n');
    await desk.write(
      'baddata.yaml',
      smallRecipe({ name: 'baddata', limit: 2 }).replace(/\S*gsm8k\/test\.jsonl/, 'bad.jsonl'),
    );
    const { code, stderr } = await desk.run('run', 'baddata.yaml');
    expect(code).toBe(1);
    expect(stderr).toMatch(/DATA_INVALID|RUN_FAILED/);
    expect(stderr).toMatch(/bad\.jsonl, line 2/);
    noStack(stderr);
  });

  it('in usage name the mistake and exit with 2', async () => {
    for (const args of [
      ['frobnicate'],
      ['run'],
      ['run', 'x.yaml', '--frob'],
      ['run', 'no-such.yaml'],
      ['results', 'never', '--format', 'pdf'],
    ]) {
      const { code, stderr } = await desk.run(...args);
      expect([1, 2], args.join(' ')).toContain(code);
      expect(stderr.length, args.join(' ')).toBeGreaterThan(10);
      noStack(stderr);
    }
  });

  it('refuses a pickle adapter by name', async () => {
    await mkdir(join(desk.folder, 'pickled'));
    await writeFile(join(desk.folder, 'pickled/adapter_config.json'), '{"peft_type": "LORA", "r": 4, "lora_alpha": 4}');
    await writeFile(join(desk.folder, 'pickled/adapter_model.bin'), 'x');
    const { code, stderr } = await desk.run(
      'merge',
      'a ⊖ b',
      '--adapter',
      'a=pickled',
      '--adapter',
      'b=pickled',
      '--out',
      'merged',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/ADAPTER_UNSUPPORTED.*pickle/s);
    noStack(stderr);
  });
});
