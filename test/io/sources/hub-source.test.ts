import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { resolveHubSource } from '../../../io/sources/hub-source.js';
import { freePort } from '../../support/free-port.js';
import { startHub, type TestHub } from '../../support/hub.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

let hub: TestHub;
let cache: string;
let env: Record<string, string>;
const weights = randomBytes(300_000);

beforeEach(async () => {
  hub = await startHub();
  cache = await temporaryFolder();
  env = { HF_ENDPOINT: hub.endpoint, OMINUS_CACHE_DIR: join(cache, 'ominus'), HF_HOME: join(cache, 'hf') };
  process.env['OMINUS_CACHE_DIR'] = env['OMINUS_CACHE_DIR'];
  hub.files.set('adapter_config.json', Buffer.from('{}'));
  hub.files.set('adapter_model.safetensors', weights);
  hub.files.set('adapter_model.bin', Buffer.from('a pickle'));
  hub.files.set('train.py', Buffer.from('code'));
});

const resolve = (uri = 'hf://owner/name') => resolveHubSource(uri, 'adapter', { env });

it('fetches only the wanted files and names the commit', async () => {
  const { path, uri } = await resolve();
  expect(uri).toBe(`hf://owner/name@${hub.commit}`);
  expect((await readdir(path)).sort()).toEqual(['adapter_config.json', 'adapter_model.safetensors']);
  expect(weights.equals(await readFile(join(path, 'adapter_model.safetensors')))).toBe(true);
});

it('fetches each file once, also for concurrent callers afterwards', async () => {
  const first = await Promise.all([resolve(), resolve()]);
  expect(first[0]).toEqual(first[1]);
  hub.seen.length = 0;
  await resolve();
  expect(hub.seen.filter(({ server }) => server === 'cdn')).toEqual([]);
});

it('goes on where a connection broke, and tries again after a 503', async () => {
  hub.failures = 1;
  hub.breaks = 2;
  const { path } = await resolve();
  expect(weights.equals(await readFile(join(path, 'adapter_model.safetensors')))).toBe(true);
  expect(hub.seen.some(({ range }) => range !== undefined)).toBe(true);
});

it('sends the token to the hub alone', async () => {
  hub.token = 'hf_secret';
  env['HF_TOKEN'] = 'hf_secret';
  await resolve();
  expect(hub.seen.filter(({ server }) => server === 'cdn').length).toBeGreaterThan(0);
  for (const { server, authorization } of hub.seen) {
    expect(authorization).toBe(server === 'hub' ? 'Bearer hf_secret' : undefined);
  }
});

it('says that access is refused without showing the token', async () => {
  hub.token = 'hf_right';
  await expect(resolve()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', hint: /HF_TOKEN/ });
  env['HF_TOKEN'] = 'hf_wrong';
  await expect(resolve()).rejects.toSatisfy((error: Error) => !error.message.includes('hf_wrong'));
});

it('says what is not there', async () => {
  await expect(resolve('hf://owner/other')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(resolve('hf://owner/name@nope')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  hub.files.delete('adapter_model.safetensors');
  hub.files.delete('adapter_config.json');
  await expect(resolve()).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', hint: /pickle/ });
});

it.each(['../escape.json', '/etc/passwd', 'a\\b', 'a/../../b'])('refuses a repository that lists %j', async (name) => {
  hub.files.set(name, Buffer.from('x'));
  await expect(resolve()).rejects.toMatchObject({ code: 'DATA_INVALID' });
});

it('refuses a file that is not what the hub says, and keeps nothing of it', async () => {
  hub.wrongDigests = true;
  await expect(resolve()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(await readdir(join(cache, 'ominus', 'hub'))).toEqual([]);
});

it('takes the files of the Hugging Face library’s own cache', async () => {
  const snapshot = join(cache, 'hf', 'hub', 'models--owner--name', 'snapshots', hub.commit);
  await mkdir(snapshot, { recursive: true });
  for (const name of ['adapter_config.json', 'adapter_model.safetensors']) {
    await writeFile(join(snapshot, name), hub.files.get(name) ?? '');
  }
  expect((await resolve()).path).toBe(snapshot);
  expect(hub.seen.filter(({ server }) => server === 'cdn')).toEqual([]);
});

it('is HUB_UNREACHABLE without an answer, or with 5xx alone', async () => {
  hub.failures = 2;
  await expect(resolveHubSource('hf://owner/name', 'adapter', { env, attempts: 2 })).rejects.toMatchObject({
    code: 'HUB_UNREACHABLE',
    message: expect.stringContaining('HTTP 503') as string,
  });
  env['HF_ENDPOINT'] = `http://127.0.0.1:${String(await freePort())}`;
  await expect(resolveHubSource('hf://owner/name', 'adapter', { env, attempts: 2 })).rejects.toMatchObject({
    code: 'HUB_UNREACHABLE',
    message: expect.stringContaining('ECONNREFUSED') as string,
  });
});

it('needs no hub for a pinned commit that is here in full', async () => {
  const options = { env, attempts: 1 };
  const pinned = `hf://owner/name@${hub.commit}`;
  const { path } = await resolve();
  hub.stop();
  expect(await resolveHubSource(pinned, 'adapter', options)).toEqual({ path, uri: pinned });
  // what a branch names now, only the hub knows
  await expect(resolveHubSource('hf://owner/name', 'adapter', options)).rejects.toMatchObject({
    code: 'HUB_UNREACHABLE',
  });
  await rm(join(path, 'adapter_config.json'));
  await expect(resolveHubSource(pinned, 'adapter', options)).rejects.toMatchObject({ code: 'HUB_UNREACHABLE' });
});

it('asks the hub again when what it remembers of a commit is damaged', async () => {
  await resolve();
  const folder = join(cache, 'ominus', 'hub-listings');
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  await writeFile(join(folder, names[0] ?? ''), 'torn');
  const { seen } = hub;
  seen.length = 0;
  const pinned = `hf://owner/name@${hub.commit}`;
  await expect(resolve(pinned)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' }); // this hub knows branches only
  expect(seen.map(({ url }) => url)).toEqual([`/api/models/owner/name/revision/${hub.commit}?blobs=true`]);
});

it('remembers nothing of a commit whose files it could not get', async () => {
  hub.wrongDigests = true;
  await expect(resolve()).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  expect(existsSync(join(cache, 'ominus', 'hub-listings'))).toBe(false);
});

it('says that its cache cannot be written, and where it lies', async () => {
  await writeFile(join(cache, 'file'), '');
  env['OMINUS_CACHE_DIR'] = join(cache, 'file');
  await expect(resolve()).rejects.toMatchObject({
    code: 'FILE_UNREADABLE',
    message: expect.stringContaining(`cannot write into the cache [folder=${join(cache, 'file', 'hub')}]`) as string,
    hint: expect.stringContaining('OMINUS_CACHE_DIR') as string,
  });
});

it('fetches one file for data', async () => {
  hub.files.set('data/test set.json', Buffer.from('[]'));
  const { path, uri } = await resolveHubSource('hf://owner/name@main/data/test set.json', 'data', { env });
  expect(uri).toBe(`hf://owner/name@${hub.commit}/data/test set.json`);
  expect(await readFile(path, 'utf8')).toBe('[]');
});

it.each(['hf://owner', 'hf://owner/name/file', 'hf://../name', 'hf://u:p@owner/name', 'hf://owner/..'])(
  'refuses %s',
  async (uri) => {
    await expect(resolve(uri)).rejects.toMatchObject({ code: 'USAGE' });
  },
);
