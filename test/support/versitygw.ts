/** A real S3 server of this test run's own: versitygw over a temporary folder. */
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../io/files/folders.js';
import { createS3Client } from '../../io/store/s3-client.js';
import { provideTool } from '../../io/tools/tool.js';
import { VERSITYGW } from '../../io/tools/versitygw.js';
import { freePort } from './free-port.js';
import { needsSetUp } from './needs-set-up.js';

const START_ATTEMPTS = 3;
const START_TIMEOUT_MS = 20_000;

export class TestS3Server {
  readonly port: number;
  /** What a user would set to reach this server. */
  readonly env: Environment;
  readonly bucket = 'test-bucket';
  /** The bucket as files on this disk. */
  readonly bucketFolder: string;
  readonly #folder: string;
  readonly #binary: string;
  #process: ChildProcess | undefined;

  constructor(binary: string, folder: string, port: number) {
    this.#binary = binary;
    this.#folder = folder;
    this.port = port;
    this.bucketFolder = join(folder, this.bucket);
    this.env = {
      OMINUS_S3_ENDPOINT: `http://127.0.0.1:${String(port)}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'tester',
      AWS_SECRET_ACCESS_KEY: randomBytes(16).toString('hex'),
    };
  }

  async start(): Promise<void> {
    const { AWS_ACCESS_KEY_ID: access = '', AWS_SECRET_ACCESS_KEY: secret = '' } = this.env;
    const address = `127.0.0.1:${String(this.port)}`;
    const args = ['--access', access, '--secret', secret, '--region', 'us-east-1', '--port', address, '--quiet'];
    const child = spawn(this.#binary, [...args, '--health', '/health', 'posix', this.#folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`versitygw did not start: ${output}`);
      }
      if (
        await fetch(`http://${address}/health`).then(
          ({ ok }) => ok,
          () => false,
        )
      ) {
        return;
      }
      await delay(20);
    }
  }

  /** Ends the server with -9, as an outage; `start` brings it back with all that it had. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a server with one empty bucket; versitygw itself is fetched on first use. Call `close` at the end. */
export async function startS3Server(): Promise<TestS3Server> {
  needsSetUp();
  const binary = await provideTool(VERSITYGW);
  for (let attempt = 1; ; attempt++) {
    const server = new TestS3Server(binary, await mkdtemp(join(tmpdir(), 'ominus-s3-')), await freePort());
    try {
      await server.start();
      await createS3Client({ env: server.env }).send(new CreateBucketCommand({ Bucket: server.bucket }));
      return server;
    } catch (error) {
      await server.close();
      // Somebody else may have taken the port meanwhile.
      if (attempt === START_ATTEMPTS) {
        throw error;
      }
    }
  }
}
