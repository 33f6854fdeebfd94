/**
 * ONNX models as values, and their bytes. Only what a graph builder needs; field numbers from
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (they never change).
 */
import { ProtobufWriter } from './protobuf.js';

/** Element types by their number in onnx.proto. */
export const ELEMENT_TYPE = { float32: 1, int64: 7, bool: 9, float16: 10, float64: 11, bfloat16: 16 } as const;
/** Name of an element type. */
export type ElementType = keyof typeof ELEMENT_TYPE;

/** Value of a node's attribute. */
export type Attribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly text: string };

/** One operation; `''` among the inputs marks an absent optional one. */
export interface NodeProto {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A graph input or output; a text among the dimensions is a symbol. */
export interface ValueProto {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}

/** A constant: its bytes, or where they are in a file (`location` is relative to a folder given to the runtime). */
export interface InitializerProto {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly data:
    { readonly raw: Uint8Array } | { readonly location: string; readonly offset: number; readonly length: number };
}

/** A whole model. */
export interface ModelProto {
  /** Operator set by domain; `''` is the default one. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly graphName: string;
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly ValueProto[];
  readonly outputs: readonly ValueProto[];
  readonly initializers: readonly InitializerProto[];
}

/** IR version 10: the newest that every operator set up to 23 works with. */
const IR_VERSION = 10;
/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, text: 3, ints: 7 } as const;
/** TensorProto.DataLocation.EXTERNAL. */
const EXTERNAL = 1;

/** The bytes of a model (`ModelProto` of onnx.proto). */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = new ProtobufWriter().int(1, IR_VERSION).string(2, 'ominus');
  writer.message(7, (graph) => {
    for (const node of model.nodes) {
      graph.message(1, (w) => {
        writeNode(w, node);
      });
    }
    graph.string(2, model.graphName);
    for (const initializer of model.initializers) {
      graph.message(5, (w) => {
        writeInitializer(w, initializer);
      });
    }
    writeValues(graph, 11, model.inputs);
    writeValues(graph, 12, model.outputs);
  });
  for (const [domain, version] of Object.entries(model.opsets)) {
    writer.message(8, (opset) => opset.string(1, domain).int(2, version));
  }
  return writer.finish();
}

function writeNode(writer: ProtobufWriter, node: NodeProto): void {
  for (const input of node.inputs) {
    writer.string(1, input);
  }
  for (const output of node.outputs) {
    writer.string(2, output);
  }
  writer.string(3, node.name).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) {
    writer.message(5, (w) => {
      writeAttribute(w, name, value);
    });
  }
}

function writeAttribute(writer: ProtobufWriter, name: string, value: Attribute): void {
  writer.string(1, name);
  if ('float' in value) {
    writer.float(2, value.float).int(20, ATTRIBUTE_TYPE.float);
  } else if ('int' in value) {
    writer.int(3, value.int).int(20, ATTRIBUTE_TYPE.int);
  } else if ('text' in value) {
    writer.string(4, value.text).int(20, ATTRIBUTE_TYPE.text);
  } else {
    for (const item of value.ints) {
      writer.int(8, item);
    }
    writer.int(20, ATTRIBUTE_TYPE.ints);
  }
}

function writeInitializer(writer: ProtobufWriter, initializer: InitializerProto): void {
  for (const dim of initializer.dims) {
    writer.int(1, dim);
  }
  writer.int(2, ELEMENT_TYPE[initializer.type]).string(8, initializer.name);
  if ('raw' in initializer.data) {
    writer.bytes(9, initializer.data.raw);
    return;
  }
  const { location, offset, length } = initializer.data;
  for (const [key, value] of Object.entries({ location, offset: String(offset), length: String(length) })) {
    writer.message(13, (entry) => entry.string(1, key).string(2, value));
  }
  writer.int(14, EXTERNAL);
}

function writeValues(writer: ProtobufWriter, field: number, values: readonly ValueProto[]): void {
  for (const value of values) {
    writer.message(field, (info) => {
      info.string(1, value.name).message(2, (type) =>
        type.message(1, (tensor) =>
          tensor.int(1, ELEMENT_TYPE[value.type]).message(2, (shape) => {
            for (const dim of value.shape) {
              shape.message(1, (d) => (typeof dim === 'number' ? d.int(1, dim) : d.string(2, dim)));
            }
          }),
        ),
      );
    });
  }
}
