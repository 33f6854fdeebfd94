import { provideBinary } from '../../io/temporal/binary.js';

/** Runs once before all tests: fetches the Temporal server, which would take longer than a test may. */
export default async function setup(): Promise<void> {
  process.env['OMINUS_TEST'] = '1';
  await provideBinary().catch(() => undefined); // the tests that need it say why it is not there; the others run
}
