/** The S3 client: where it connects to, how long it waits, and what its errors mean. Shared by the store and by sources. */
import { S3Client, S3ServiceException, type S3ClientConfig } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { errorMessage, OminusError } from '../../core/errors.js';
import type { Environment } from '../files/folders.js';
import { withoutSecrets } from '../files/safe-uri.js';
import { systemErrorCode } from '../files/system-error.js';

/** Time limits and retries of one call. */
export interface S3Limits {
  /** Milliseconds until a connection must stand. */
  readonly connectMs: number;
  /** Milliseconds until an answer must begin; sending a part of 8 MiB must fit in, at 140 kB/s it does. */
  readonly answerMs: number;
  /** Milliseconds without a single byte, in either direction. */
  readonly idleMs: number;
  /** Tries in all; 8 with the SDK's backoff ride out an outage of a second or two and give up within about 13 s. */
  readonly attempts: number;
}

const LIMITS: S3Limits = { connectMs: 5000, answerMs: 60_000, idleMs: 30_000, attempts: 8 };

/** How to reach S3; the standard AWS environment by default. */
export interface S3Options {
  readonly env?: Environment;
  readonly limits?: Partial<S3Limits>;
}

/** A bucket and a prefix without slashes at its ends; the prefix may be empty. */
export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
}

/**
 * Reads `s3://bucket/prefix`.
 *
 * @throws OminusError `USAGE` when it is anything else; credentials in the URI are refused and not repeated
 */
export function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^?#]*))?$/.exec(uri);
  const prefix = (match?.[2] ?? '').replace(/^\/+|\/+$/g, '');
  if (match === null || prefix.split('/').some((part) => part === '.' || part === '..')) {
    throw new OminusError('USAGE', {
      message: `not an S3 location [uri=${withoutSecrets(uri)}]`,
      hint: 'Write s3://bucket/prefix; region, endpoint and credentials come from the AWS environment variables.',
    });
  }
  return { bucket: match[1] ?? '', prefix };
}

/** The endpoint that the environment names, if any; without one the SDK goes to AWS. */
export function s3Endpoint(env: Environment): string | undefined {
  return [env['OMINUS_S3_ENDPOINT'], env['AWS_ENDPOINT_URL_S3'], env['AWS_ENDPOINT_URL']].find(Boolean);
}

/**
 * A client for the endpoint, region and credentials of the environment (`OMINUS_S3_ENDPOINT`, `AWS_*`, profiles).
 *
 * @throws OminusError `USAGE` when the endpoint is no URL
 */
export function createS3Client(options: S3Options = {}): S3Client {
  const env = options.env ?? process.env;
  const limits = { ...LIMITS, ...options.limits };
  const endpoint = s3Endpoint(env);
  if (endpoint !== undefined && !/^https?:\/\/[^@]+$/.test(endpoint)) {
    throw new OminusError('USAGE', {
      message: `not an S3 endpoint [endpoint=${withoutSecrets(endpoint)}]`,
      hint: 'Write http://host:port or https://host in OMINUS_S3_ENDPOINT.',
    });
  }
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? (endpoint === undefined ? undefined : 'us-east-1');
  const accessKeyId = env['AWS_ACCESS_KEY_ID'];
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
  const sessionToken = env['AWS_SESSION_TOKEN'];
  // Which Node versions its next releases will need is news for this package's maintainers, not for its users.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const config: S3ClientConfig = {
    maxAttempts: limits.attempts,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: limits.connectMs,
      requestTimeout: limits.answerMs,
      socketTimeout: limits.idleMs,
      throwOnRequestTimeout: true,
      logger: SILENT,
    }),
    logger: SILENT,
    // Only servers of one's own need it, and they rarely have a DNS name per bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(region !== undefined && { region }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  };
  return new S3Client(config);
}

const nothing = (): void => undefined;
/** The SDK's warnings (a busy connection pool) would otherwise land in the middle of a progress display. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Whether the answer says that there is no such object. A wrong access key or bucket may be answered with 404 as well,
 * so only these names count; a HEAD answer has no body to tell them apart and must be confirmed by a GET.
 */
export function isNoSuchKey(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound');
}

/** The HTTP status of an answer, or undefined when none came. */
export function httpStatus(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** Statuses that another try may change: timeout, conflict, too many requests. */
const TRANSIENT_STATUSES: readonly (number | undefined)[] = [408, 409, 429];

/**
 * What an S3 error means: a definite refusal (4xx, no credentials) is `STORE_DENIED`, everything else, which the client
 * has already tried several times, `STORE_UNREACHABLE`.
 *
 * @param doing - what failed, on what: `cannot read [bucket=b, key=k]`
 */
export function s3Error(doing: string, error: unknown): OminusError {
  if (error instanceof OminusError) {
    return error;
  }
  const status = httpStatus(error);
  const name = error instanceof Error ? error.name : 'Error';
  const message = `${doing}: ${describe(error, name, status)}`;
  // The SDK's own error holds the request with all its headers, a session token among them; it must reach no log.
  const cause = new Error(errorMessage(error));
  if (name === 'NoSuchBucket') {
    return new OminusError('STORE_DENIED', { message, hint: 'Create the bucket, or correct its name.', cause });
  }
  if (name === 'CredentialsProviderError') {
    const hint = 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.';
    return new OminusError('STORE_DENIED', { message, hint, cause });
  }
  if (error instanceof Error && error.message === 'Region is missing') {
    return new OminusError('STORE_DENIED', { message, hint: 'Set AWS_REGION.', cause });
  }
  if (status !== undefined && status >= 300 && status < 500 && !TRANSIENT_STATUSES.includes(status)) {
    const hint = 'Check the access key, its secret, its permissions on the bucket, and the region.';
    return new OminusError('STORE_DENIED', { message, hint, cause });
  }
  const hint = 'Check the endpoint and the network, then run the same command again.';
  return new OminusError('STORE_UNREACHABLE', { message, hint, cause });
}

/** Name, status and text of an error; a refused connection to a name with two addresses has a code and no text. */
function describe(error: unknown, name: string, status: number | undefined): string {
  const kind = status === undefined ? (systemErrorCode(error) ?? name) : `${name} (HTTP ${String(status)})`;
  const [line = ''] = errorMessage(error).split('\n');
  return line === '' || line === kind ? kind : `${kind}: ${line}`;
}
