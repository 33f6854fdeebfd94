/** `ominus schema KIND`: the JSON Schema of a kind of spec, for editors. */
import { Argument, Command } from 'commander';
import { SPEC_SCHEMAS, specJsonSchema, type SpecKind } from '../../core/spec/schema.js';

/** The command. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description(
      'Print the JSON Schema of a kind of spec. An editor takes it from the first line of a spec: ' +
        '# yaml-language-server: $schema=recipe.schema.json',
    )
    .addArgument(new Argument('<kind>', 'the kind of spec').choices(Object.keys(SPEC_SCHEMAS)))
    .action((kind: SpecKind) => {
      process.stdout.write(`${JSON.stringify(specJsonSchema(kind), undefined, 2)}\n`);
    });
}
