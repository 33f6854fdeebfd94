/** Every error that a user can meet has a code; the table says what the engine and the command line do about it. */
import { escapedLines } from './foreign-text.js';

/** Exit codes of the command line. */
export const EXIT = { done: 0, failed: 1, invalid: 2, unreachable: 3, interrupted: 130 } as const;

interface CodeEntry {
  /** May the same call succeed later although nothing was changed? Temporal retries only these. */
  readonly retryable: boolean;
  /** Exit code of the command. */
  readonly exit: number;
}

const invalid: CodeEntry = { retryable: false, exit: EXIT.invalid };
const failed: CodeEntry = { retryable: false, exit: EXIT.failed };
const transient: CodeEntry = { retryable: true, exit: EXIT.failed };
const unreachable: CodeEntry = { retryable: true, exit: EXIT.unreachable };

/** The code table: one line per code; docs/errors.md has one heading per code (a test compares the two). */
export const ERROR_CODES = {
  // the user's input
  USAGE: invalid,
  SPEC_INVALID: invalid,
  EXPRESSION_INVALID: invalid,
  FILE_NOT_FOUND: invalid,
  FILE_UNREADABLE: invalid,
  DATA_INVALID: invalid,
  SAFETENSORS_INVALID: invalid,
  ADAPTER_INVALID: invalid,
  ADAPTER_UNSUPPORTED: invalid,
  ADAPTER_MISMATCH: invalid,
  MODEL_INVALID: invalid,
  MODEL_UNSUPPORTED: invalid,
  TOKENIZER_INVALID: invalid,
  CLASSIFIER_INVALID: invalid,
  DIGEST_MISMATCH: invalid,
  SOURCE_CHANGED: invalid,
  // another worker may have it: Temporal gives the work to whoever asks next
  SOURCE_MISSING: { retryable: true, exit: EXIT.invalid },
  OUTPUT_EXISTS: invalid,
  OUTPUT_FORBIDDEN: invalid,
  // what came out
  OVERFLOW: failed,
  VERIFY_FAILED: failed,
  SHAPE_MISMATCH: failed,
  RUN_CONFLICT: failed,
  RUN_NOT_FOUND: failed,
  RUN_FAILED: failed,
  CANCELLED: failed,
  INTERRUPTED: { retryable: false, exit: EXIT.interrupted },
  INTERNAL: failed,
  // the environment
  ARTIFACT_DAMAGED: transient,
  INPUT_LOST: failed,
  INFERENCE_CRASHED: transient,
  OUT_OF_MEMORY: transient,
  SYSTEM_REFUSED: unreachable,
  DEVICE_UNAVAILABLE: { retryable: false, exit: EXIT.unreachable },
  STORE_UNREACHABLE: unreachable,
  STORE_DENIED: { retryable: false, exit: EXIT.unreachable },
  HUB_UNREACHABLE: unreachable,
  SERVER_UNREACHABLE: unreachable,
  WORKER_MISSING: unreachable,
  SERVER_BINARY_MISSING: { retryable: false, exit: EXIT.unreachable },
} as const satisfies Record<string, CodeEntry>;

/** One of the codes of the table. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Codes that Temporal must not retry; the same table as everywhere. */
export const NON_RETRYABLE_CODES: readonly ErrorCode[] = (Object.keys(ERROR_CODES) as ErrorCode[]).filter(
  (code) => !ERROR_CODES[code].retryable,
);

/** What an {@link OminusError} is made of. */
export interface OminusErrorOptions {
  /** What failed, on what `[key=value]`, expected against got. One line. */
  readonly message: string;
  /** What to do about it: one imperative sentence. */
  readonly hint?: string;
  /** Small, plain facts for programs; never secrets. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/** The one error class: a code, a message of one line, a hint. Control characters of what they quote are escaped. */
export class OminusError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, options: OminusErrorOptions) {
    super(escapedLines(options.message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OminusError';
    this.code = code;
    this.hint = options.hint === undefined ? undefined : escapedLines(options.hint);
    this.details = options.details ?? {};
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** The error's code if it is ours (also across module copies), else undefined. */
export function errorCode(error: unknown): ErrorCode | undefined {
  if (error instanceof Error && error.name === 'OminusError' && 'code' in error && typeof error.code === 'string') {
    return error.code in ERROR_CODES ? (error.code as ErrorCode) : undefined;
  }
  return undefined;
}

/** An error on its way to another process or thread: without its stack and its cause. */
export interface WireError {
  readonly code: ErrorCode;
  /** One line. */
  readonly message: string;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** What goes over the wire of whatever was thrown; what is not ours is `INTERNAL`. */
export function toWire(error: unknown): WireError {
  const { hint, details } = error instanceof OminusError ? error : { hint: undefined, details: {} };
  return { code: errorCode(error) ?? 'INTERNAL', message: errorMessage(error).split('\n')[0] ?? '', hint, details };
}

/** The error that {@link toWire} was given, as far as it went over the wire. */
export function fromWire({ code, message, hint, details }: WireError): OminusError {
  return new OminusError(code, { message, details, ...(hint === undefined ? {} : { hint }) });
}

/** The text of whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Fails where the types say that nothing can arrive. */
export function assertNever(value: never): never {
  throw new OminusError('INTERNAL', { message: `unexpected value ${JSON.stringify(value)}` });
}
