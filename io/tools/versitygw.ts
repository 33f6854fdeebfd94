/** versitygw: an S3 server over a folder of the local disk, for the tests of the store. */
import { goInstall } from './go-install.js';
import type { Tool } from './tool.js';

const VERSION = '1.8.0';

/** The S3 server that the store is tested against. */
export const VERSITYGW: Tool = {
  name: 'versitygw',
  version: VERSION,
  variable: 'OMINUS_VERSITYGW',
  sources: [goInstall(`github.com/versity/versitygw/cmd/versitygw@v${VERSION}`)],
};
