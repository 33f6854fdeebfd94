import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { goInstall } from '../../../io/tools/go-install.js';
import { findTool, provideTool, type Tool, type ToolSource } from '../../../io/tools/tool.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await temporaryFolder();
  env = { OMINUS_CACHE_DIR: join(folder, 'cache'), PATH: join(folder, 'bin') };
});

afterEach(() => {
  vi.unstubAllEnvs();
});

async function writeScript(path: string, text: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

/** A source that makes a program, and counts. */
class Works implements ToolSource {
  readonly title = 'a source that works';
  calls = 0;
  readonly install = async (into: string): Promise<void> => {
    this.calls++;
    await writeScript(join(into, 'thing'), 'echo thing');
  };
}

const fails = (title: string, why: string): ToolSource => ({
  title,
  install: async (into) => {
    await writeFile(join(into, 'half'), '');
    throw new Error(why);
  },
});

const tool = (...sources: readonly ToolSource[]): Tool => ({
  name: 'thing',
  version: '1.2.3',
  variable: 'OMINUS_THING',
  sources,
});

const cached = (): string => join(folder, 'cache', 'tools', 'thing-1.2.3', 'thing');

describe('a program', () => {
  it('is taken from the variable, then from PATH, then from the cache', async () => {
    const works = new Works();
    expect(await findTool(tool(works), env)).toBeUndefined();
    expect(await provideTool(tool(works), { env })).toBe(cached());
    expect(await findTool(tool(works), env)).toEqual({ path: cached(), origin: 'cache' });
    await writeScript(join(folder, 'bin', 'thing'), '');
    expect(await findTool(tool(works), env)).toEqual({ path: join(folder, 'bin', 'thing'), origin: 'PATH' });
    await writeScript(join(folder, 'mine'), '');
    env['OMINUS_THING'] = join(folder, 'mine');
    expect(await findTool(tool(works), env)).toEqual({ path: join(folder, 'mine'), origin: 'environment' });
    expect(works.calls).toBe(1);
  });

  it('that the variable names and that cannot be run is an error, not a reason to fetch another', async () => {
    const works = new Works();
    await writeFile(join(folder, 'text'), 'no program');
    for (const path of [join(folder, 'text'), join(folder, 'missing'), folder]) {
      env['OMINUS_THING'] = path;
      await expect(provideTool(tool(works), { env })).rejects.toMatchObject({
        code: 'SERVER_BINARY_MISSING',
        message: `OMINUS_THING does not name a program that can be run [path=${path}]`,
      });
    }
    expect(works.calls).toBe(0);
  });

  it('is fetched once, however many ask for it at the same time', async () => {
    const works = new Works();
    const paths = await Promise.all([1, 2, 3].map(() => provideTool(tool(works), { env })));
    expect(new Set(paths)).toEqual(new Set([cached()]));
    expect(works.calls).toBe(1);
  });

  it('comes from the next source when one fails or gives something else, and nothing else stays', async () => {
    const nothing: ToolSource = { title: 'gives nothing', install: () => Promise.resolve() };
    const told: string[] = [];
    const onInstall = (title: string): number => told.push(title);
    const path = await provideTool(tool(fails('broken', 'no network'), nothing, new Works()), { env, onInstall });
    expect(path).toBe(cached());
    expect(told).toEqual(['broken', 'gives nothing', 'a source that works']);
    expect(await readdir(join(folder, 'cache', 'tools'))).toEqual(['thing-1.2.3']);
  });

  it('that no source gives is SERVER_BINARY_MISSING with what was tried, and the next call tries again', async () => {
    const sources = [fails('go install x@v1', 'Go is not installed'), fails('download y', 'HTTP 404')];
    await expect(provideTool(tool(...sources), { env })).rejects.toMatchObject({
      code: 'SERVER_BINARY_MISSING',
      message: 'cannot get thing 1.2.3: go install x@v1: Go is not installed; download y: HTTP 404',
      hint: 'Install thing 1.2.3, and put it on PATH or name it in OMINUS_THING.',
    });
    expect(await readdir(join(folder, 'cache', 'tools'))).toEqual([]);
    await expect(provideTool(tool(new Works()), { env })).resolves.toBe(cached());
  });

  it('that is no longer wanted ends the fetching', async () => {
    const stop = new AbortController();
    const slow: ToolSource = {
      title: 'slow',
      install: () => {
        stop.abort();
        return Promise.reject(new Error('interrupted'));
      },
    };
    const works = new Works();
    await expect(provideTool(tool(slow, works), { env, signal: stop.signal })).rejects.toThrow('aborted');
    expect(works.calls).toBe(0);
    expect(existsSync(cached())).toBe(false);
  });
});

describe('go install', () => {
  /** Puts a stand-in for Go at the front of PATH. */
  async function fakeGo(script: string): Promise<void> {
    await writeScript(join(folder, 'go', 'go'), script);
    vi.stubEnv('PATH', [join(folder, 'go'), '/usr/bin', '/bin'].join(delimiter));
  }

  it('builds the pinned version into the given folder, whatever the user’s Go settings', async () => {
    vi.stubEnv('GOFLAGS', '-mod=vendor');
    vi.stubEnv('GOARCH', 'mips');
    await fakeGo('echo "$@|$GOFLAGS|$GOARCH|$GOOS" > "$GOBIN/thing"; chmod +x "$GOBIN/thing"');
    const path = await provideTool(tool(goInstall('example.org/thing@v1.2.3')), { env });
    expect(await readFile(path, 'utf8')).toBe('install example.org/thing@v1.2.3|||\n');
  });

  it('says what Go says last, on one line', async () => {
    await fakeGo('echo downloading >&2; echo "verifying module: checksum mismatch" >&2; exit 1');
    await expect(provideTool(tool(goInstall('example.org/thing@v1.2.3')), { env })).rejects.toMatchObject({
      code: 'SERVER_BINARY_MISSING',
      message:
        'cannot get thing 1.2.3: go install example.org/thing@v1.2.3: downloading verifying module: checksum mismatch',
    });
  });

  it('says that Go is not there', async () => {
    vi.stubEnv('PATH', join(folder, 'empty'));
    await expect(provideTool(tool(goInstall('example.org/thing@v1.2.3')), { env })).rejects.toMatchObject({
      code: 'SERVER_BINARY_MISSING',
      message: 'cannot get thing 1.2.3: go install example.org/thing@v1.2.3: Go is not installed',
    });
  });
});
