/** Random numbers that a seed repeats. */
export interface Random {
  /** From 0 to below a bound. */
  below(bound: number): number;
  pick<T>(list: readonly T[]): T;
  /** One to `most` different ones. */
  some<T>(list: readonly T[], most: number): T[];
}

/** The generator mulberry32. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const below = (bound: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  return {
    below,
    pick,
    some: (list, most) => [...new Set(Array.from({ length: 1 + below(most) }, () => pick(list)))],
  };
}
