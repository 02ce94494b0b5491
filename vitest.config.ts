import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['hearth-source'] },
  ssr: { resolve: { conditions: ['hearth-source'] } },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts', 'test/foundationdb/**'],
    pool: 'forks',
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    execArgv: ['--conditions=hearth-source', '--disable-warning=ExperimentalWarning'],
  },
});
