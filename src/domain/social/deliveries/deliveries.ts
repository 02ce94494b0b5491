// What carrying out deliveries takes: the queue, the way to other servers, and what is kept at hand meanwhile.
import { makeParcels, type Parcels } from '#domain/social/deliveries/parcels';
import type { WorkParts } from '#domain/social/work-lease';
import type { DeliveryResult, Parcel } from '#network/deliver-activity';

export interface DeliveriesParts extends WorkParts {
  /** Posts to one inbox, once; it never throws for what the other side does. */
  deliver(parcel: Parcel, signal: AbortSignal): Promise<DeliveryResult>;
}

export interface Deliveries extends DeliveriesParts {
  readonly parcels: Parcels;
}

export function openDeliveries(parts: DeliveriesParts): Deliveries {
  return { ...parts, parcels: makeParcels(parts.social) };
}
