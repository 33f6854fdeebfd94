/** Errors on their way through Temporal: ours become application failures, and come back as ours. */
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  ApplicationFailure,
  CancelledFailure,
  TemporalFailure,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { ERROR_CODES, errorMessage, OminusError, type ErrorCode } from '../../core/errors.js';
import { GRPC, grpcStatus } from './grpc-status.js';

/** How Temporal marks a workflow that does not do what its history says. */
const NONDETERMINISM = /TMPRL1100/;
/** Temporal refuses failures of megabytes; a longer message would not be read either. */
const MESSAGE_LENGTH = 4_000;

/** What travels as the first detail of an application failure. */
interface FailureDetail {
  readonly hint?: string;
  readonly [key: string]: string | number | boolean | undefined;
}

/**
 * What an activity throws: an {@link OminusError} becomes an application failure whose type is its code and which is
 * retried as the code table says; cancellation passes unchanged; anything else may be retried.
 *
 * @param options.isLast - it was tried often enough: not retried whatever the table says
 * @param options.where - the machine, and what it was at work on, in words
 */
export function toApplicationFailure(
  error: unknown,
  options: { readonly isLast?: boolean; readonly where?: { readonly host: string; readonly title?: string } } = {},
): Error {
  if (error instanceof TemporalFailure || isAbort(error)) {
    return error; // cancellation among them: the SDK must see it as it is
  }
  if (error instanceof OminusError) {
    const detail: FailureDetail = {
      ...options.where,
      ...error.details,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
    return ApplicationFailure.create({
      type: error.code,
      nonRetryable: !error.retryable || options.isLast === true,
      message: error.message.slice(0, MESSAGE_LENGTH),
      details: [detail],
      // The server keeps only some kilobytes of a failure, and drops its message and its code with the rest: a stack for each
      // cause would be too much. A fault of ours alone needs one.
      ...(error.code === 'INTERNAL' ? { cause: error } : {}),
      // whoever asks next may have it: nothing is won by waiting longer and longer
      ...(error.code === 'SOURCE_MISSING' ? { nextRetryDelay: '1s' } : {}),
    });
  }
  return ApplicationFailure.create({
    type: error instanceof Error ? error.name : 'Error',
    nonRetryable: options.isLast === true,
    message: errorMessage(error).slice(0, MESSAGE_LENGTH),
    ...(options.where === undefined ? {} : { details: [options.where] }),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

function isAbort(error: unknown): error is Error {
  return error instanceof Error && error.name === 'AbortError';
}

/** What a client sees, as one of our errors: the innermost one with a code, else what Temporal itself says. */
export function fromFailure(error: unknown): OminusError {
  const chain = causes(error);
  for (const link of chain) {
    if (link instanceof OminusError) {
      return link;
    }
    if (link instanceof ApplicationFailure && isErrorCode(link.type)) {
      const { hint, ...details } = detailOf(link);
      return new OminusError(link.type, {
        message: link.message,
        ...(typeof hint === 'string' ? { hint } : {}),
        details,
        cause: error,
      });
    }
  }
  const [code, message, hint] = temporalsOwn(chain, error);
  return new OminusError(code, { message, ...(hint === undefined ? {} : { hint }), cause: error });
}

function temporalsOwn(chain: readonly unknown[], error: unknown): [ErrorCode, string, string?] {
  if (chain.some((link) => link instanceof CancelledFailure)) {
    return ['CANCELLED', 'the run was cancelled'];
  }
  if (chain.some((link) => link instanceof TerminatedFailure)) {
    return ['RUN_FAILED', 'the run was terminated', 'Run the same command again: finished results are kept.'];
  }
  if (chain.some((link) => link instanceof WorkflowNotFoundError)) {
    return ['RUN_NOT_FOUND', errorMessage(error), 'Run `ominus status` to list the runs on the server.'];
  }
  if (chain.some(isUnavailable)) {
    return ['SERVER_UNREACHABLE', `the Temporal server does not answer: ${innermost(chain)}`, 'Run `ominus doctor`.'];
  }
  const elsewhere = chain.map(errorMessage).find((message) => NONDETERMINISM.test(message));
  if (elsewhere !== undefined) {
    return [
      'INTERNAL',
      `the workflow does not match its history: ${elsewhere}`,
      'Run the same command again: a new run reuses finished results from the store.',
    ];
  }
  const timeout = chain.find((link) => link instanceof TimeoutFailure);
  return ['RUN_FAILED', timeout === undefined ? innermost(chain) : `a timeout expired: ${timeout.message}`];
}

function isUnavailable(error: unknown): boolean {
  const status = grpcStatus(error);
  return status === GRPC.unavailable || status === GRPC.deadlineExceeded;
}

/** The innermost cause says what happened; the outer ones only where. */
function innermost(chain: readonly unknown[]): string {
  return errorMessage(chain.at(-1));
}

/** The error and its causes, outermost first; cycles end the walk. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let link = error; link !== undefined && !chain.includes(link);) {
    chain.push(link);
    link = link instanceof Error ? link.cause : undefined;
  }
  return chain;
}

function isErrorCode(type: string | null | undefined): type is ErrorCode {
  return typeof type === 'string' && Object.hasOwn(ERROR_CODES, type);
}

/** The plain facts among what came over the wire, which another version may have written. */
function detailOf(failure: ApplicationFailure): Record<string, string | number | boolean> {
  const [first] = failure.details ?? [];
  const entries = typeof first === 'object' && first !== null ? Object.entries(first) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string | number | boolean] =>
      ['string', 'number', 'boolean'].includes(typeof entry[1]),
    ),
  );
}
