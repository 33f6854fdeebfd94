/** What became of the modules of a made leaf, in a few numbers. */

/** One module of a made leaf. */
export interface MadeModule {
  readonly module: string;
  readonly rank: number;
  /** Sum of the ranks of the operands' stacked factors. */
  readonly fullRank: number;
  /** ‖exact‖_F and ‖made − exact‖_F, where the leaf approximates its operand. */
  readonly norm?: number;
  readonly errorNorm?: number;
}

/** A made leaf, as reports show it. */
export interface MadeSummary {
  readonly modules: number;
  /** The largest. */
  readonly rank: number;
  /** The largest that the leaf would have without the operator. */
  readonly fullRank: number;
  /** ‖made − exact‖_F / ‖exact‖_F over all modules; null where the leaf approximates nothing, or zero. */
  readonly relativeError: number | null;
  /** ‖made‖²_F / ‖exact‖²_F of a best approximation: 1 − relativeError². */
  readonly keptEnergy: number | null;
  /** The module with the largest relative error. */
  readonly worstModule: { readonly module: string; readonly relativeError: number } | null;
}

/** Sums up the modules of a made leaf. */
export function summariseMade(modules: readonly MadeModule[]): { readonly [K in keyof MadeSummary]: MadeSummary[K] } {
  let [errorSquare, square] = [0, 0];
  let worstModule: MadeSummary['worstModule'] = null;
  for (const { module, norm = 0, errorNorm = 0 } of modules) {
    errorSquare += errorNorm * errorNorm;
    square += norm * norm;
    const relativeError = norm === 0 ? 0 : errorNorm / norm;
    if (norm > 0 && relativeError > (worstModule?.relativeError ?? -1)) {
      worstModule = { module, relativeError };
    }
  }
  const relativeError = square === 0 ? null : Math.sqrt(errorSquare / square);
  return {
    modules: modules.length,
    rank: Math.max(0, ...modules.map(({ rank }) => rank)),
    fullRank: Math.max(0, ...modules.map(({ fullRank }) => fullRank)),
    relativeError,
    keptEnergy: square === 0 ? null : 1 - errorSquare / square,
    worstModule,
  };
}
