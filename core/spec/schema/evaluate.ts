/** Schema of `evaluate`: benchmarks with their parameters, and candidates. */
import { Type, type TSchema } from 'typebox';
import { BENCHMARKS } from '../../evaluation/registry.js';
import { ROLES } from '../../evaluation/presentation.js';
import type { Benchmark } from '../../evaluation/types.js';
import { closed, nameList } from './common.js';

const LABEL_PATTERN = '^[A-Za-z][A-Za-z0-9_-]*$';

/** One item of `evaluate.with`: a map of one key, the benchmark's name. */
function benchmarkSchema({ title, parameters }: Benchmark): TSchema {
  const own = Type.String({
    pattern: LABEL_PATTERN,
    description: 'Label in results, for a benchmark that occurs twice.',
  });
  const role = Type.Optional(
    Type.Enum([...ROLES], {
      description:
        'What it measures: what is to be forgotten, or what is to be kept. Reports speak of it so; no result depends on it.',
    }),
  );
  return { ...parameters, title, properties: { ...propertiesOf(parameters), as: own, role } };
}

/** Parameters that any benchmark has, whatever it makes of them: each benchmark checks its own. */
function defaultsSchema(): TSchema {
  const names = new Set(BENCHMARKS.flatMap(({ parameters }) => Object.keys(propertiesOf(parameters))));
  return Type.Object(Object.fromEntries([...names].map((name) => [name, Type.Optional(Type.Unknown())])), {
    additionalProperties: true,
    minProperties: 1,
    description: 'Parameters for every benchmark that has them and does not set them itself.',
  });
}

function propertiesOf(parameters: TSchema): Record<string, TSchema> {
  return (parameters as TSchema & { readonly properties: Record<string, TSchema> }).properties;
}

/** `evaluate`; kinds of specs differ in what may be a candidate. */
export function evaluateSchema(steps: string): TSchema {
  return Type.Object(
    {
      steps: Type.Optional(nameList(steps)),
      chat_template: Type.Optional(
        Type.Boolean({
          description: 'chat_template for every benchmark that has it and does not set it itself.',
        }),
      ),
      defaults: Type.Optional(defaultsSchema()),
      with: Type.Array(
        Type.Object(
          Object.fromEntries(
            BENCHMARKS.map((benchmark) => [benchmark.name, Type.Optional(benchmarkSchema(benchmark))]),
          ),
          { ...closed, minProperties: 1, maxProperties: 1 },
        ),
        { minItems: 1, description: 'Benchmarks, each a map of its name to its parameters.' },
      ),
    },
    { ...closed, description: 'What to measure, on which candidates; needs base.' },
  );
}
