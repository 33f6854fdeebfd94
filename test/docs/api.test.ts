/** The example of docs/api.md is a program that runs, and the page lists what the package exports. */
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readProjectFile, ROOT } from '../support/project-files.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import * as api from '../../index.js';

const page = readProjectFile('docs/api.md');

describe('docs/api.md', () => {
  it('shows the example that is tested here', () => {
    const example = readProjectFile('test/docs/api-example.ts').replace("'../../index.js'", "'ominus'");
    const [, shown] = /```ts\n(.*?)```/su.exec(page) ?? [];
    expect(shown).toBe(example);
  });

  it('whose example does what the commands do', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    for (const name of ['demo', 'specs']) {
      symlinkSync(join(ROOT, name), join(folder, name));
    }
    const args = [
      '--import',
      join(ROOT, 'node_modules/tsx/dist/esm/index.mjs'),
      join(ROOT, 'test/docs/api-example.ts'),
    ];
    const out = execFileSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, OMINUS_STATE_DIR: join(folder, 'state'), OMINUS_CACHE_DIR: join(folder, 'cache') },
    });
    expect(out).toMatch(/^recipe minimal 0\n/);
    expect(out).toMatch(/'gram [0-9a-f]{12}'.*\n?.*'combine [0-9a-f]{12}'/);
    expect(out).toMatch(/^\d+ sha256:[0-9a-f]{64}$/m);
    expect(out).toMatch(/no finished run of this name \[run=minimal/);
  });

  it('names every function and class that is exported, and no other', () => {
    const named = [...page.matchAll(/^\| `(\w+)/gmu)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(api).toSorted());
  });
});
