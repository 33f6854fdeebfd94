import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/command-table.js';
import { readSpec } from '../../core/spec/read-spec.js';
import { projectFiles, readProjectFile, ROOT } from '../support/project-files.js';

const files = projectFiles();
const pages = files
  .filter((path) => /^(README|CONTRIBUTING|CHANGELOG)\.md$|^(docs|demo)\/.*\.md$/u.test(path))
  .map((path) => ({ path, text: readProjectFile(path) }));
const scripts = new Set(Object.keys((JSON.parse(readProjectFile('package.json')) as { scripts: object }).scripts));
const folders = new Set(files.map((path) => path.split('/')[0] ?? ''));

/** What is set as code: spans, fenced blocks, indented blocks. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/^```[^\n]*\n(.*?)^```/gmsu)].map(([, code = '']) => code);
  const rest = text.replace(/^```.*?^```/gmsu, '');
  const spans = [...rest.matchAll(/`([^`\n]+)`/gu)].map(([, code = '']) => code);
  return [...fenced, ...spans, ...[...rest.matchAll(/^ {4}\S.*$/gmu)].map(([line]) => line)];
}

/** A heading's anchor, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}

/** The folders that a file is in, from the outermost. */
function foldersAbove(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, count) => parts.slice(0, count + 1).join('/'));
}

/** Every finding of a page as `page: finding`, so that a failing test names them all. */
function findings(find: (page: { path: string; text: string }) => readonly string[]): string[] {
  return pages.flatMap((page) => find(page).map((finding) => `${page.path}: ${finding}`));
}

describe('the documents', () => {
  it('are there', () => {
    expect(pages.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        'demo/README.md',
        'docs/architecture.md',
        'docs/errors.md',
        'docs/notes/algebra.md',
      ]),
    );
  });

  it('link only to files that exist, and to headings that exist', () => {
    const broken = findings(({ path, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/gu)]
        .map(([, link, attribute]) => link ?? attribute ?? '')
        .filter((link) => !/^[a-z]+:/iu.test(link))
        .filter((link) => {
          const [file = '', anchor] = link.split('#');
          const target = file === '' ? path : normalize(join(dirname(path), file));
          const headings = (): string[] =>
            [...readProjectFile(target).matchAll(/^#+ (.*)$/gmu)].map(([, heading = '']) => anchorOf(heading));
          return !existsSync(join(ROOT, target)) || (anchor !== undefined && !headings().includes(anchor));
        }),
    );
    expect(broken).toEqual([]);
  });

  it('mention only files of the tree that exist', () => {
    const missing = findings(({ path, text }) =>
      codeOf(text)
        .flatMap((code) => code.match(/(?<![\w./:@-])[\w.-]+(?:\/[\w.-]*[\w-])+\/?/gu) ?? [])
        .filter((mentioned) => folders.has(mentioned.split('/')[0] ?? ''))
        .filter((mentioned) => !/NAME|KIND|TIME/u.test(mentioned))
        .filter((mentioned) =>
          [mentioned, `${mentioned}.ts`, join(dirname(path), mentioned)].every((file) => !existsSync(join(ROOT, file))),
        ),
    );
    expect(missing).toEqual([]);
  });

  it('name only files and folders that exist, also by the end of their path or with NAME for any', () => {
    const places = new Set(files.flatMap((file) => [file, ...foldersAbove(file)]));
    const missing = findings(({ path, text }) =>
      /^(docs\/architecture|CONTRIBUTING)\.md$|^docs\/notes\//u.test(path)
        ? [...text.matchAll(/`([\w@.-]+(?:\/[\w.-]+)*\/?)`/gu)]
            .map(([, mentioned = '']) => mentioned)
            .filter((mentioned) => !mentioned.startsWith('@') && /\/|\.(ts|wat|py|yaml|js)$/u.test(mentioned))
            .filter((mentioned) => {
              const pattern = mentioned.replace(/\/$/u, '').replaceAll('.', '\\.').replaceAll('NAME', '[\\w-]+');
              const place = new RegExp(`(^|/)${pattern}(\\.ts)?$`, 'u');
              return ![...places].some((known) => place.test(known));
            })
        : [],
    );
    expect(missing).toEqual([]);
  });

  it('name only npm scripts that exist', () => {
    const unknown = findings(({ text }) =>
      codeOf(text)
        .flatMap((code) => [...code.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/gu)])
        .map(([, run, short]) => run ?? short ?? '')
        .filter((script) => !scripts.has(script)),
    );
    expect(unknown).toEqual([]);
  });

  it('name only commands that exist', async () => {
    const stored = await COMMANDS.find(({ name }) => name === 'store')?.load();
    const known = new Set([
      ...COMMANDS.map(({ name }) => name),
      ...(stored?.commands ?? []).map((command) => `store ${command.name()}`),
    ]);
    const unknown = findings(({ text }) =>
      codeOf(text)
        .flatMap((code) => [...code.matchAll(/(?:^ *|npx --no-install |cli\.js )ominus (store [a-z]+|[a-z]+)/gmu)])
        .map(([, command = '']) => command)
        .filter((command) => !known.has(command)),
    );
    expect(unknown).toEqual([]);
  });

  it('show only specs that are valid', () => {
    const blocks = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/^```yaml\n(.*?)^```/gmsu)]
        .map(([, yaml = '']) => yaml)
        .filter((yaml) => /^(#.*\n|\n)*version:/u.test(yaml))
        .map((yaml) => ({ path, ...readSpec(path, yaml) })),
    );
    expect(blocks.length).toBeGreaterThan(0);
    expect(blocks.flatMap(({ path, diagnostics }) => diagnostics.map(({ message }) => `${path}: ${message}`))).toEqual(
      [],
    );
  });
});

describe('the sources', () => {
  const sources = files.filter((path) => path.endsWith('.ts')).map((path) => ({ path, text: readProjectFile(path) }));
  const comments = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/\/\*\*?.*?\*\/|(?<=^|\s)\/\/[^\n]*/gmsu)].map(([comment]) => ({
      path,
      comment: comment.replace(/\n\s*\*?\s*/gu, ' '),
    })),
  );
  const named = comments.flatMap(({ path, comment }) =>
    [...comment.matchAll(/\b(docs\/[\w./-]*\w\.md)(?:, ([A-Z][\w -]*\w))?/gu)].map(([, page = '', heading]) => ({
      path,
      page,
      heading,
    })),
  );

  it('name pages of the documents in comments, some with a heading', () => {
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ heading }) => heading !== undefined)).not.toEqual([]);
  });

  it('name only pages that exist, and headings that these pages have', () => {
    const wrong = named.filter(({ page, heading }) => {
      if (!files.includes(page)) {
        return true;
      }
      const headings = [...readProjectFile(page).matchAll(/^#+ (.*)$/gmu)].map(([, known]) => known);
      return heading !== undefined && !headings.includes(heading);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the text files of the project', () => {
  const texts = files
    .filter((path) => /\.(ts|js|json|md|ya?ml|py|svg|html)$|^\.ci\//u.test(path))
    .map((path) => ({ path, text: readProjectFile(path) }));

  it('name no folder of a particular machine', () => {
    // /home/user/ stands for anybody's
    const machine = /(?<![\w.~*}-])\/(?:work|root|opt|home(?!\/user\/))\/[\w.-]+/u;
    expect(texts.filter(({ text }) => machine.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('name no temporary folder in the documents', () => {
    expect(pages.filter(({ text }) => /(?<![\w.])\/tmp\b/u.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('have no registry in the lock file, so that everybody installs from his own', () => {
    expect(readProjectFile('package-lock.json')).not.toMatch(/"resolved": "https?:/u);
  });

  it('never tell to fetch ominus from the registry, where the name is not ours', () => {
    const fetching = texts.filter(({ path, text }) => path !== 'test/docs/links.test.ts' && /npx ominus\b/u.test(text));
    expect(fetching.map(({ path }) => path)).toEqual([]);
  });

  it('reach for nothing beside the project', () => {
    const outside = texts.filter(({ text }) => /\.\.\/shared\b/u.test(text)).map(({ path }) => path);
    expect(outside).toEqual([]);
  });
});
