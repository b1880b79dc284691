/** What waits, lowest priority number first and, among equals, first come first served. */
export interface PriorityQueue<T> {
  readonly size: number;
  push(item: T, priority: number): void;
  shift(): T | undefined;
  /** Whether `item` was waiting; it no longer is. */
  remove(item: T): boolean;
}

/** A sorted array: queues here hold a few dozen jobs, and insertion keeps the order plain to see. */
export function createPriorityQueue<T>(): PriorityQueue<T> {
  const waiting: { item: T; priority: number }[] = [];
  return {
    get size() {
      return waiting.length;
    },
    push(item, priority) {
      const after = waiting.findIndex((other) => other.priority > priority);
      waiting.splice(after === -1 ? waiting.length : after, 0, { item, priority });
    },
    shift: () => waiting.shift()?.item,
    remove(item) {
      const index = waiting.findIndex((other) => other.item === item);
      if (index !== -1) waiting.splice(index, 1);
      return index !== -1;
    },
  };
}
