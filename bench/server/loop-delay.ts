// Watches how long the event loop of a program under measurement is held up. Loaded before it (`--import`), it begins with
// one SIGUSR2 and ends with the next, and writes the longest delay in between, in milliseconds, to the file that
// LOOP_DELAY_FILE names. Meanwhile the program is never quite idle.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env.LOOP_DELAY_FILE;
if (file) {
  const resolutionMs = 2;
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  let isWatching = false;
  process.on('SIGUSR2', () => {
    isWatching = !isWatching;
    if (isWatching) {
      delays.reset();
      delays.enable();
    } else {
      delays.disable();
    }
    const longestMs = isWatching ? 0 : Math.max(delays.max / 1e6 - resolutionMs, 0);
    writeFileSync(`${file}.new`, String(longestMs));
    renameSync(`${file}.new`, file);
  });
}
