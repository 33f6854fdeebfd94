/** The bytes of a model, read back by another protobuf implementation. */
import { describe, expect, it } from 'vitest';
import { encodeModel } from '../../../core/onnx/model-proto.js';
import { decodeModel } from './onnx-schema.js';

describe('encodeModel', () => {
  it('writes what protobufjs reads: nodes, attributes, inline and external tensors, shapes', () => {
    const bytes = encodeModel({
      opsets: { '': 21 },
      graphName: 'gräph',
      nodes: [
        {
          op: 'Op',
          name: 'n',
          inputs: ['x', '', 'w'],
          outputs: ['y'],
          attributes: {
            axis: { int: -1 },
            eps: { float: 1.5 },
            perm: { ints: [0, 2, 300, -7] },
            mode: { text: 'tanh' },
          },
        },
      ],
      inputs: [{ name: 'x', type: 'int64', shape: ['batch', 3] }],
      outputs: [{ name: 'y', type: 'float32', shape: [] }],
      initializers: [
        { name: 'c', type: 'float64', dims: [2], data: { raw: Uint8Array.of(1, 2, 3) } },
        {
          name: 'w',
          type: 'bfloat16',
          dims: [4096, 128],
          data: { location: 'a/b.safetensors', offset: 5_000_000_001, length: 1_048_576 },
        },
      ],
    });
    expect(decodeModel(bytes)).toEqual({
      ir_version: '10',
      producer_name: 'ominus',
      opset_import: [{ version: '21' }], // the default domain, which is empty
      graph: {
        name: 'gräph',
        node: [
          {
            op_type: 'Op',
            name: 'n',
            input: ['x', '', 'w'],
            output: ['y'],
            attribute: [
              { name: 'axis', i: '-1', type: 2 },
              { name: 'eps', f: 1.5, type: 1 },
              { name: 'perm', ints: ['0', '2', '300', '-7'], type: 7 },
              { name: 'mode', s: [116, 97, 110, 104], type: 3 },
            ],
          },
        ],
        input: [
          {
            name: 'x',
            type: { tensor_type: { elem_type: 7, shape: { dim: [{ dim_param: 'batch' }, { dim_value: '3' }] } } },
          },
        ],
        output: [{ name: 'y', type: { tensor_type: { elem_type: 1, shape: {} } } }],
        initializer: [
          { name: 'c', data_type: 11, dims: ['2'], raw_data: [1, 2, 3] },
          {
            name: 'w',
            data_type: 16,
            dims: ['4096', '128'],
            data_location: 1,
            external_data: [
              { key: 'location', value: 'a/b.safetensors' },
              { key: 'offset', value: '5000000001' },
              { key: 'length', value: '1048576' },
            ],
          },
        ],
      },
    });
  });
});
