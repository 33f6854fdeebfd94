/** Whether the set-up of the project `system` has run; what needs `dist` or a server asks before it starts. */
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The set-up built `dist` and fetched the servers. */
    isSetUp: boolean;
  }
}

/**
 * Call it before `dist` or a server is used.
 *
 * @throws Error when the test file lies in a folder that gets no set-up
 */
export function needsSetUp(): void {
  // a project without the set-up provides nothing
  if (!(inject('isSetUp') as boolean | undefined)) {
    throw new Error('this test needs dist or a server: it belongs in a folder that vitest.config.ts lists in SYSTEM');
  }
}
