/** The files of deploy/: what they start fits the code. Whether they are well formed, `docker compose config` and hadolint say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../cli/command-table.js';
import { SEARCH_ATTRIBUTES } from '../core/search-attributes.js';
import { packageRoot } from '../io/files/package-root.js';
import { VERSITYGW } from '../io/tools/versitygw.js';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const text = (name: string): string => readFileSync(join(packageRoot().folder, 'deploy', name), 'utf8');
const compose = parse(text('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};
const services = Object.entries(compose.services);

describe('deploy/compose.yaml', () => {
  it('has no password in it, and opens ports to this machine alone', () => {
    const secrets = services.flatMap(([, { environment = {} }]) =>
      Object.entries(environment).filter(([name]) => /PASSWORD|PWD|SECRET|ACCESS_KEY/.test(name)),
    );
    expect(secrets.length).toBeGreaterThan(5);
    expect(secrets.filter(([, value]) => !/^\$\{\w+:\?[^}]+\}$/.test(String(value)))).toEqual([]);
    expect(services.flatMap(([, { ports = [] }]) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual(
      [],
    );
  });

  it('pins every image, and the S3 server that the tests run', () => {
    expect(services.filter(([, { image }]) => !/:v?\d+\.\d+/.test(image)).map(([name]) => name)).toEqual([]);
    expect(compose.services['s3']?.image).toBe(`versity/versitygw:v${VERSITYGW.version}`);
    expect(compose.services['evaluate']?.image).toBe(`ominus:${packageRoot().version}`);
  });

  it('waits only for services that it has, and that say when they are there', () => {
    for (const [name, { depends_on: needs = {} }] of services) {
      for (const [other, { condition }] of Object.entries(needs)) {
        const service = compose.services[other];
        expect(service, `${name} waits for ${other}`).toBeDefined();
        expect(condition === 'service_healthy', name).toBe(service?.healthcheck !== undefined);
      }
    }
    const named = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    expect(named.filter((name) => /^\w+$/.test(name) && !Object.hasOwn(compose.volumes, name))).toEqual([]);
  });

  it('registers the search attributes that runs have', () => {
    const command = compose.services['attributes']?.command?.join(' ') ?? '';
    const registered = [...command.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name, type]) => [name, type]);
    expect(Object.fromEntries(registered)).toEqual(SEARCH_ATTRIBUTES);
  });

  it('starts commands that exist, with options that they have', async () => {
    const worker = await COMMANDS.find(({ name }) => name === 'worker')?.load();
    const options = worker?.options.map(({ long }) => long) ?? [];
    for (const name of ['control', 'evaluate']) {
      const [command, ...args] = compose.services[name]?.command ?? [];
      expect(command).toBe('worker');
      expect(args.filter((arg) => arg.startsWith('--') && !options.includes(arg))).toEqual([]);
    }
  });
});

describe('deploy/Dockerfile', () => {
  it('builds on the Node that the project is tested with, and runs as nobody in particular', () => {
    const file = text('Dockerfile');
    expect(file.match(/^FROM node:20\./gm)).toHaveLength(2);
    expect(file).toMatch(/^USER \d+:\d+$/m);
    expect(file).toContain('ONNXRUNTIME_NODE_INSTALL=skip npm install');
  });
});
