// The engine that keeps everything in memory: for tests, and for what may be forgotten. It is the embedded transactor
// without a backing, so it behaves as the durable engine does.
import type { Engine } from '#store/contract';
import { Transactor } from '#store/engines/embedded/transactor';
import { type Clock, systemClock } from '#support/clock';

export interface MemoryEngineOptions {
  readonly clock?: Clock;
}

export function openMemoryEngine(options: MemoryEngineOptions = {}): Engine {
  return new Transactor({ clock: options.clock ?? systemClock });
}
