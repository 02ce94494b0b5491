/** A value now or later. Embedded engines answer at once where they can; callers `await` either way. */
export type Awaitable<T> = T | Promise<T>;
