/** The hand-written prose of docs/spec.md. */
import type { CallSyntax } from '../core/algebra/operators/operator.js';
import { FACTOR_OPERATORS, REMOVALS, STUDY_OPERATORS } from '../core/algebra/operators/registry.js';
import { describeRange } from '../core/expression/call-arguments.js';
import { GRAMMAR } from '../core/expression/grammar.js';

/** What a spec is. */
export const INTRODUCTION = `One YAML file is one spec. \`ominus validate FILE…\` checks it and opens nothing else; \`ominus plan FILE\` shows what it
would do; \`ominus run FILE\` does it. Paths are relative to the spec's folder. The first line of the shipped specs connects
an editor to the JSON Schema in specs/schema, for completion and checks while typing; \`ominus init\` writes that line with the
schema next to the spec, and \`ominus schema KIND\` prints the schema. \`-\` instead of a file is standard input.

The file is YAML 1.2 in UTF-8, at most 1 MiB, one document. Aliases work within reason; merge keys (\`<<\`), custom tags
and keys that occur twice are refused.`;

/** Defaults of a recipe. */
export const DEFAULTS = `## What a recipe need not say

- \`chain: "…"\` is one step named \`chain\`.
- \`compare.baseline\`: the leftmost adapter of the first step. Every other candidate is compared with it; the written
  pairs follow.
- \`evaluate.steps\`: \`base\`, the baseline, and all steps. Without \`evaluate\` nothing is measured.
- A benchmark that occurs twice is labelled \`toxicity\`, \`toxicity-2\`, …, unless \`as:\` says otherwise.`;

/** Values from outside. */
export const VALUES_FROM_OUTSIDE = `## Values from outside

\`vars\` names values; \`\${name}\` or \`\${vars.name}\` puts one in anywhere else in the spec, but not in keys.

    vars:
      limit: 50
      data: /data/gsm8k
      model: { env: BASE_MODEL, default: ../demo/base }   # a variable of the environment, which must be declared so
    base: \${model}
    evaluate:
      with: [gsm: { data: "\${data}/test.jsonl", limit: "\${limit}" }]

- A value that is nothing but a placeholder has the type of the variable, in quotes or not; inside \`{ }\` and \`[ ]\` YAML wants
  the quotes. Elsewhere a placeholder is text. \`$\${\` is \`\${\` itself.
- What is put in is in the spec that the plan and the report keep, so names and values that look like keys, tokens or
  passwords are refused.
- \`--set key.path=value\` of \`validate\`, \`plan\`, \`run\`, \`submit\` and \`extend\` replaces or adds one value, read as YAML:
  \`--set lambda=0.5 --set evaluate.with.gsm.limit=20 --set vars.data=/other\`. Items of a list are named by their one key or
  numbered from 0; a key that has dots is put in double quotes. Placeholders are filled in afterwards.
- \`evaluate.defaults\` holds parameters of every benchmark that has them and does not say them itself, such as \`limit\` or
  \`chat_template\`.
- \`description\` and \`tags\` are shown in lists and reports; they change no key, and a run attaches whatever they say.`;

/** Grammar and rules. */
export const EXPRESSIONS = `## Expressions

    sum         = term { ("⊖" | "⊕") term }
    term        = [ coefficient [ "·" | "*" ] ] operand
    coefficient = decimal number, at least 0 | variable of a sweep
    operand     = name | "[" sum "]" | "(" sum ")" | edit | call
    edit        = ${rowWords()} "(" sum [ "|" sum ] ")"
    call        = word "(" sum { "," sum } { "," option ":" number } ")"

- **Names**: a letter, then letters, digits, \`_ . -\`, then at most one of \`⁺ ⁻ + -\`; the longest match counts. A final
  \`-\` equals \`⁻\`, a final \`+\` equals \`⁺\`. Names are compared in Unicode normal form C. Adapters, steps and variables share
  one namespace; \`Ext\` and \`base\` are reserved in this very spelling, \`base\` being the zero adapter (the base model itself).
- **Operators**: \`⊖\` and \`⊕\` anywhere. ASCII \`-\` and \`+\`, and \`−\` (U+2212), only between blanks, because
  \`truth-\` and \`expert-truth\` are names. Both have one precedence and associate to the left.
- **Brackets**: \`[ ]\` and \`( )\` group, nested to at most 64.
- **Coefficients**: at most one per term, binding tighter than the operators: \`0.8·x\`, \`0.8*x\` or \`0.8 x\`. 0 is allowed,
  a negative one is refused (say \`⊕\` instead).
- **\`Ext(x)\`** extracts with respect to the operand on its left within the same bracket, so it needs one.
  **\`Ext(x | y)\`** extracts with respect to y, anywhere a right operand is allowed. x and y are expressions without \`Ext\`,
  also without steps that contain one.
${callWords()}`;

/** The calls of the registry, or a sentence if it has none. */
function callWords(): string {
  if (FACTOR_OPERATORS.size === 0) {
    return '- **Calls** are reserved for operators that make an adapter of others; there are none yet.';
  }
  const rows = [...FACTOR_OPERATORS.values()].flatMap(({ call, wording }) => [
    `  | \`${call.example}\` | ${wording} | ${optionWords(call)} |`,
  ]);
  return [
    '- **Calls** make an adapter of others. Each operand is an expression of its own, and the expression around a call treats it',
    '  as an adapter. The word of a call is reserved only before a bracket; elsewhere it is an ordinary name. In YAML, quote an',
    '  expression that contains a call, because its colon would begin a map. A variable of a sweep is not allowed in a call, which',
    '  is made once for all points. With `semantics: reference` calls are refused: a made adapter has no scaling to replace.',
    '',
    '  | call | makes | options |',
    '  |---|---|---|',
    ...rows,
  ].join('\n');
}

function optionWords({ options }: CallSyntax): string {
  return Object.entries(options)
    .map(([name, option]) => {
      const fallback = option.default === undefined ? '' : `, ${option.default} unless given`;
      return `\`${name}\`: ${option.wording}, ${describeRange(option)}${fallback}`;
    })
    .join('; ');
}

/** The words of operators of rows, as a choice of the grammar. */
function rowWords(): string {
  const words = [...GRAMMAR.rows.keys()].map((word) => `"${word}"`);
  return words.length === 1 ? words.join('') : `( ${words.join(' | ')} )`;
}

/** A table of how order studies remove. */
function removalRows(): string {
  return [
    '  | operator | removes y from x by | order |',
    '  |---|---|---|',
    ...STUDY_OPERATORS.map((name) => {
      const { written, order } = REMOVALS[name];
      const how = order.matters ? order.wording : 'cannot matter: one arm per setting';
      return `  | \`${name}\` | \`${written.replaceAll('|', '\\|')}\` | ${how} |`;
    }),
  ].join('\n');
}

/** The default coefficient. */
export const LAMBDA = `## λ

\`lambda\` is the coefficient of every ⊖ term, with \`Ext\` or without, that has none written. A written one replaces it, and
never multiplies it. The first term and ⊕ terms default to 1. A map sets it per anti-expert: for the terms \`x\`, \`Ext(x)\` and
\`Ext(x | y)\` where x is the adapter's name; others default to 1, and an unused entry produces a warning. λ is an exact decimal:
0.80, .8 and 8e-1 are one number.`;

/** Arms, orders and settings. */
export const STUDY = `### What a study compares

- An **arm** is one operator in one order at one setting of λ: \`ext(truth⁻, tox⁻)@1\` removes truth⁻ first;
  \`ext(truth⁻, tox⁻)\` where there is one setting.

${removalRows()}

- \`orders: all\` takes every order of \`remove\`, in lexicographic order of positions. Six anti-experts have 720 orders; with
  more, list the orders to compare.
- \`lambda: [0.4, 1]\` is two settings, each for all anti-experts. \`lambda: { truth⁻: [0.4, 1], tox⁻: 2 }\` combines lists as
  a cross product, the last anti-expert's running fastest; those not named have 1. A setting is called by its number if all
  are equal, otherwise \`truth⁻=0.4, tox⁻=2\`.
- \`match: distance\` scales the λs of the other operators until they are as far from the expert as the ext arms are on average;
  \`[lambda, distance]\` has arms of both kinds.
- Weights are compared before anything is evaluated. With \`distinct\`, an order within that relative gap of an
  earlier one is not evaluated and takes its metrics.
- Every candidate is compared with the expert. \`evaluate.steps\` names candidates besides the arms: adapters or \`base\`.`;

/** Variables. */
export const SWEEP = `### Variables

Variables are coefficients in the chain: \`a·x\`, \`a*x\` or \`a x\`. They share the namespace of the adapters, and every one
must occur. Other ⊖ terms take \`lambda\`.`;

/** Points, goals and constraints. */
export const SEARCH = `### Search and objective

| \`search\` | points |
|---|---|
| \`grid\` | every combination of values, at most 1,000,000; the last variable runs fastest |
| \`{ method: random, points: 500, seed: 0 }\` | drawn one by one |
| \`{ method: sobol, points: 512, seed: 0 }\` | of a Sobol sequence, which covers the ranges evenly |
| \`{ method: optimize, points: 200, population: 16, samples: [50, 200] }\` | generations that evolve towards the objective; needs one. With \`samples\`, points are tried on so many examples first and only the better ones on all |

Random, sobol and optimize take lists as well as intervals; what they draw from an interval has six significant digits.

- **Goals**: \`maximize\` and \`minimize\` name metrics as \`label.metric\`, the label being a benchmark's name or its \`as:\`. With
  several goals the result is a Pareto front; the first one written decides which point is recommended.
- **Constraints**: \`metric <= number\`, \`metric <= number * candidate\` or \`metric <= candidate\`, and the same with \`>=\`. The
  candidate is \`base\` or an adapter, and must be evaluated.
- **Candidates** besides the points: \`base\` and the baseline, unless \`evaluate.steps\` names others. The baseline is the leftmost
  adapter of the chain, unless \`compare.baseline\` names another.
- λ is chosen on one half of the examples, drawn by \`compare.seed\`, and reported on the other half.
- **Output**: one folder per point below \`path\`, of the recommended point (\`best\`), the Pareto front (\`pareto\`) or \`all\`.`;
