// Loaded before the tests that judge mutants (`npm run test:mutation`): a property that a mutant breaks has done its work,
// and the smallest example of it is not looked for.
import fc from 'fast-check';

fc.configureGlobal({ endOnFailure: true });
