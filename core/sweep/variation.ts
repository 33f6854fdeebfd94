/**
 * Crossover and mutation on the unit cube: simulated binary crossover (Deb and Agrawal 1995) and polynomial mutation (Deb
 * and Goyal 1996) in their bounded forms, with the settings of the NSGA-II paper (Deb et al. 2002, section IV).
 */

/** Uniform numbers in [0, 1). */
export type UniformSource = () => number;

const CROSSOVER_PROBABILITY = 0.9;
/** Distribution indexes: the larger, the nearer children stay to their parents. */
const CROSSOVER_INDEX = 20;
const MUTATION_INDEX = 20;
/** Coordinates nearer to one another than this are equal to crossover. */
const SAME = 1e-14;

/** Two children of two parents, each `[variables]` in [0, 1]; parents are not modified. */
export function crossOver(
  first: readonly number[],
  second: readonly number[],
  random: UniformSource,
): readonly [readonly number[], readonly number[]] {
  const children: [number[], number[]] = [[...first], [...second]];
  if (random() >= CROSSOVER_PROBABILITY) {
    return children;
  }
  for (const [place, a] of first.entries()) {
    const b = second[place] ?? a;
    const low = Math.min(a, b);
    const distance = Math.abs(a - b);
    if (random() >= 0.5 || distance < SAME) {
      continue;
    }
    const draw = random();
    const below = (low + low + distance - distance * spreadFactor(draw, low / distance)) / 2;
    const above = (low + low + distance + distance * spreadFactor(draw, (1 - low - distance) / distance)) / 2;
    const [one, other] = random() < 0.5 ? [below, above] : [above, below];
    children[0][place] = clampToUnit(one);
    children[1][place] = clampToUnit(other);
  }
  return children;
}

/** The point with every coordinate changed with probability 1/variables, mostly a little. */
export function mutate(units: readonly number[], random: UniformSource): readonly number[] {
  return units.map((unit) => {
    if (random() >= 1 / units.length) {
      return unit;
    }
    const draw = random();
    const power = MUTATION_INDEX + 1;
    const change =
      draw < 0.5
        ? (2 * draw + (1 - 2 * draw) * (1 - unit) ** power) ** (1 / power) - 1
        : 1 - (2 * (1 - draw) + 2 * (draw - 0.5) * unit ** power) ** (1 / power);
    return clampToUnit(unit + change);
  });
}

/** How far the children are apart, in units of the parents' distance, if the bound is `room` such distances away. */
function spreadFactor(draw: number, room: number): number {
  const alpha = 2 - (1 + 2 * room) ** -(CROSSOVER_INDEX + 1);
  const power = 1 / (CROSSOVER_INDEX + 1);
  return draw <= 1 / alpha ? (draw * alpha) ** power : (1 / (2 - draw * alpha)) ** power;
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
