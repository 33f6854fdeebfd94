/** What onnxruntime throws, as our errors: one line each, with what to do. */
import { OminusError, errorMessage } from '../../core/errors.js';
import { providerProblem } from './provider-library.js';
import type { Device } from './types.js';

/** Longest text of onnxruntime that is passed on. */
const MOST_CHARACTERS = 300;

/** What to do about a device that is there in parts, by what onnxruntime says; the first that fits. */
const DEVICE_HINTS: readonly (readonly [RegExp, string])[] = [
  [/driver version is insufficient/i, "Install or update NVIDIA's driver; CUDA 13 needs 580 or later."],
  [
    /no CUDA-capable device/i,
    'Check with nvidia-smi that a GPU is visible; containers and CUDA_VISIBLE_DEVICES can hide it.',
  ],
  [/no kernel image/i, 'Use another GPU: this build of onnxruntime has no code for this one.'],
];
const DEVICE_HINT = 'ominus doctor shows which devices work here; --device cpu always does.';

/** A failure of the device itself, not of the model: CUDA and its libraries name themselves. */
const DEVICE_FAILURE = /\b(?:CUDA|CUBLAS|CUBLASLT|CUDNN|CURAND|CUFFT) (?:failure|error)\b/i;
/** Failures that every other attempt on this machine would meet, too. */
const DEVICE_UNFIT = /no kernel image|driver version is insufficient|no CUDA-capable device|unsupported toolchain/i;

/**
 * An error of loading a graph: `OUT_OF_MEMORY`, `DEVICE_UNAVAILABLE`, or `invalid` when the graph is refused. onnxruntime
 * does not fall back to the CPU here: a device that was asked for and cannot be used is an error.
 */
export function loadError(
  error: unknown,
  device: Device,
  invalid: 'MODEL_INVALID' | 'CLASSIFIER_INVALID',
): OminusError {
  const text = oneLine(error);
  if (isOutOfMemory(text)) {
    return outOfMemory('while the model was loaded', error);
  }
  if (device !== 'cpu' && (DEVICE_FAILURE.test(text) || /provider|backend|adapter|libcud|cudnn|cublas/i.test(text))) {
    const problem = /failed to load shared library/i.test(text) ? providerProblem(device) : undefined;
    return unavailable(device, problem?.message ?? text, problem?.hint, error);
  }
  return new OminusError(invalid, { message: `onnxruntime cannot load the model: ${text}`, cause: error });
}

/**
 * An error of running a graph: `OUT_OF_MEMORY`, `DEVICE_UNAVAILABLE`, `INFERENCE_CRASHED` where the device failed in the
 * middle of the work, else `INTERNAL`.
 */
export function runError(error: unknown, device: Device): OminusError {
  const text = oneLine(error);
  if (isOutOfMemory(text)) {
    return outOfMemory('while a batch ran', error);
  }
  if (device !== 'cpu' && DEVICE_FAILURE.test(text)) {
    return DEVICE_UNFIT.test(text)
      ? unavailable(device, text, undefined, error)
      : new OminusError('INFERENCE_CRASHED', {
          message: `[device=${device}] failed: ${text}`,
          hint: "The next call starts a new process; if it happens again, check the driver's log.",
          cause: error,
        });
  }
  return new OminusError('INTERNAL', { message: `onnxruntime failed: ${text}`, cause: error });
}

function unavailable(device: Device, what: string, hint: string | undefined, cause: unknown): OminusError {
  return new OminusError('DEVICE_UNAVAILABLE', {
    message: `onnxruntime cannot use [device=${device}]: ${what}`,
    hint: hint ?? DEVICE_HINTS.find(([pattern]) => pattern.test(what))?.[1] ?? DEVICE_HINT,
    cause,
  });
}

function outOfMemory(when: string, cause: unknown): OminusError {
  return new OminusError('OUT_OF_MEMORY', {
    message: `out of memory ${when}: ${oneLine(cause)}`,
    hint: 'Use smaller batches, a smaller model, or a machine with more memory.',
    cause,
  });
}

function isOutOfMemory(text: string): boolean {
  return /bad_?alloc|bad allocation|out of memory|failed to allocate|smaller than requested bytes|alloc_failed|Array buffer allocation/i.test(
    text,
  );
}

/**
 * onnxruntime begins a failed check with its place and condition, and a failure of CUDA with two signatures in C++; it ends
 * the latter with its place. Its message is between them.
 */
function oneLine(error: unknown): string {
  const text = errorMessage(error).replace(/\s+/g, ' ').trim();
  const failure = /\b(?:CUDA|CU[A-Z]+) failure \d+: [^;]*[^; ]/.exec(text)?.[0];
  return (failure ?? text.replace(/^\S*onnxruntime\S* .* was false\. (?=.)/, '')).slice(0, MOST_CHARACTERS);
}
