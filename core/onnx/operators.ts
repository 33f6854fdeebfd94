/** The ONNX operators that graphs here are made of; a new one is added by name, so that nothing unforeseen reaches a graph. */

/** Operators through which gradients flow. */
type Differentiable =
  | 'Add'
  | 'Concat'
  | 'Gather'
  | 'GatherElements'
  | 'Gemm'
  | 'Identity'
  | 'LayerNormalization'
  | 'LogSoftmax'
  | 'MatMul'
  | 'Mul'
  | 'ReduceSum'
  | 'Relu'
  | 'Reshape'
  | 'Sigmoid'
  | 'SimplifiedLayerNormalization'
  | 'Softmax'
  | 'Split'
  | 'Squeeze'
  | 'Transpose'
  | 'Unsqueeze';

/** Operators that see ids, masks, shapes and element types alone, or whose result nothing is derived from. */
type IndexOnly = 'And' | 'ArgMax' | 'Cast' | 'LessOrEqual' | 'Range' | 'Shape' | 'Sub' | 'Where';

/** Name of an operator of the default ONNX domain. */
export type Operator = Differentiable | IndexOnly;
