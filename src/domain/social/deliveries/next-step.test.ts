import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeliveryRecord } from '#databases/social/records/deliveries';
import { isExpired, nextStep, pauseMs } from '#domain/social/deliveries/next-step';
import type { DeliveryResult } from '#network/deliver-activity';
import type { Uri } from '#protocol/activitypub/uris';
import {
  deliveryAgeMsMax,
  deliveryAttemptsInTurnMax,
  deliveryHistoryMax,
  deliveryPauseMsMax,
  deliveryPauseMsMin,
  retryAfterMsMax,
  retryAfterMsMin,
} from '#support/limits';

const now = 1_000_000_000_000;
const at = { now, chance: 0.5 };
const host = 'there.example';

const delivery: DeliveryRecord = {
  activity: 'https://here.example/activities/1' as Uri,
  inbox: 'https://there.example/inbox' as Uri,
  account: 'alice',
  host,
  state: 'pending',
  dueAt: 0,
  createdAt: now - 1,
  attempts: 0,
  history: [],
};

const delivered: DeliveryResult = { outcome: 'delivered', status: 202, health: 'alive' };
const noAnswer: DeliveryResult = { outcome: 'retry', reason: 'refused the connection', health: 'failing' };
const broken: DeliveryResult = { outcome: 'retry', status: 500, reason: 'answered 500', health: 'failing' };
const unauthorised: DeliveryResult = {
  outcome: 'retry',
  status: 401,
  reason: 'answered 401',
  health: 'unknown',
};
const busy: DeliveryResult = { ...unauthorised, status: 429, retryAfterMs: 90_000 };

describe('a delivery', () => {
  it('is done when it is taken, which also heals the host', () => {
    const step = nextStep(delivery, { host, failures: 3, retryAt: now }, delivered, at);
    expect(step.delivery).toMatchObject({
      state: 'delivered',
      attempts: 1,
      history: [{ at: now, status: 202 }],
    });
    expect(step.failing).toBeUndefined();
  });

  it('has failed for good when it is refused, without a shadow on the host', () => {
    const gone: DeliveryResult = {
      outcome: 'refused',
      status: 410,
      reason: 'answered 410',
      gone: true,
      health: 'alive',
    };
    const step = nextStep(delivery, undefined, gone, at);
    expect(step.delivery).toMatchObject({
      state: 'failed',
      history: [{ status: 410, error: 'answered 410' }],
    });
    expect(step.failing).toBeUndefined();
  });

  it('keeps its turn while its host does not answer, however often', () => {
    let step = nextStep(delivery, undefined, noAnswer, at);
    for (let count = 0; count < 10; count++) step = nextStep(step.delivery, step.failing, noAnswer, at);
    expect(step.delivery).toMatchObject({ state: 'pending', dueAt: 0, attempts: 11 });
    expect(step.failing?.failures).toBe(11);
  });

  it('steps aside when it is answered with errors again and again', () => {
    let step = nextStep(delivery, undefined, broken, at);
    for (let count = 2; count < deliveryAttemptsInTurnMax; count++) {
      expect(step.delivery.dueAt).toBe(0);
      step = nextStep(step.delivery, step.failing, broken, at);
    }
    step = nextStep(step.delivery, step.failing, broken, at);
    expect(step.delivery.dueAt).toBe(now + pauseMs(deliveryAttemptsInTurnMax, at.chance));
  });

  it('waits by itself where only it was turned away, and the host is neither blamed nor cleared', () => {
    const alone = nextStep(delivery, undefined, unauthorised, at);
    expect(alone.delivery.dueAt).toBeGreaterThanOrEqual(now + deliveryPauseMsMin);
    expect(alone.failing).toBeUndefined();
    const probe = nextStep(delivery, { host, failures: 4, retryAt: now }, unauthorised, at);
    expect(probe.failing).toMatchObject({ failures: 4 });
    expect(probe.failing?.retryAt).toBeGreaterThan(now);
  });

  it('is given up when it is too old to be worth another try', () => {
    const old = { ...delivery, createdAt: now - deliveryAgeMsMax };
    expect(nextStep(old, undefined, noAnswer, at).delivery.state).toBe('failed');
    expect(nextStep(old, undefined, delivered, at).delivery.state).toBe('delivered');
    expect(isExpired(old, undefined, now)).toBe(false);
    expect(isExpired({ ...old, attempts: 1 }, undefined, now)).toBe(true);
    expect(isExpired(old, { host, failures: 1, retryAt: now }, now)).toBe(true);
    expect(isExpired({ ...old, createdAt: old.createdAt + 1, attempts: 1 }, undefined, now)).toBe(false);
  });

  it('remembers its latest attempts only', () => {
    let step = nextStep(delivery, undefined, noAnswer, at);
    for (let count = 0; count < 2 * deliveryHistoryMax; count++) {
      step = nextStep(step.delivery, step.failing, noAnswer, { now: now + count, chance: 0 });
    }
    expect(step.delivery.history).toHaveLength(deliveryHistoryMax);
    expect(step.delivery.history.at(-1)?.at).toBe(now + 2 * deliveryHistoryMax - 1);
  });
});

describe('a host', () => {
  it('is held back longer after every failure', () => {
    const first = nextStep(delivery, undefined, noAnswer, at).failing;
    const second = nextStep(delivery, first, noAnswer, at).failing;
    expect(first).toMatchObject({ failures: 1 });
    expect(second).toMatchObject({ failures: 2 });
    expect((second?.retryAt ?? 0) - now).toBe(2 * ((first?.retryAt ?? 0) - now));
  });

  it('gets the pause that it asks for', () => {
    const step = nextStep(delivery, undefined, busy, at);
    expect(step.failing).toEqual({ host, failures: 0, retryAt: now + 90_000 });
    expect(step.delivery.dueAt).toBe(0);
  });

  it('is tried again when it says, sooner or later than otherwise', () => {
    for (const retryAfterMs of [retryAfterMsMin, retryAfterMsMax]) {
      const { failing } = nextStep(delivery, undefined, { ...broken, retryAfterMs }, at);
      expect(failing).toEqual({ host, failures: 1, retryAt: now + retryAfterMs });
    }
  });

  it('is tried again within half a minute of a first failure', () => {
    expect([pauseMs(1, 0), pauseMs(1, 1)]).toEqual([15_000, 30_000]);
    expect([pauseMs(2, 0), pauseMs(2, 1)]).toEqual([30_000, 60_000]);
  });

  it('is paused between a quarter of a minute and twelve hours', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, chance) => {
          const pause = pauseMs(n, chance);
          expect(pause).toBeGreaterThanOrEqual(deliveryPauseMsMin);
          expect(pause).toBeLessThanOrEqual(deliveryPauseMsMax);
        },
      ),
    );
    expect(pauseMs(1, 0)).toBe(deliveryPauseMsMin);
    expect(pauseMs(100, 1)).toBe(deliveryPauseMsMax);
  });
});
