import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configuredCluster } from '../../../io/temporal/cluster.js';
import { openClient, openNativeConnection, usesEmbeddedServer } from '../../../io/temporal/connection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const none = { HOME: '/nonexistent' };

test('without an address the embedded server is used, also when variables are empty', async () => {
  expect(configuredCluster(none)).toBeUndefined();
  expect(configuredCluster({ ...none, TEMPORAL_ADDRESS: '' })).toBeUndefined();
  expect(await usesEmbeddedServer(none)).toBe(true);
});

test("Temporal's variables and profiles choose a cluster; a key turns TLS on", async () => {
  const file = join(await temporaryFolder(), 'temporal.toml');
  await writeFile(file, '[profile.lab]\naddress = "lab:7233"\nnamespace = "study"\n');
  const lab = { ...none, TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'lab' };
  expect(configuredCluster(lab)).toMatchObject({ address: 'lab:7233', namespace: 'study' });
  const overridden = configuredCluster({ ...lab, TEMPORAL_NAMESPACE: 'other', TEMPORAL_API_KEY: 'k' });
  expect(overridden).toMatchObject({ address: 'lab:7233', namespace: 'other', options: { apiKey: 'k', tls: true } });
  expect(configuredCluster({ ...none, TEMPORAL_ADDRESS: 'a:1' })).toMatchObject({ namespace: 'default' });
});

test('settings without an address, and profiles that do not exist, are refused instead of passed over', async () => {
  expect(() => configuredCluster({ ...none, TEMPORAL_API_KEY: 'secret' })).toThrow(
    'TEMPORAL_API_KEY is set, but TEMPORAL_ADDRESS is not',
  );
  const file = join(await temporaryFolder(), 'temporal.toml');
  await writeFile(file, 'not toml');
  const broken = { ...none, TEMPORAL_CONFIG_FILE: file };
  expect(() => configuredCluster(broken)).toThrow("Temporal's configuration cannot be read");
  await expect(usesEmbeddedServer(broken)).rejects.toMatchObject({ code: 'USAGE' });
});

test('a server that is not there is named by its address, never with the key', async () => {
  // TLS off, or the refusal would be one of certificates
  const env = { ...none, TEMPORAL_ADDRESS: '127.0.0.1:1', TEMPORAL_API_KEY: 'secret-key', TEMPORAL_TLS: 'false' };
  for (const open of [openClient, openNativeConnection]) {
    const error: unknown = await open({ env }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'SERVER_UNREACHABLE', details: { address: '127.0.0.1:1' } });
    expect(error).toHaveProperty('message', expect.stringContaining('[address=127.0.0.1:1, namespace=default]'));
    expect(error).toHaveProperty('message', expect.not.stringContaining('secret-key'));
  }
});
