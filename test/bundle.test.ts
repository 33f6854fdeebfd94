/** The direction of imports, in the workflows' bundle and in the text of every file (docs/architecture.md). */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../io/files/package-root.js';

const quiet = (): void => undefined;
const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

describe('the bundle of the workflows', () => {
  let sources: string[];
  let code: string;

  beforeAll(async () => {
    const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
    const bundle = await bundleWorkflowCode({ workflowsPath, logger });
    code = bundle.code;
    const map = /sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)/.exec(code)?.[1] ?? '';
    const parsed = JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as { sources: string[] }; // webpack's own
    sources = parsed.sources;
  });

  it('holds the workflows, and of core only the plan, the errors, and which of two points is better', () => {
    const root = `${packageRoot().folder}/`;
    const ours = sources.flatMap((source) => {
      const path = source.replace(/^webpack:\/\/[^/]*\//, '').replace(root, '');
      return /^(\.\/)?(workflows|core|io|activities|cli|worker)\b/.test(path) ? [path.replace(/^\.\//, '')] : [];
    });
    expect(ours).toEqual(expect.arrayContaining(['workflows/run-recipe.ts', 'workflows/run-sweep.ts']));
    expect(
      ours.filter((path) => !/^(workflows\/|core\/plan\/|core\/errors\.ts|core\/sweep\/best\.ts)/.test(path)),
    ).toEqual([]);
  });

  it('holds nothing of the outside world', () => {
    expect(sources.filter((source) => /onnxruntime|@aws-sdk|tokenizers|\/io\//.test(source))).toEqual([]);
    expect(code).not.toMatch(/require\(["']node:|onnxruntime-node|createHash/);
  });
});

/** What a folder may import, beside itself and packages. */
const ALLOWED: Readonly<Record<string, { readonly folders: readonly RegExp[]; readonly types?: readonly RegExp[] }>> = {
  core: { folders: [/^core\//] },
  io: { folders: [/^core\//, /^io\//] },
  activities: { folders: [/^core\//, /^io\//, /^activities\//] },
  workflows: {
    folders: [/^workflows\//, /^core\/plan\//, /^core\/errors\.js$/, /^core\/sweep\/best\.js$/],
    types: [/^activities\//, /^core\//],
  },
};
/** Modules that reach outside, and where alone they may be imported. */
const OUTSIDE: readonly (readonly [RegExp, RegExp])[] = [
  [/^onnxruntime-node$/, /^io\/model\/runtime\.ts$/],
  [/^@aws-sdk\//, /^io\/(store|sources)\//],
  [/^node:(?!crypto$)/, /^(io|activities)\//],
  [/^@temporalio\/(client|worker|envconfig|testing)/, /^io\/temporal\//],
];

describe('imports', () => {
  it('go in one direction', async () => {
    const wrong: string[] = [];
    let seen = 0;
    for (const [folder, { folders, types = [] }] of Object.entries(ALLOWED)) {
      for (const file of await typescriptFiles(folder)) {
        for (const { specifier, isType } of importsOf(await readFile(join(packageRoot().folder, file), 'utf8'))) {
          seen++;
          const allowed = specifier.startsWith('.')
            ? [...folders, ...(isType ? types : [])].some((pattern) => pattern.test(resolved(file, specifier)))
            : OUTSIDE.every(([what, where]) => isType || !what.test(specifier) || where.test(file));
          if (!allowed) {
            wrong.push(`${file} imports ${specifier}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(500);
  });

  it('are all seen by this test', () => {
    const text = `import type { A } from './a.js';
import b, {
  type C,
} from '../b.js';
export * from './c.js';
export { d } from "./d.js";
import './e.js';
const f = await import('./f.js');
const [g] = [require('g')];
`;
    expect(importsOf(text)).toEqual([
      { specifier: './a.js', isType: true },
      { specifier: '../b.js', isType: false },
      { specifier: './c.js', isType: false },
      { specifier: './d.js', isType: false },
      { specifier: './e.js', isType: false },
      { specifier: './f.js', isType: false },
      { specifier: 'g', isType: false },
    ]);
  });
});

async function typescriptFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(packageRoot().folder, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

/** Every module that a file names, statically or not; imports of types alone are marked. */
function importsOf(text: string): { readonly specifier: string; readonly isType: boolean }[] {
  const pattern =
    /^(?:import|export)(?<type>\s+type)?\s[^'"`;]*?from\s*['"](?<from>[^'"]+)['"]|^import\s*['"](?<bare>[^'"]+)['"]|\b(?:import|require)\(\s*['"](?<call>[^'"]+)['"]\s*\)/gm;
  return [...text.matchAll(pattern)].map(({ groups }) => ({
    specifier: groups?.['from'] ?? groups?.['bare'] ?? groups?.['call'] ?? '',
    isType: groups?.['type'] !== undefined,
  }));
}

function resolved(file: string, specifier: string): string {
  return join(file, '..', specifier);
}
