// When a day begins and ends in a time zone, by the rules of that zone: with daylight saving some have 23 hours or 25, some
// begin at one o'clock, and a few were left out altogether.

const hourMs = 3_600_000;
/** No zone has ever been further from UTC: Manila and Juneau were almost 16 hours off. */
const offsetMsMax = 16 * hourMs;

/** Milliseconds since the Unix epoch, both included. */
export interface DayBounds {
  readonly from: number;
  readonly through: number;
}

/**
 * @param date `2026-03-29`, from 1970 on
 * @param timeZone a name of the IANA database, such as `Europe/Berlin`
 * @throws RangeError in one sentence for what is no date, no zone, or no day of that zone
 */
export function dayBounds(date: string, timeZone: string): DayBounds {
  const dayMs = parseDate(date);
  const dateAt = dateIn(timeZone);
  const from = beginningOf(dayMs, dateAt);
  const next = beginningOf(dayMs + 24 * hourMs, dateAt);
  if (from === next) throw new RangeError(`There was no ${date} in ${timeZone}.`);
  return { from, through: next - 1 };
}

/** The date that clocks of a zone show, as `2026-03-29`. Throws RangeError for what is no zone. */
export function dateIn(timeZone: string): (timeMs: number) => string {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en', {
      timeZone,
      calendar: 'iso8601',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  } catch {
    throw new RangeError(`"${timeZone.slice(0, 64)}" is no time zone such as Europe/Berlin or UTC.`);
  }
  return (timeMs) => {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
    return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
  };
}

/**
 * The instant from which on clocks show this date or a later one. Where they were put back across midnight it is found to
 * be one of the two times at which that became so: days neither overlap nor leave anything out.
 */
function beginningOf(dayMs: number, dateAt: (timeMs: number) => string): number {
  const date = new Date(dayMs).toISOString().slice(0, 10);
  let [before, after] = [dayMs - offsetMsMax, dayMs + offsetMsMax];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (dateAt(middle) < date) before = middle;
    else after = middle;
  }
  return after;
}

function parseDate(date: string): number {
  const dayMs = /^\d{4}-\d{2}-\d{2}$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN;
  // A day that the month does not have is no date, though Date may take it for one of the next month.
  const isDate = dayMs >= 0 && new Date(dayMs).toISOString().startsWith(date);
  if (!isDate) throw new RangeError(`"${date.slice(0, 64)}" is no date from 1970 on such as 2026-03-29.`);
  return dayMs;
}
