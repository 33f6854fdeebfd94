/** Why calls cannot stand where one adapter lends its scaling to all. */

/** What is made has a scaling of its own, 1, and no alpha and rank; the published rule would multiply it by the leftmost adapter's scaling. */
export const NO_CALLS_WITH_REFERENCE = {
  message:
    "is not allowed with semantics: reference, which gives every adapter the leftmost one's scaling: a made adapter has no scaling to replace",
  hint: 'Use semantics: scaled, the default.',
};
