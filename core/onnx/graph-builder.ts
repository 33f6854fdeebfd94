/** A thin typed layer over the ONNX structures: fresh names, small constants, weights by reference. */
import { OminusError } from '../errors.js';
import { shapeText } from '../foreign-text.js';
import { encodeModel, ELEMENT_TYPE } from './model-proto.js';
import type { Attribute, ElementType, InitializerProto, NodeProto, ValueProto } from './model-proto.js';
import type { Operator } from './operators.js';

/** A value of the graph (its name). */
export type Value = string;
/** Attributes of a node. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** A weight in a file; building a graph does not read it. */
export interface WeightLocation {
  readonly type: 'float32' | 'float16' | 'bfloat16';
  readonly shape: readonly number[];
  /** Relative to the folder that the runtime is told. */
  readonly location: string;
  /** Bytes from the start of the file; may exceed 4 GiB. */
  readonly offset: number;
  readonly length: number;
}

/** Operator set 21: the newest whose every operator used here the CPU and CUDA providers have. */
const OPSETS = { '': 21 } as const;

/** A node whose operator is one of those that are used here. */
export interface GraphNode extends NodeProto {
  readonly op: Operator;
}

/** A graph to be read: what computes what, from which inputs and constants. */
export interface Graph {
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
  /** Weights and constants by name. */
  readonly initializers: ReadonlyMap<string, InitializerProto>;
}

/** Collects nodes in the order of the calls, which is a topological order. */
export class GraphBuilder implements Graph {
  readonly #nodes: GraphNode[] = [];
  readonly #inputs: ValueProto[] = [];
  readonly #outputs: ValueProto[] = [];
  readonly #initializers = new Map<string, InitializerProto>();
  readonly #casts = new Map<string, Value>();
  readonly #weights: ReadonlyMap<string, WeightLocation>;
  #counter = 0;

  /** @param weights - the checkpoint's tensors by name */
  constructor(weights: ReadonlyMap<string, WeightLocation> = new Map()) {
    this.#weights = weights;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  get inputs(): readonly ValueProto[] {
    return this.#inputs;
  }

  get outputs(): readonly ValueProto[] {
    return this.#outputs;
  }

  get initializers(): ReadonlyMap<string, InitializerProto> {
    return this.#initializers;
  }

  input(name: string, type: ElementType, shape: readonly (number | string)[]): Value {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  output(name: string, from: Value, type: ElementType, shape: readonly (number | string)[]): void {
    this.#nodes.push({ op: 'Identity', name: `output/${name}`, inputs: [from], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, shape });
  }

  /** A node with one output. */
  op(op: Operator, inputs: readonly Value[], attributes: Attributes = {}): Value {
    const name = this.#fresh(op);
    this.#nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  /** Halves along the last axis. */
  halves(x: Value): readonly [Value, Value] {
    const name = this.#fresh('Split');
    const outputs = [`${name}.0`, `${name}.1`] as const;
    this.#nodes.push({
      op: 'Split',
      name,
      inputs: [x],
      outputs,
      attributes: { axis: { int: -1 }, num_outputs: { int: 2 } },
    });
    return outputs;
  }

  /** Parts of the given sizes along the last axis, which they fill. */
  split(x: Value, sizes: readonly number[]): readonly Value[] {
    const name = this.#fresh('Split');
    const outputs = sizes.map((_, part) => `${name}.${String(part)}`);
    this.#nodes.push({ op: 'Split', name, inputs: [x, this.ints(sizes)], outputs, attributes: { axis: { int: -1 } } });
    return outputs;
  }

  cast(x: Value, to: ElementType): Value {
    return this.op('Cast', [x], { to: { int: ELEMENT_TYPE[to] } });
  }

  unsqueeze(x: Value, ...axes: readonly number[]): Value {
    return this.op('Unsqueeze', [x, this.ints(axes)]);
  }

  /** A constant int64 vector (shapes, axes). */
  ints(values: readonly number[]): Value {
    const data = BigInt64Array.from(values, BigInt);
    return this.#constant(`ints[${values.join()}]`, 'int64', [values.length], data);
  }

  /** A constant int64 scalar. */
  int(value: number): Value {
    return this.#constant(`int:${String(value)}`, 'int64', [], BigInt64Array.of(BigInt(value)));
  }

  /** A constant float32 scalar. */
  scalar(value: number): Value {
    return this.#constant(`scalar:${String(value)}`, 'float32', [], Float32Array.of(value));
  }

  has(weight: string): boolean {
    return this.#weights.has(weight);
  }

  /**
   * A weight as float32: an initializer that points into its file, with one shared Cast where it is stored in half
   * precision (the runtime folds that Cast once, while it loads, on every device).
   *
   * @throws OminusError `MODEL_INVALID` when the checkpoint lacks it or its shape is not the expected one
   */
  weight(name: string, shape: readonly number[]): Value {
    const stored = this.#weights.get(name);
    if (stored === undefined) {
      throw new OminusError('MODEL_INVALID', {
        message: `the checkpoint has no tensor [name=${name}]; config.json asks for [shape=${shape.join('×')}]`,
        hint: 'Check that every shard of the checkpoint is there and that config.json belongs to it.',
      });
    }
    if (stored.shape.length !== shape.length || stored.shape.some((size, axis) => size !== shape[axis])) {
      throw new OminusError('MODEL_INVALID', {
        message: `tensor [name=${name}] has shape ${shapeText(stored.shape, '×')}, but config.json asks for ${shape.join('×')}`,
        hint: 'Check that config.json belongs to this checkpoint.',
      });
    }
    const { type, location, offset, length } = stored;
    this.#initializers.set(name, { name, type, dims: shape, data: { location, offset, length } });
    if (type === 'float32') {
      return name;
    }
    const known = this.#casts.get(name);
    const cast = known ?? this.cast(name, 'float32');
    this.#casts.set(name, cast);
    return cast;
  }

  /** Checkpoint tensors that no node uses so far. */
  unusedWeights(): readonly string[] {
    return [...this.#weights.keys()].filter((name) => !this.#initializers.has(name));
  }

  encode(graphName: string): Uint8Array {
    return encodeModel({
      opsets: OPSETS,
      graphName,
      nodes: this.#nodes,
      inputs: this.#inputs,
      outputs: this.#outputs,
      initializers: [...this.#initializers.values()],
    });
  }

  #fresh(stem: string): Value {
    return `${stem}_${String(this.#counter++)}`;
  }

  #constant(name: string, type: ElementType, dims: readonly number[], data: BigInt64Array | Float32Array): Value {
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.set(name, { name, type, dims, data: { raw } });
    return name;
  }
}
