// A delivery in one line.
import type { AdministrationOutput } from '#app/administration';
import { counted } from '#support/plural';

export function deliveryRow({
  state,
  attempts,
  inbox,
  activity,
  lastAnswer = '',
}: AdministrationOutput<'deliveries'>['deliveries'][number]): string[] {
  return [state, counted(attempts, 'attempt'), inbox, activity, lastAnswer];
}
