/** A check that ran and found something wrong: exit code 1. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}
