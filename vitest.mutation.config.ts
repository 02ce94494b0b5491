import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The tests that judge each mutant of the rules of Matrix (`npm run test:mutation`): those that lie beside them.
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['src/protocol/matrix/**/*.test.ts'],
    setupFiles: ['tools/mutation/fast-check-setup.ts'],
  },
});
