/** What looks like a secret is never put into a spec: specs are stored, shown in reports and sent to workers. */

/** Parts of names that keys, tokens and passwords have. */
const SECRET_NAME =
  /(?:^|[_-])(?:secrets?|tokens?|passw(?:or)?d|passphrase|pwd|credentials?|api_?keys?|access_?keys?(?:_id)?|private_?keys?|keys?|auth)(?:$|[_-])/i;
/** Tokens of the hub, AWS, GitHub and others; private keys. */
const SECRET_VALUE = /^(?:hf_\w{10}|AKIA\w{12}|gh[pousr]_\w{10}|github_pat_|sk-\w{10}|xox[abp]-|eyJ\w{10}|-----BEGIN)/;

/** Whether a name or a value looks like a secret. */
export function looksSecret(text: string): boolean {
  return SECRET_NAME.test(text.replaceAll(/([a-z])([A-Z])/g, '$1_$2')) || SECRET_VALUE.test(text);
}

/** What to do instead. */
export const SECRET_HINT =
  'Leave it out of the spec, which reports show: keys and tokens are read from the environment by ominus itself (docs/running.md).';
