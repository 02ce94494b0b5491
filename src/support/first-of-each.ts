// Lists without repetitions: where several things go by one key, the first counts.

/** The items in their order, without those whose key an earlier one has. */
export function firstOfEach<T>(items: Iterable<T>, keyOf: (item: T) => unknown): T[] {
  const byKey = new Map<unknown, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}
