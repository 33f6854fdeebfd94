/** Tables of docs/spec.md from a JSON Schema. */

/** The part of JSON Schema that the specs use. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly title?: string;
  readonly default?: unknown;
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Rows of all keys, those of inner maps below their own: key, type, default, meaning. */
export function keyRows(schema: Schema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    const row = [
      `\`${path}\`${isRequired ? ' *' : ''}`,
      typeWords(value),
      defaultWords(value),
      value.description ?? '',
    ];
    const alternative = value.anyOf?.find(({ properties }) => Object.keys(properties ?? {}).length > 0);
    const values = typeof value.additionalProperties === 'object' ? value.additionalProperties : undefined;
    const inner = values?.anyOf?.find(({ properties }) => properties !== undefined);
    return [
      row,
      ...(value.type === 'object' ? keyRows(value, `${path}.`) : []),
      ...(alternative === undefined ? [] : keyRows(alternative, `${path}.`)),
      ...(inner === undefined ? [] : keyRows(inner, `${path}.NAME.`)),
    ];
  });
}

/** One section per benchmark. */
export function benchmarkSections(schema: Schema): string[] {
  const items = schema.properties?.['evaluate']?.properties?.['with']?.items;
  return Object.entries(items?.properties ?? {}).flatMap(([name, benchmark]) => [
    `### \`${name}\`: ${benchmark.title ?? ''}`,
    table(['parameter', 'type', 'default', 'meaning'], keyRows(benchmark, '')),
  ]);
}

function typeWords(schema: Schema): string {
  if (schema.anyOf !== undefined) {
    return schema.anyOf.map(typeWords).join(' or ');
  }
  if (schema.const !== undefined || schema.enum !== undefined) {
    return [schema.const, ...(schema.enum ?? [])]
      .filter((value) => value !== undefined)
      .map((value) => `\`${String(value)}\``)
      .join(', ');
  }
  if (schema.type === 'array') {
    return `list of ${schema.items === undefined ? 'values' : typeWords(schema.items)}`;
  }
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map of names to ${typeWords(schema.additionalProperties)}`;
  }
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    object: 'map',
    boolean: 'true, false',
  };
  return `${words[schema.type ?? ''] ?? schema.type ?? ''}${rangeWords(schema)}`;
}

function rangeWords({ minimum, maximum }: Schema): string {
  if (minimum === undefined) {
    return '';
  }
  return maximum === undefined ? `, at least ${minimum}` : `, ${minimum} to ${maximum}`;
}

function defaultWords(schema: Schema): string {
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``;
}

/** As code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}
