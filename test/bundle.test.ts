/** What the bundle of the workflows holds. Which file may import which is in structure.test.ts. */
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../io/files/package-root.js';
import { importsOf } from './support/imports.js';

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

  it('holds the workflows, and of core only the plan, the errors with their quotes, and which of two points is better', () => {
    const root = `${packageRoot().folder}/`;
    const ours = sources.flatMap((source) => {
      const path = source.replace(/^webpack:\/\/[^/]*\//, '').replace(root, '');
      return /^(\.\/)?(workflows|core|io|activities|cli|worker)\b/.test(path) ? [path.replace(/^\.\//, '')] : [];
    });
    expect(ours).toEqual(expect.arrayContaining(['workflows/run-recipe.ts', 'workflows/run-sweep.ts']));
    expect(
      ours.filter(
        (path) => !/^(workflows\/|core\/plan\/|core\/(errors|foreign-text)\.ts|core\/sweep\/best\.ts)/.test(path),
      ),
    ).toEqual([]);
  });

  it('holds nothing of the outside world', () => {
    expect(sources.filter((source) => /onnxruntime|@aws-sdk|tokenizers|\/io\//.test(source))).toEqual([]);
    expect(code).not.toMatch(/require\(["']node:|onnxruntime-node|createHash/);
  });
});

describe('imports', () => {
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
