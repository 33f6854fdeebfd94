/** `ominus validate`, run as users run it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ominus-validate-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function validate(...args: readonly string[]): Promise<Outcome> {
  const argv = ['--import', 'tsx', join(ROOT, 'cli.ts'), 'validate', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: ROOT, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('ominus validate', () => {
  test('says ok to every valid file and what it describes, on stdout, with exit code 0', async () => {
    const outcome = await validate('specs/first-recipe.yaml', 'specs/order-study.yaml', 'specs/sweep.yaml');
    expect(outcome).toEqual({
      code: 0,
      stdout:
        'ok specs/first-recipe.yaml: recipe, 3 steps, 5 benchmarks\n' +
        'ok specs/order-study.yaml: order-study, 3 anti-experts, 6 orders × 1 λ × 4 operators, 3 benchmarks\n' +
        'ok specs/sweep.yaml: sweep, grid of 20 points over a, b, 4 benchmarks\n',
      stderr: '',
    });
  });

  test('prints formulas with every coefficient, and the chain of a sweep with its variables', async () => {
    const { stdout } = await validate('--formulas', 'specs/minimal.yaml', 'specs/sweep.yaml');
    expect(stdout).toBe(
      'ok specs/minimal.yaml: recipe, 1 step\n  chain = expert ⊖ 0.8·Ext(truth⁻)\n' +
        'ok specs/sweep.yaml: sweep, grid of 20 points over a, b, 4 benchmarks\n' +
        '  chain = [expert ⊖ a·Ext(truth⁻)] ⊖ b·Ext(tox⁻)\n',
    );
  });

  test('shows problems with line, column and caret on stderr, also under wide characters, with exit code 2', async () => {
    const text =
      'version: 1\nkind: recipe\nname: x\nadapters: { 専門家: a, truth⁻: b }\nchain: "専門家 ⊖ Ext(thruth⁻)"\n';
    const path = file('wrong.yaml', text);
    const outcome = await validate(path, 'specs/minimal.yaml');
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('ok specs/minimal.yaml: recipe, 1 step\n');
    expect(outcome.stderr.split('\n')).toEqual([
      `${path}:5:19 error EXPRESSION_NAME unknown name "thruth⁻"`,
      '5 | chain: "専門家 ⊖ Ext(thruth⁻)"',
      `  | ${' '.repeat(21)}^~~~~~~`,
      '  = Did you mean truth⁻?',
      '',
    ]);
  });

  test('tells in one line why a file cannot be read', async () => {
    const binary = file('binary.yaml', Uint8Array.of(0xff, 0xfe, 0x00, 0x41));
    const outcome = await validate(join(folder, 'nothing.yaml'), folder, binary);
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toBe(
      [
        `${folder}/nothing.yaml: error FILE_NOT_FOUND no such file`,
        '  → Name a YAML file; ominus init makes one from your adapters, and specs/ has examples.',
        `${folder}: error FILE_UNREADABLE this is a folder, not a file`,
        '  → Name the YAML file in it.',
        `${binary}: error SPEC_INVALID the file is UTF-16 text, expected UTF-8`,
        '  → Save the file as UTF-8; iconv -f UTF-16 -t UTF-8 converts UTF-16.',
        '',
      ].join('\n'),
    );
  });

  test('gives one JSON object with --json', async () => {
    const { code, stdout, stderr } = await validate('--json', file('empty.yaml', ''), 'specs/minimal.yaml');
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        { ok: false, diagnostics: [{ code: 'SPEC_EMPTY', location: { line: 1, column: 1 } }] },
        {
          ok: true,
          kind: 'recipe',
          name: 'minimal',
          summary: 'recipe, 1 step',
          formulas: { chain: 'expert ⊖ 0.8·Ext(truth⁻)' },
          diagnostics: [],
        },
      ],
    });
  });
});
