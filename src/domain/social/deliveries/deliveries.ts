// What carrying out deliveries takes: the queue, the way to other servers, and what is kept at hand meanwhile.
import type { Lease, SocialDatabase } from '#databases/social/social-database';
import { makeParcels, type Parcels } from '#domain/social/deliveries/parcels';
import type { DeliveryResult, Parcel } from '#network/deliver-activity';
import type { Clock } from '#support/clock';
import type { Logger } from '#support/logging';
import { type Random, randomToken } from '#support/random';

export type { Lease } from '#databases/social/social-database';
export { LeaseLostError } from '#databases/social/social-database';

export interface DeliveriesParts {
  readonly social: SocialDatabase;
  /** Posts to one inbox, once; it never throws for what the other side does. */
  deliver(parcel: Parcel, signal: AbortSignal): Promise<DeliveryResult>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface Deliveries extends DeliveriesParts {
  readonly parcels: Parcels;
}

export function openDeliveries(parts: DeliveriesParts): Deliveries {
  return { ...parts, parcels: makeParcels(parts.social) };
}

/** One deliverer at a time for the whole queue: undefined while another process is it. */
export function acquireQueue(
  { social, clock, random }: Deliveries,
  holder: string,
  durationMs: number,
): Promise<Lease | undefined> {
  return social.acquireLease({
    work: 'deliveries',
    holder,
    fence: randomToken(random, 16),
    nowMs: clock.now(),
    durationMs,
  });
}

/** Throws `LeaseLostError` where another has taken over. */
export function renewQueue({ social, clock }: Deliveries, lease: Lease, durationMs: number): Promise<Lease> {
  return social.renewLease(lease, { nowMs: clock.now(), durationMs });
}

export function releaseQueue({ social }: Deliveries, lease: Lease): Promise<void> {
  return social.releaseLease(lease);
}
