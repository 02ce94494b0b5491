// At which versions which ranges of keys were last touched: a step function from key to versions, in which a boundary's
// versions hold up to the next boundary. It answers "was this key cleared between two versions" for readers and
// "was this range written since" for conflict checks.
import { OrderedMap } from '#store/engines/embedded/ordered-map';

interface Step {
  /** Ascending. */
  versions: number[];
}

export class RangeVersions {
  readonly #steps = new OrderedMap<Step>();

  get isEmpty(): boolean {
    return this.#steps.size === 0;
  }

  /** Notes that [begin, end) was touched at `version`, which is the newest so far. */
  add(begin: string, end: string, version: number): void {
    if (begin >= end) return;
    this.#cut(begin);
    this.#cut(end);
    this.#steps.scan(begin, end, false, (_key, step) => {
      if (step.versions.at(-1) !== version) step.versions.push(version);
      return true;
    });
  }

  /** The newest version not above `version` that touched `key`; 0 if none did. */
  latest(key: string, version: number): number {
    if (this.isEmpty) return 0;
    return newestUpTo(this.#steps.floor(key)?.value, version);
  }

  /** Was any key of [begin, end) touched after `version`? */
  touchedSince(begin: string, end: string, version: number): boolean {
    if (this.isEmpty || begin >= end) return false;
    let touched = (this.#steps.floor(begin)?.value.versions.at(-1) ?? 0) > version;
    this.#steps.scan(begin, end, false, (_key, step) => {
      touched ||= (step.versions.at(-1) ?? 0) > version;
      return !touched;
    });
    return touched;
  }

  /** Forgets what happened at or before `version`. */
  prune(version: number): void {
    if (this.isEmpty) return;
    const idle: string[] = [];
    let previousIsIdle = true;
    this.#steps.scan('', '\xff\xff', false, (key, step) => {
      if (step.versions.length > 0 && step.versions[0]! <= version) {
        step.versions = step.versions.filter((kept) => kept > version);
      }
      const isIdle = step.versions.length === 0;
      if (isIdle && previousIsIdle) idle.push(key);
      previousIsIdle = isIdle;
      return true;
    });
    for (const key of idle) this.#steps.delete(key);
  }

  /** Makes `key` a boundary without changing what holds where. */
  #cut(key: string): void {
    if (this.#steps.get(key)) return;
    const versions = this.#steps.floor(key)?.value.versions ?? [];
    this.#steps.set(key, { versions: [...versions] });
  }
}

function newestUpTo(step: Step | undefined, version: number): number {
  if (!step) return 0;
  for (let index = step.versions.length - 1; index >= 0; index--) {
    const candidate = step.versions[index]!;
    if (candidate <= version) return candidate;
  }
  return 0;
}
