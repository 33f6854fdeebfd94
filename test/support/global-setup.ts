/** Runs once before all tests. */
export default function setup(): void {
  process.env['OMINUS_TEST'] = '1';
}
