/**
 * Rotary position embeddings, rounded as transformers rounds them: frequencies and angles in float32.
 * Source: `modeling_rope_utils.py` and `LlamaRotaryEmbedding` of transformers 5.23.
 */
import { ConfigReader, unsupported } from '../decoder/config-reader.js';
import type { Positions } from '../decoder/decoder.js';
import type { Value } from '../graph-builder.js';

const f32 = Math.fround;

/** Inputs of the graph: cosines and sines, `[positions, turned features of a head]`. */
const TABLES = ['rope_cos', 'rope_sin'] as const;
/** Left over in old checkpoints: buffers that are computed, not learnt. */
const COMPUTED_BUFFER = /\.rotary_emb\.inv_freq$/;

/** How a family spells its rotary parameters in old files, where it turns only the first features of a head. */
export interface PartialRotary {
  /** Key of the base of the frequencies. */
  readonly theta: string;
  /** Key of the share of a head that is turned, and its value where config.json has none. */
  readonly share: string;
  readonly defaultShare: number;
}

/**
 * Queries and keys turned by their positions, as config.json says.
 *
 * @param partial - undefined for families that turn whole heads
 * @throws OminusError `MODEL_INVALID`; `MODEL_UNSUPPORTED` for scalings that depend on the running length, by name
 */
export function rotaryPositions(
  config: ConfigReader,
  { headDim, contextLength }: { readonly headDim: number; readonly contextLength: number },
  partial?: PartialRotary,
): Positions {
  const rope = readRope(config, { headDim, contextLength, partial });
  const turned = 2 * rope.frequencies.length;
  return {
    tables: { names: TABLES, width: turned, make: (positions) => ropeTables(rope, positions) },
    computed: COMPUTED_BUFFER,
    place({ g }, ids) {
      const rowsOf = (table: string): Value => {
        const rows = g.op('Gather', [g.input(table, 'float32', ['positions', turned]), ids]);
        return g.unsqueeze(rows, 1); // [batch, 1, seq, turned]
      };
      const cos = rowsOf(TABLES[0]);
      const sin = rowsOf(TABLES[1]);
      // x·cos + swap(x)·sin; the sign of rotate_half is in the table of sines
      const turn = (x: Value): Value => {
        const [first, second] = g.halves(x);
        const swapped = g.op('Concat', [second, first], { axis: { int: -1 } });
        return g.op('Add', [g.op('Mul', [x, cos]), g.op('Mul', [swapped, sin])]);
      };
      if (turned === headDim) {
        return { turn };
      }
      return {
        turn(x) {
          const [first = '', rest = ''] = g.split(x, [turned, headDim - turned]);
          return g.op('Concat', [turn(first), rest], { axis: { int: -1 } });
        },
      };
    },
  };
}

/** How one head's pairs of features turn with the position. */
interface Rope {
  /** Turns per position of each pair (radians), float32. */
  readonly frequencies: Float32Array;
}

/** Changes the plain frequencies; one entry per `rope_type` whose angles do not depend on the length of the text. */
type Scaling = (frequencies: Float32Array, parameters: ConfigReader, original: number) => Float32Array;

const SCALINGS: ReadonlyMap<string, Scaling> = new Map<string, Scaling>([
  ['default', (frequencies) => frequencies],
  ['linear', (frequencies, parameters) => frequencies.map((value) => value / parameters.positive('factor'))],
  ['llama3', scaleLlama3],
]);

/** Llama 3.1: long wavelengths are stretched by `factor`, short ones kept, those between blended. */
function scaleLlama3(frequencies: Float32Array, parameters: ConfigReader, original: number): Float32Array {
  const factor = parameters.positive('factor');
  const low = parameters.positive('low_freq_factor');
  const high = parameters.positive('high_freq_factor');
  if (high <= low) {
    throw parameters.wrong('high_freq_factor', 'a number above low_freq_factor');
  }
  return frequencies.map((value) => {
    const wavelength = f32((2 * Math.PI) / value);
    if (wavelength < original / high) {
      return value;
    }
    if (wavelength > original / low) {
      return value / factor;
    }
    const smooth = f32(f32(f32(original / wavelength) - low) / (high - low));
    return f32(f32(f32(1 - smooth) * value) / factor) + f32(smooth * value);
  });
}

/** What {@link readRope} must know of the model. */
interface RopeFacts {
  readonly headDim: number;
  readonly contextLength: number;
  readonly partial: PartialRotary | undefined;
}

/**
 * Reads `rope_scaling`, or `rope_parameters` where there is none (`convert_rope_params_to_dict` of transformers 5.24): where both are
 * there, nothing of `rope_parameters` counts, its `rope_theta` included.
 *
 * @throws OminusError `MODEL_INVALID`; `MODEL_UNSUPPORTED` for scalings that depend on the running length, by name
 */
function readRope(config: ConfigReader, { headDim, contextLength, partial }: RopeFacts): Rope {
  if (headDim % 2 !== 0) {
    throw config.wrong('head_dim', 'an even number');
  }
  const written = filled(config.object('rope_scaling')) ?? config.object('rope_parameters') ?? {};
  const parameters = new ConfigReader(written, 'config.json rope parameters');
  const type = parameters.text('rope_type', parameters.text('type', 'default'));
  const scale = SCALINGS.get(type);
  if (scale === undefined) {
    throw unsupported(
      `rope_type "${type}" is not one of ${[...SCALINGS.keys()].join(', ')}`,
      'Use a model whose position embeddings do not depend on the running length.',
    );
  }
  const keys = partial ?? { theta: 'rope_theta', share: 'partial_rotary_factor', defaultShare: 1 };
  const share = parameters.positive('partial_rotary_factor', config.positive(keys.share, keys.defaultShare));
  if (partial === undefined && share !== 1) {
    throw unsupported('partial_rotary_factor is not 1', 'Use a model that rotates whole heads.');
  }
  const turned = Math.floor(headDim * share);
  if (turned < 2 || turned > headDim || turned % 2 !== 0) {
    throw config.wrong(keys.share, `a share of a head's ${String(headDim)} features that is an even number of them`);
  }
  const theta = parameters.positive('rope_theta', config.positive(keys.theta, 10_000));
  const plain = Float32Array.from({ length: turned / 2 }, (_, i) => 1 / f32(theta ** f32((2 * i) / turned)));
  // The key beside the rope parameters wins over the one among them (`standardize_rope_params`).
  const length = 'original_max_position_embeddings';
  const original = config.positive(length, parameters.positive(length, contextLength));
  return { frequencies: scale(plain, parameters, original) };
}

/** An object that says something: an empty one counts as absent. */
function filled(value: Readonly<Record<string, unknown>> | undefined): typeof value {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

/**
 * Cosines and sines for positions 0 ≤ p < `positions`, each `[positions, turned]`, float32. Rotation is
 * x·cos + swap(x)·sin, where swap exchanges the halves of what is turned; the minus sign of rotate_half is in the sines.
 */
function ropeTables(rope: Rope, positions: number): readonly [cos: Float32Array, sin: Float32Array] {
  const half = rope.frequencies.length;
  const cos = new Float32Array(positions * half * 2);
  const sin = new Float32Array(positions * half * 2);
  for (let position = 0; position < positions; position++) {
    const row = position * half * 2;
    for (let i = 0; i < half; i++) {
      const angle = f32(position * (rope.frequencies[i] ?? 0));
      cos[row + i] = cos[row + half + i] = Math.cos(angle);
      sin[row + half + i] = Math.sin(angle);
      sin[row + i] = -(sin[row + half + i] ?? 0);
    }
  }
  return [cos, sin];
}
