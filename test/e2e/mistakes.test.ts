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
      [
        'missing adapter',
        '/adapters/expert,',
        '/adapters/nowhere,',
        /^case\.yaml:5:\d+ error FILE_NOT_FOUND .*nowhere/m,
      ],
      ['missing data', 'test.jsonl', 'missing.jsonl', /^case\.yaml:14:20 error FILE_NOT_FOUND .*missing\.jsonl/m],
      ['a model that is none', '/demo/base', '/demo/data', /^case\.yaml:4:7 error (FILE_NOT_FOUND|MODEL_INVALID) /m],
    ];
    for (const [name, from, to, message] of cases) {
      await desk.write('case.yaml', smallRecipe().replace(from, to));
      const { code, stderr } = await desk.run('plan', 'case.yaml');
      expect(code, name).toBe(2);
      expect(stderr, name).toMatch(message);
      expect(stderr, name).toMatch(/^error \w+: case\.yaml has 1 problem\n/);
      expect(stderr, name).toMatch(/^ +\| +\^~+\n +=.*\n {2}→ \S/m);
      noStack(stderr);
    }
  });

  it('in data files are told with the entry before anything runs', async () => {
    await desk.write('bad.jsonl', '{"question": "1 + 1?", "answer": "#### 2"}\n{"question": 5}\n');
    await desk.write(
      'baddata.yaml',
      smallRecipe({ name: 'baddata', limit: 2 }).replace(/\S*gsm8k\/test\.jsonl/, 'bad.jsonl'),
    );
    const { code, stderr } = await desk.run('run', 'baddata.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^baddata\.yaml:\d+:\d+ error DATA_INVALID /m);
    expect(stderr).toMatch(/bad\.jsonl, line 2/);
    noStack(stderr);
  });

  it('in usage name the mistake and what to do under a code, and exit with 2 or, for a run that is not there, 1', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['frobnicate'], 2, /^error USAGE: unknown command 'frobnicate'\n {2}→ ominus --help lists the commands\.\n$/],
      [['rnu'], 2, /^error USAGE: unknown command 'rnu'\n {2}→ Did you mean run\? ominus --help/],
      [['run'], 2, /^error USAGE: missing required argument 'spec'\n {2}→ ominus run --help/],
      [
        ['run', 'x.yaml', '--threds', '2'],
        2,
        /^error USAGE: unknown option '--threds'\n {2}→ Did you mean --threads\?/,
      ],
      [
        ['run', 'x.yaml', '--threads', 'abc'],
        2,
        /^error USAGE: --threads is "abc", expected a whole number from 1 to /,
      ],
      [['run', 'x.yaml', '--threads', '0'], 2, /^error USAGE: --threads is "0"/],
      [['worker', '--threads', '1.5'], 2, /^error USAGE: --threads is "1\.5"/],
      [['run', 'no-such.yaml'], 2, /^error FILE_NOT_FOUND: /],
      [['results', 'never'], 1, /^error RUN_NOT_FOUND: .*\n {2}→ ominus store list/],
      [['results', 'never', '--format', 'pdf'], 2, /^error USAGE: .*'pdf' is invalid.*text, md, csv/],
    ];
    for (const [args, exit, message] of cases) {
      const { code, stdout, stderr } = await desk.run(...args);
      expect([code, stdout], args.join(' ')).toEqual([exit, '']);
      expect(stderr, args.join(' ')).toMatch(message);
      noStack(stderr);
    }
    const { code, stdout, stderr } = await desk.run('run', 'x.yaml', '--frob', '--json');
    expect([code, stderr]).toEqual([2, '']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE', message: "unknown option '--frob'" } });
    const help = await desk.run();
    expect(help.stderr).toMatch(/^Usage: ominus/);
    expect(help.stderr).not.toContain('error');
  });

  it('in the device are one error before anything is submitted or taken up', async () => {
    const nowhere = await Desk.create({ VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
    try {
      await nowhere.write('small.yaml', smallRecipe());
      for (const args of [['run', 'small.yaml'], ['worker'], ['worker', '--role', 'evaluate']]) {
        const { code, stderr } = await nowhere.run(...args, '--device', 'webgpu');
        expect(code, stderr).toBe(3);
        expect(stderr).toMatch(/^error DEVICE_UNAVAILABLE: .*\[device=webgpu\]/m);
        expect(stderr).toMatch(/^ {2}→ \S/m);
        noStack(stderr);
      }
      expect((await nowhere.run('status')).stdout).not.toContain('small');
      // a worker that computes nothing on the device needs none
      const control = nowhere.start('worker', '--role', 'control', '--device', 'webgpu');
      await control.waitFor('worker ready: control');
      control.process.kill('SIGTERM');
      expect((await control.finished).code).toBe(130);
    } finally {
      await nowhere.close();
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
