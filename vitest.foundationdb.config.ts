import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

// The suites that every engine passes, against the cluster that HEARTH_TEST_FOUNDATIONDB names.
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/foundationdb/**/*.test.ts'],
      globalSetup: ['test/foundationdb/setup.ts'],
      testTimeout: 120_000,
      hookTimeout: 60_000,
    },
  }),
);
