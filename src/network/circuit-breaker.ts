// A breaker for each host, so that a dead or slow one costs almost nothing and delays nobody else: after some failures in
// a row nothing is sent to it for a while, then one probe goes out, whose outcome decides. It also bounds how many
// exchanges with one host run at once. Only what we send moves it: that a host speaks to us says nothing about the other
// direction.
import type { HostHealth } from '#network/deliver-activity';
import type { Clock } from '#support/clock';

export interface CircuitBreakerOptions {
  readonly clock: Clock;
  /** Failures in a row that open the breaker. */
  readonly failuresToOpen: number;
  /** How long it stays open the first time; doubled by each probe that fails, up to `openMsMax`. */
  readonly openMs: number;
  readonly openMsMax: number;
  /** Exchanges with one host at once. */
  readonly concurrencyPerHost: number;
  /** Hosts that are remembered. */
  readonly hostsMax: number;
}

/** Leave to talk to a host. Every permit must be given back, once. */
export interface Permit {
  release(health: HostHealth): void;
}

export type Admission =
  | { readonly admitted: true; readonly permit: Permit }
  /** Open until `retryAt`, in milliseconds since the Unix epoch. */
  | { readonly admitted: false; readonly why: 'open'; readonly retryAt: number }
  /** As many exchanges as may be are under way: wait for one to end. */
  | { readonly admitted: false; readonly why: 'busy' };

interface HostState {
  running: number;
  failures: number;
  /** How long the breaker was opened last; 0 while it is closed. */
  openedMs: number;
  openUntil: number;
}

export interface CircuitBreaker {
  admit(host: string): Admission;
  /** Hosts that are remembered, for metrics. */
  readonly size: number;
}

export function createCircuitBreaker(options: CircuitBreakerOptions): CircuitBreaker {
  // In order of last use: the first is the one to forget.
  const hosts = new Map<string, HostState>();

  function stateOf(host: string): HostState | undefined {
    const known = hosts.get(host);
    if (known) hosts.delete(host);
    else if (hosts.size >= options.hostsMax && !forgetOne()) return undefined;
    const state = known ?? { running: 0, failures: 0, openedMs: 0, openUntil: 0 };
    hosts.set(host, state);
    return state;
  }

  function forgetOne(): boolean {
    for (const [host, state] of hosts) {
      if (state.running === 0) return hosts.delete(host);
    }
    return false;
  }

  function record(state: HostState, health: HostHealth, now: number): void {
    if (health === 'alive') {
      state.failures = 0;
      state.openedMs = 0;
    } else if (health === 'failing') {
      state.failures += 1;
      // Exchanges that began before it opened do not open it further.
      if (state.failures < options.failuresToOpen || state.openUntil > now) return;
      state.openedMs =
        state.openedMs === 0 ? options.openMs : Math.min(state.openedMs * 2, options.openMsMax);
      state.openUntil = now + state.openedMs;
    }
  }

  return {
    get size() {
      return hosts.size;
    },
    admit(host) {
      const state = stateOf(host);
      if (!state) return { admitted: false, why: 'busy' };
      const now = options.clock.now();
      if (state.openUntil > now) return { admitted: false, why: 'open', retryAt: state.openUntil };
      // Half open: one probe at a time.
      const most = state.openedMs > 0 ? 1 : options.concurrencyPerHost;
      if (state.running >= most) return { admitted: false, why: 'busy' };
      state.running += 1;
      let released = false;
      return {
        admitted: true,
        permit: {
          release(health) {
            if (released) throw new Error('A permit can be released only once');
            released = true;
            state.running -= 1;
            record(state, health, options.clock.now());
            // An idle host in good health is as good as an unknown one.
            if (state.running === 0 && state.failures === 0 && state.openedMs === 0) hosts.delete(host);
          },
        },
      };
    },
  };
}
