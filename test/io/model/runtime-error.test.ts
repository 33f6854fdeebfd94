/** What onnxruntime 1.30 says of CUDA, recorded with stand-ins for its libraries on a machine without a GPU. */
import { describe, expect, it } from 'vitest';
import { loadError, runError } from '../../../io/model/runtime-error.js';

const SIGNATURE =
  'std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall(ERRTYPE, const char*, const char*, SUCCTYPE, const char*, const char*, int) [with ERRTYPE = cudaError; bool THRW = true; SUCCTYPE = cudaError; std::conditional_t<THRW, void, common::Status> = void]';
const PLACE = '/onnxruntime_src/onnxruntime/core/providers/cuda';

/** A failure as it is thrown: two signatures, what happened, where. */
function cudaFailure(what: string): Error {
  const place = `GPU=0 ; hostname=vm ; file=${PLACE}/cuda_execution_provider.cc ; line=352 ; expr=cudaSetDevice(info_.device_id); `;
  return new Error(
    `${PLACE}/cuda_call.cc:154 ${SIGNATURE} ${PLACE}/cuda_call.cc:146 ${SIGNATURE} ${what} ; ${place}\n\n`,
  );
}
const nodeFailure = (what: string): Error =>
  new Error(`Non-zero status code returned while running MatMul node. Name:'MatMul_0' Status Message: ${what}`);

describe('an error of loading a graph', () => {
  it('says of CUDA what happened, without signatures and host, and what to do', () => {
    expect(
      loadError(cudaFailure('CUDA failure 100: no CUDA-capable device is detected'), 'cuda', 'MODEL_INVALID'),
    ).toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: 'onnxruntime cannot use [device=cuda]: CUDA failure 100: no CUDA-capable device is detected',
      hint: expect.stringContaining('CUDA_VISIBLE_DEVICES') as string,
    });
    const old = 'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version';
    expect(loadError(cudaFailure(old), 'cuda', 'CLASSIFIER_INVALID')).toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: `onnxruntime cannot use [device=cuda]: ${old}`,
      hint: expect.stringContaining('driver') as string,
    });
  });

  it('is lack of memory where the device has none left', () => {
    expect(loadError(cudaFailure('CUDA failure 2: out of memory'), 'cuda', 'MODEL_INVALID')).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: 'out of memory while the model was loaded: CUDA failure 2: out of memory',
    });
  });

  it('is the graph otherwise, and always so on the CPU', () => {
    const broken = new Error('Protobuf parsing failed.');
    expect(loadError(broken, 'cuda', 'CLASSIFIER_INVALID')).toMatchObject({ code: 'CLASSIFIER_INVALID' });
    expect(loadError(cudaFailure('CUDA failure 100: no'), 'cpu', 'MODEL_INVALID')).toMatchObject({
      code: 'MODEL_INVALID',
    });
  });
});

describe('an error of running a graph', () => {
  it('is a device that is too small, which is not retried', () => {
    const text = 'CUDA error cudaErrorNoKernelImageForDevice:no kernel image is available for execution on the device';
    expect(runError(nodeFailure(text), 'cuda')).toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      retryable: false,
      hint: expect.stringContaining('another GPU') as string,
    });
  });

  it('is the process that must end where the device failed, for its state is lost', () => {
    for (const text of [
      'CUDA error cudaErrorIllegalAddress:an illegal memory access was encountered',
      'CUBLAS failure 14: CUBLAS_STATUS_INTERNAL_ERROR ; GPU=0 ; hostname=vm ; file=x.cc ; line=1 ; expr=y; ',
    ]) {
      const error = runError(nodeFailure(text), 'cuda');
      expect(error).toMatchObject({ code: 'INFERENCE_CRASHED', retryable: true });
      expect(error.message).toMatch(/^\[device=cuda\] failed: .*(illegal memory access|CUBLAS_STATUS_INTERNAL_ERROR)/);
      expect(error.message).not.toContain('hostname');
    }
  });

  it('is lack of memory in all the ways in which CUDA and its arena say so', () => {
    for (const text of [
      'CUDA error cudaErrorMemoryAllocation:out of memory',
      'CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; ',
      'Failed to allocate memory for requested buffer of size 4294967296',
      'Available memory of 1024 is smaller than requested bytes of 4096',
    ]) {
      expect(runError(nodeFailure(text), 'cuda')).toMatchObject({ code: 'OUT_OF_MEMORY' });
    }
  });

  it('is INTERNAL otherwise', () => {
    expect(runError(nodeFailure('indices element out of data bounds'), 'cuda')).toMatchObject({ code: 'INTERNAL' });
  });
});
