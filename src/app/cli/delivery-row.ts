// A delivery in one line.
import type { AdministrationOutput } from '#app/administration';

export function deliveryRow({
  state,
  attempts,
  inbox,
  activity,
  lastAnswer = '',
}: AdministrationOutput<'deliveries'>['deliveries'][number]): string[] {
  return [state, attempts === 1 ? '1 attempt' : `${attempts} attempts`, inbox, activity, lastAnswer];
}
