// Which subjects changed since a position, without looking at those that did not: changes in order, walked from the end.
import type { Position } from '#databases/positions';

export class RecentChanges<S> {
  readonly #order: { readonly at: Position; readonly subject: S }[] = [];
  readonly #lastOf = new Map<S, Position>();

  /** Notes a change; positions never go back. */
  add(subject: S, at: Position): void {
    if (this.#lastOf.get(subject) === at) return;
    this.#lastOf.set(subject, at);
    this.#order.push({ subject, at });
    if (this.#order.length > 2 * this.#lastOf.size + spare) this.#compact();
  }

  /** Where the newest change is; undefined before the first. */
  get newest(): Position | undefined {
    return this.#order.at(-1)?.at;
  }

  /** The subjects with a change behind `after`: as many steps as there are changes. */
  since(after: Position): Set<S> {
    const found = new Set<S>();
    for (let index = this.#order.length - 1; index >= 0; index--) {
      const { subject, at } = this.#order[index] as { at: Position; subject: S };
      if (at <= after) break;
      found.add(subject);
    }
    return found;
  }

  /** Keeps the last change of each subject only. */
  #compact(): void {
    const kept = this.#order.filter(({ subject, at }) => this.#lastOf.get(subject) === at);
    this.#order.splice(0, this.#order.length, ...kept);
  }
}

/** So many superseded changes are let be, for few subjects that change often. */
const spare = 64;
