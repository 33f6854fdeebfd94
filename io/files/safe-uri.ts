/** URIs as they may be shown. */

/** Longest piece of a foreign text in a message. */
const SHOWN_LENGTH = 200;

/** A URI without what may be a secret: user names, passwords, query and fragment. Any text will do. */
export function withoutSecrets(uri: string): string {
  return uri
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1***@')
    .replace(/[?#].*$/s, '')
    .slice(0, SHOWN_LENGTH);
}
