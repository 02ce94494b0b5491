// `npm run bench:social`: the back ends of the social records beside each other, in one run: what one write costs, lookups by
// key, by unique value and by listing, pages of 20, and a timeline of 1,000 notes. Rounds alternate between the back ends,
// medians are shown; the ratios to our own store are what counts (docs/performance.md).

import { describeMachine, median } from './machine.ts';
import { openMeasuredBackEnds } from './social/back-ends.ts';
import { measures } from './social/measures.ts';

const rounds = 5;

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
await using backEnds = await openMeasuredBackEnds(wanted);
console.log(describeMachine());
console.log(`${rounds} rounds of each, medians; in brackets: of the first back end, per second\n`);
const width = 24;
console.log([''.padEnd(44), ...backEnds.list.map(({ name }) => name.padEnd(width))].join(''));
for (const { name, unit, prepare, run } of measures) {
  const figures = backEnds.list.map((): number[] => []);
  const prepared = [];
  for (const { database } of backEnds.list) prepared.push(await prepare(database));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { database }] of backEnds.list.entries()) {
      figures[index]?.push(await run(database, prepared[index], round));
    }
  }
  const medians = figures.map(median);
  const cells = medians.map((figure) => {
    const ratio = figure / (medians[0] ?? figure);
    return `${figure < 100 ? figure.toFixed(1) : Math.round(figure)} ${unit} (${ratio.toFixed(2)})`.padEnd(
      width,
    );
  });
  console.log([name.padEnd(44), ...cells].join(''));
}
