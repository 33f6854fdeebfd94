/**
 * Constrained domination, fronts and crowding (Deb, Pratap, Agarwal and Meyarivan, "A fast and elitist multiobjective
 * genetic algorithm: NSGA-II", IEEE Trans. Evol. Comput. 6 (2002) 182-197).
 */

/** A point as the search sees it. */
export interface Candidate {
  /** To be minimised; as many for every candidate. */
  readonly goals: readonly number[];
  /** 0 when all constraints are met. */
  readonly violation: number;
}

/**
 * Constrained domination: the smaller violation wins; between equal ones (two feasible points above all) the one that is
 * better in a goal and worse in none.
 */
export function dominates(first: Candidate, second: Candidate): boolean {
  if (first.violation !== second.violation) {
    return first.violation < second.violation;
  }
  return (
    first.goals.every((goal, place) => goal <= (second.goals[place] ?? 0)) &&
    first.goals.some((goal, place) => goal < (second.goals[place] ?? 0))
  );
}

/** Negative when `first` is better: smaller violation, then goals in their order. A total order up to equal candidates. */
export function compareCandidates(first: Candidate, second: Candidate): number {
  if (first.violation !== second.violation) {
    return first.violation - second.violation;
  }
  const place = first.goals.findIndex((goal, i) => goal !== second.goals[i]);
  // compared, not subtracted: goals without a value are infinite
  return place < 0 ? 0 : (first.goals[place] ?? 0) < (second.goals[place] ?? 0) ? -1 : 1;
}

/**
 * Places of the candidates that no other dominates, ascending; equal candidates are all among them.
 *
 * Candidates are visited from the best by {@link compareCandidates}: none dominates an earlier one, so each is held against
 * the front so far only. N·F comparisons for a front of F.
 */
export function paretoFront(candidates: readonly Candidate[]): readonly number[] {
  const sorted = candidates
    .map((candidate, place) => ({ candidate, place }))
    .sort((a, b) => compareCandidates(a.candidate, b.candidate) || a.place - b.place);
  const front: { readonly candidate: Candidate; readonly place: number }[] = [];
  for (const entry of sorted) {
    if (!front.some((member) => dominates(member.candidate, entry.candidate))) {
      front.push(entry);
    }
  }
  return front.map(({ place }) => place).sort((a, b) => a - b);
}

/** Non-dominated sorting: the front, then the front of what remains, and so on. Places, ascending within a front. */
export function nonDominatedFronts(candidates: readonly Candidate[]): readonly (readonly number[])[] {
  const fronts: (readonly number[])[] = [];
  let rest = candidates.map((_, place) => place);
  while (rest.length > 0) {
    const front = paretoFront(rest.flatMap((place) => candidates[place] ?? [])).flatMap((place) => rest[place] ?? []);
    fronts.push(front);
    const taken = new Set(front);
    rest = rest.filter((place) => !taken.has(place));
  }
  return fronts;
}

/**
 * Crowding distance within a front: per goal the gap between a candidate's neighbours, relative to the front's range, summed.
 * The ends of every goal are infinitely far from all.
 */
export function crowdingDistances(front: readonly Candidate[]): readonly number[] {
  const distances = front.map(() => 0);
  const goals = front[0]?.goals.length ?? 0;
  for (let goal = 0; goal < goals; goal++) {
    const valueOf = (place: number | undefined): number => front[place ?? -1]?.goals[goal] ?? 0;
    const order = front.map((_, place) => place).sort((a, b) => valueOf(a) - valueOf(b) || a - b);
    const range = valueOf(order.at(-1)) - valueOf(order[0]);
    order.forEach((place, i) => {
      const isEnd = i === 0 || i === order.length - 1;
      const gap = isEnd ? Number.POSITIVE_INFINITY : (valueOf(order[i + 1]) - valueOf(order[i - 1])) / range;
      // 0 / 0 where all candidates are equal in this goal
      distances[place] = (distances[place] ?? 0) + (Number.isNaN(gap) ? 0 : gap);
    });
  }
  return distances;
}

/** A candidate's standing in a population. */
export interface Standing {
  /** Number of its front, from 0. */
  readonly front: number;
  readonly crowding: number;
}

/** Standing of every candidate. */
export function standings(candidates: readonly Candidate[]): readonly Standing[] {
  const result: Standing[] = candidates.map(() => ({ front: 0, crowding: 0 }));
  nonDominatedFronts(candidates).forEach((places, front) => {
    const distances = crowdingDistances(places.flatMap((place) => candidates[place] ?? []));
    places.forEach((place, i) => {
      result[place] = { front, crowding: distances[i] ?? 0 };
    });
  });
  return result;
}

/** The crowded comparison of NSGA-II: negative when `first` is better. */
export function compareStandings(first: Standing, second: Standing): number {
  if (first.front !== second.front) {
    return first.front - second.front;
  }
  return first.crowding === second.crowding ? 0 : first.crowding > second.crowding ? -1 : 1;
}
