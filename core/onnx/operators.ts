/** The ONNX operators that graphs here are made of: no other compiles, so a reader of a graph meets only these. */

/** Operators between adapters and log-probabilities: each has a gradient. */
export const DIFFERENTIABLE = [
  'Add',
  'Concat',
  'Erf',
  'Gather',
  'GatherElements',
  'Gemm',
  'Identity',
  'LayerNormalization',
  'LogSoftmax',
  'MatMul',
  'Mul',
  'ReduceSum',
  'Relu',
  'Reshape',
  'Sigmoid',
  'SimplifiedLayerNormalization',
  'Softmax',
  'Split',
  'Squeeze',
  'Transpose',
  'Unsqueeze',
] as const;

/** Operators on ids, masks, shapes and element types, and on what nothing is derived from. */
export const INDEX_ONLY = ['And', 'ArgMax', 'Cast', 'LessOrEqual', 'Range', 'Shape', 'Sub', 'Where'] as const;

/** Name of an operator of the default ONNX domain. */
export type Operator = (typeof DIFFERENTIABLE)[number] | (typeof INDEX_ONLY)[number];
