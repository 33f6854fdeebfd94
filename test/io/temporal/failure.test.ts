import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  RetryState,
  TerminatedFailure,
  TimeoutFailure,
} from '@temporalio/common';
import { expect, test } from 'vitest';
import { ERROR_CODES, OminusError, type ErrorCode } from '../../../core/errors.js';
import { fromFailure, toApplicationFailure } from '../../../io/temporal/failure.js';

const converter = new DefaultFailureConverter();

/** What a client receives for what an activity threw: encoded by the worker, wrapped, decoded by the client. */
function throughTemporal(thrown: Error): WorkflowFailedError {
  const activity = new ActivityFailure(
    'Activity task failed',
    'runNode',
    '1',
    RetryState.NON_RETRYABLE_FAILURE,
    'w',
    thrown,
  );
  const failure = converter.errorToFailure(activity, defaultPayloadConverter);
  const decoded = converter.failureToError(failure, defaultPayloadConverter);
  return new WorkflowFailedError('Workflow execution failed', decoded, RetryState.NON_RETRYABLE_FAILURE);
}

test('every code comes back through Temporal with its message, hint and details, retryable as the table says', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    const error = new OminusError(code, {
      message: `it failed [x=${code}]`,
      hint: 'Do this.',
      details: { n: 1, s: 'a', b: true },
    });
    const thrown = toApplicationFailure(error);
    expect(thrown).toMatchObject({ type: code, nonRetryable: !ERROR_CODES[code].retryable });
    const back = fromFailure(throughTemporal(thrown));
    expect(back).toMatchObject({ code, message: error.message, hint: error.hint, details: error.details });
  }
});

test('cancellation and aborts pass unchanged, because the SDK tells them by what they are', () => {
  const aborted = Object.assign(new Error('aborted'), { name: 'AbortError' });
  for (const error of [new CancelledFailure('stop'), ApplicationFailure.create({ type: 'X' }), aborted]) {
    expect(toApplicationFailure(error)).toBe(error);
  }
});

test('an unknown error is retried, and ends as a failed run that names the innermost cause', () => {
  const thrown = toApplicationFailure(new TypeError('x is not a function'));
  expect(thrown).toMatchObject({ type: 'TypeError', nonRetryable: false });
  expect(fromFailure(throughTemporal(thrown))).toMatchObject({ code: 'RUN_FAILED' });
  expect(fromFailure(throughTemporal(thrown)).message).toContain('x is not a function');
  expect(toApplicationFailure('a text')).toMatchObject({ message: 'a text' });
});

test('a message of megabytes is cut before it crosses', () => {
  const long = new OminusError('INTERNAL', { message: 'x'.repeat(3_000_000) });
  expect(toApplicationFailure(long).message.length).toBeLessThan(10_000);
});

test("Temporal's own endings have codes", () => {
  const wrap = (cause: Error): Error => new WorkflowFailedError('failed', cause, undefined);
  expect(fromFailure(wrap(new CancelledFailure('c'))).code).toBe('CANCELLED');
  expect(fromFailure(wrap(new TerminatedFailure('t'))).message).toContain('terminated');
  expect(fromFailure(wrap(new TimeoutFailure('slow', undefined, 'HEARTBEAT'))).message).toContain('timeout expired');
  expect(fromFailure(new WorkflowNotFoundError('no such run', 'x', undefined)).code).toBe('RUN_NOT_FOUND');
  expect(fromFailure(grpcError(14)).code).toBe('SERVER_UNREACHABLE');
  expect(fromFailure(grpcError(3)).code).toBe('RUN_FAILED');
});

test('an application failure of somebody else with a strange type is no code of ours', () => {
  expect(fromFailure(ApplicationFailure.create({ type: 'toString', message: 'm' })).code).toBe('RUN_FAILED');
});

test('causes that go in circles end', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  expect(fromFailure(error)).toMatchObject({ code: 'RUN_FAILED', message: 'b' });
});

function grpcError(code: number): Error {
  return Object.assign(new Error('14 UNAVAILABLE'), { code, details: 'no connection', metadata: {} });
}

test('an error with a long chain of causes stays small enough for the server to keep it', () => {
  let cause = new Error('first');
  for (let i = 0; i < 20; i++) {
    cause = new Error(`cause ${String(i)}`, { cause });
  }
  const failure = toApplicationFailure(
    new OminusError('SOURCE_MISSING', { message: 'lacks it', hint: 'Copy it.', cause }),
  );
  const { cause: kept } = failure;
  expect(failure).toMatchObject({ type: 'SOURCE_MISSING', message: 'lacks it', details: [{ hint: 'Copy it.' }] });
  expect(kept).toBeUndefined();
});
