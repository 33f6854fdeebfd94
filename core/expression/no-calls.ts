/** Why calls cannot stand where one adapter lends its scaling to all. */

/** What is made has a scaling of its own, 1, and no alpha and rank; the published rule would multiply it by the leftmost adapter's scaling. */
export const NO_CALLS_WITH_REFERENCE = {
  message:
    "cannot stand in an expression with semantics: reference, which gives all adapters the leftmost one's scaling: what is made is whole, and has no scaling to replace",
  hint: 'Use semantics: scaled, the default.',
};
