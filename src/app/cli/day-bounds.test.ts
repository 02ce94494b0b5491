import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateIn, dayBounds } from '#app/cli/day-bounds';

const hours = ({ from, through }: { from: number; through: number }) => (through + 1 - from) / 3_600_000;
const zones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham', 'Africa/Cairo'],
  ...['America/Sao_Paulo', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'Africa/Monrovia'],
];

describe('a day', () => {
  it.each([
    ['2026-01-15', 'UTC', '2026-01-15T00:00:00.000Z', 24],
    ['2026-01-15', 'Europe/Berlin', '2026-01-14T23:00:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    // Clocks went from midnight to one o'clock: the day began at one.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    // Clocks went from midnight back to eleven, within the day before.
    ['2018-02-17', 'America/Sao_Paulo', '2018-02-17T02:00:00.000Z', 25],
    ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z', 24],
    // Half an hour of daylight saving.
    ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z', 24.5],
  ])('%s of %s begins at %s and has %d hours', (date, zone, begins, length) => {
    const bounds = dayBounds(date, zone);
    expect(new Date(bounds.from).toISOString()).toBe(begins);
    expect(hours(bounds)).toBe(length);
  });

  it('may have been left out', () => {
    expect(() => dayBounds('2011-12-30', 'Pacific/Apia')).toThrow('There was no 2011-12-30 in Pacific/Apia.');
    expect(dayBounds('2011-12-29', 'Pacific/Apia').through + 1).toBe(
      dayBounds('2011-12-31', 'Pacific/Apia').from,
    );
  });

  it.each([
    ['2026-02-29', 'UTC'],
    ['2026-13-01', 'UTC'],
    ['1969-12-31', 'UTC'],
    ['2026-1-1', 'UTC'],
    ['today', 'UTC'],
    ['2026-01-01', 'Mars/Olympus'],
    ['2026-01-01', ''],
  ])('is not %s of %s', (date, zone) => {
    expect(() => dayBounds(date, zone)).toThrow(RangeError);
  });

  it('begins where the day before has ended, whatever the zone, and shows its date in between', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 1, max: 30_000 }), (zone, day) => {
        const dateOf = (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10);
        const [yesterday, today] = [dateOf(day - 1), dateOf(day)];
        fc.pre(!(zone === 'Pacific/Apia' && [yesterday, today].includes('2011-12-30')));
        const bounds = dayBounds(today, zone);
        expect(dayBounds(yesterday, zone).through).toBe(bounds.from - 1);
        expect(dateIn(zone)((bounds.from + bounds.through) / 2)).toBe(today);
      }),
      { numRuns: 60 },
    );
  });
});
