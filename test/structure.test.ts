/** The shape of the tree: what may import what, in which order the folders of core lie, and that nothing goes in a circle. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../io/files/package-root.js';
import { importsOf, resolved, type Import } from './support/imports.js';

/**
 * The floors of core, lowest first: a folder imports its own files and those of floors below it. A folder within another one may have
 * a floor of its own: the expression language reads the registry of operators. Files at the root of core are below all.
 * docs/architecture.md shows the same list.
 */
const FLOORS = [
  ['json', 'numeric', 'statistics', 'template'],
  ['algebra/operators'],
  ['safetensors', 'onnx', 'expression'],
  ['algebra'],
  ['adapter'],
  ['evaluation'],
  ['study', 'sweep'],
  ['spec'],
  ['plan'],
  ['lower'],
];

/** What a top folder may import, beside itself and packages; `types`: of these types alone. */
const ALLOWED: Readonly<Record<string, { readonly folders: readonly RegExp[]; readonly types?: readonly RegExp[] }>> = {
  core: { folders: [] },
  report: { folders: [/^core\//] },
  io: { folders: [/^core\//] },
  activities: { folders: [/^(core|io|report)\//, /^app\/plan-a-spec\//] },
  workflows: {
    folders: [/^core\/plan\//, /^core\/errors\.ts$/, /^core\/sweep\/best\.ts$/],
    types: [/^activities\//, /^core\//],
  },
  app: { folders: [/^(core|io|report|activities|workflows)\//, /^worker\.ts$/] },
  cli: { folders: [/^(core|io|report|activities|workflows|app)\//, /^worker\.ts$/] },
};

/** Modules that reach outside, and where alone they may be imported. */
const OUTSIDE: readonly (readonly [RegExp, RegExp])[] = [
  [/^onnxruntime-node$/, /^io\/model\/runtime\.ts$/],
  [/^@aws-sdk\//, /^io\/(store|sources)\//],
  [/^node:(?!crypto$)/, /^(io|activities|app|cli)\//],
  [/^@temporalio\/(client|worker|envconfig|testing)/, /^(io\/temporal|app|cli)\//],
];

/** Lines that a file may have. */
const MOST_LINES = 300;

const texts = new Map<string, string>();
const imports = new Map<string, readonly Import[]>();

beforeAll(async () => {
  for (const folder of Object.keys(ALLOWED)) {
    for (const file of await typescriptFiles(folder)) {
      const text = await readFile(join(packageRoot().folder, file), 'utf8');
      texts.set(file, text);
      imports.set(file, importsOf(text));
    }
  }
});

describe('imports', () => {
  it('go in one direction', () => {
    const wrong: string[] = [];
    for (const [file, found] of imports) {
      const folder = topOf(file);
      const { folders, types = [] } = ALLOWED[folder] ?? { folders: [] };
      for (const { specifier, isType } of found) {
        const target = resolved(file, specifier);
        const allowed = specifier.startsWith('.')
          ? topOf(target) === folder || [...folders, ...(isType ? types : [])].some((pattern) => pattern.test(target))
          : OUTSIDE.every(([what, where]) => isType || !what.test(specifier) || where.test(file));
        if (!allowed) {
          wrong.push(`${file} imports ${specifier}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect([...imports.values()].flat().length).toBeGreaterThan(1500);
  });

  it('within core go to the same folder or to a lower floor', () => {
    const floorOf = new Map(FLOORS.flatMap((folders, floor) => folders.map((folder) => [folder, floor] as const)));
    const wrong = relativeImports()
      .filter(([file, target]) => file.startsWith('core/') && target.startsWith('core/'))
      .filter(([file, target]) => {
        const [from, to] = [roomOf(file), roomOf(target)];
        return from !== to && to !== undefined && (floorOf.get(from ?? '') ?? -1) <= (floorOf.get(to) ?? FLOORS.length);
      });
    expect(wrong).toEqual([]);
    expect(relativeImports().filter(([file]) => file.startsWith('core/')).length).toBeGreaterThan(500);
  });

  it('of planning reach no activity, so that an activity can plan', () => {
    const planning = relativeImports().filter(([file]) => file.startsWith('app/plan-a-spec/'));
    expect(planning.filter(([, target]) => !/^(app\/plan-a-spec|core|io)\//.test(target))).toEqual([]);
    expect(planning.length).toBeGreaterThan(30);
  });

  it('have the floors that docs/architecture.md shows', async () => {
    const page = await readFile(join(packageRoot().folder, 'docs/architecture.md'), 'utf8');
    const [, shown = ''] = /`core\/` has floors\.[^`]*`core\/`[^`]*```\n([^`]*)```/u.exec(page) ?? [];
    const floors = shown
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
    expect(floors.reverse()).toEqual(FLOORS);
  });

  it('never go in a circle, not even of types', () => {
    expect(circles(relativeImports())).toEqual([]);
    expect(
      circles([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'b'],
        ['c', 'd'],
      ]),
    ).toEqual([['b', 'c']]);
  });
});

describe('the folder of the commands', () => {
  it('holds commands and nothing else', () => {
    const commands = [...texts].filter(([file]) => file.startsWith('cli/commands/'));
    const others = commands.filter(([, text]) => {
      const exported = [...text.matchAll(/^export (.*)$/gmu)].map(([, what = '']) => what);
      return (
        exported.length === 0 ||
        !exported.every((what) =>
          /^function \w+Command\((?:entries: readonly CommandEntry\[\])?\): Command \{$/u.test(what),
        )
      );
    });
    expect(others.map(([file]) => file)).toEqual([]);
    expect(commands.length).toBeGreaterThan(15);
  });

  it('is known to the table of commands, and to the one that runs a merge alone', () => {
    const importers = relativeImports().filter(([, target]) => target.startsWith('cli/commands/'));
    expect([...new Set(importers.map(([file]) => file))].sort()).toEqual(['cli/command-table.ts', 'cli/merge-main.ts']);
  });
});

it('no file is so long that it must hold more than one concept', () => {
  const long = [...texts].filter(([, text]) => text.split('\n').length > MOST_LINES + 1);
  expect(long.map(([file]) => file)).toEqual([]);
});

function relativeImports(): readonly (readonly [file: string, target: string])[] {
  return [...imports].flatMap(([file, found]) =>
    found
      .filter(({ specifier }) => specifier.startsWith('.'))
      .map(({ specifier }) => [file, resolved(file, specifier)] as const),
  );
}

function topOf(file: string): string {
  return file.split('/')[0] ?? '';
}

/** The folder of core that a file lies in, the innermost one that has a floor; undefined at its root. */
function roomOf(file: string): string | undefined {
  const folders = file.split('/').slice(1, -1);
  const inner = folders.slice(0, 2).join('/');
  return FLOORS.some((floor) => floor.includes(inner)) ? inner : folders[0];
}

async function typescriptFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(packageRoot().folder, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

/** What lies on a circle, one sorted list per circle: files that reach each other. */
function circles(edges: readonly (readonly [string, string])[]): readonly (readonly string[])[] {
  const next = new Map<string, string[]>();
  edges.forEach(([from, to]) => next.set(from, [...(next.get(from) ?? []), to]));
  const reached = new Map([...next.keys()].map((file) => [file, reachableFrom(file, next)] as const));
  const seen = new Set<string>();
  return [...next.keys()].sort().flatMap((file) => {
    if (seen.has(file) || reached.get(file)?.has(file) !== true) {
      return [];
    }
    const members = [...(reached.get(file) ?? [])].filter((other) => reached.get(other)?.has(file) === true).sort();
    members.forEach((member) => seen.add(member));
    return [members];
  });
}

function reachableFrom(start: string, next: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...(next.get(start) ?? [])];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (!seen.has(file)) {
      seen.add(file);
      open.push(...(next.get(file) ?? []));
    }
  }
  return seen;
}
