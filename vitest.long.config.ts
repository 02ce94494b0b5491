import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The long soaks (`npm run test:long`): what `npm test` does in seconds, for minutes.
export default defineConfig({
  ...base,
  test: { ...base.test, include: ['test/**/*.long.test.ts'], exclude: [] },
});
