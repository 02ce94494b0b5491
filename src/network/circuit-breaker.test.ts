import { beforeEach, expect, it } from 'vitest';
import { type CircuitBreaker, createCircuitBreaker, type Permit } from '#network/circuit-breaker';

let now: number;
let breaker: CircuitBreaker;
const clock = { now: () => now, sleep: () => Promise.resolve() };
const options = {
  clock,
  failuresToOpen: 3,
  openMs: 1_000,
  openMsMax: 3_000,
  concurrencyPerHost: 2,
  hostsMax: 4,
};

beforeEach(() => {
  now = 1_000_000;
  breaker = createCircuitBreaker(options);
});

function permit(host = 'a.example'): Permit {
  const admission = breaker.admit(host);
  if (!admission.admitted) throw new Error(`not admitted: ${admission.why}`);
  return admission.permit;
}

function fail(times: number, host = 'a.example'): void {
  for (let count = 0; count < times; count += 1) permit(host).release('failing');
}

it('opens after failures in a row, and for that host alone', () => {
  fail(2);
  expect(breaker.admit('b.example').admitted).toBe(true);
  fail(1);
  expect(breaker.admit('a.example')).toEqual({ admitted: false, why: 'open', retryAt: now + 1_000 });
  expect(breaker.admit('b.example').admitted).toBe(true);
});

it('is closed by a success, and not by what says nothing', () => {
  fail(2);
  permit().release('alive');
  fail(2);
  permit().release('unknown');
  expect(breaker.admit('a.example').admitted).toBe(true);
  fail(1);
  expect(breaker.admit('a.example')).toMatchObject({ why: 'open' });
});

it('lets one probe through when its time is over; success closes it', () => {
  fail(3);
  now += 1_000;
  const probe = permit();
  expect(breaker.admit('a.example')).toEqual({ admitted: false, why: 'busy' });
  probe.release('alive');
  permit();
  permit();
});

it('stays open longer with each probe that fails, up to a limit', () => {
  fail(3);
  for (const openMs of [1_000, 2_000, 3_000, 3_000]) {
    expect(breaker.admit('a.example')).toEqual({ admitted: false, why: 'open', retryAt: now + openMs });
    now += openMs;
    fail(1);
  }
});

it('sends another probe after one that said nothing', () => {
  fail(3);
  now += 1_000;
  permit().release('unknown');
  permit().release('unknown');
});

it('does not count failures of exchanges that began before it opened', () => {
  const late = permit();
  fail(3);
  late.release('failing');
  now += 1_000;
  expect(breaker.admit('a.example').admitted).toBe(true);
});

it('bounds the exchanges with one host at once', () => {
  const first = permit();
  permit();
  expect(breaker.admit('a.example')).toEqual({ admitted: false, why: 'busy' });
  first.release('alive');
  expect(breaker.admit('a.example').admitted).toBe(true);
});

it('refuses to give a permit back twice', () => {
  const given = permit();
  given.release('alive');
  expect(() => given.release('alive')).toThrow(/only once/);
});

it('remembers a bounded number of hosts, and never forgets those in use', () => {
  for (let host = 0; host < 100; host += 1) fail(1, `${host}.example`);
  expect(breaker.size).toBe(4);
  for (let host = 0; host < 4; host += 1) permit(`busy-${host}.example`);
  expect(breaker.size).toBe(4);
  expect(breaker.admit('one-more.example')).toEqual({ admitted: false, why: 'busy' });
  expect(breaker.size).toBe(4);
});

it('forgets hosts in good health at once', () => {
  permit().release('alive');
  expect(breaker.size).toBe(0);
});
