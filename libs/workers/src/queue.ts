/** A queue: lowest priority number first, FIFO among equals. */
export interface PriorityQueue<T> {
  readonly size: number;
  push(item: T, priority: number): void;
  shift(): T | undefined;
  /** Removes `item`; returns whether it was in the queue. */
  remove(item: T): boolean;
}

/** Hand-written as a sorted array: queues hold a few dozen jobs, and a heap library would not be stable. */
export function createPriorityQueue<T>(): PriorityQueue<T> {
  const items: { item: T; priority: number }[] = [];
  return {
    get size() {
      return items.length;
    },
    push(item, priority) {
      const after = items.findIndex((other) => other.priority > priority);
      items.splice(after === -1 ? items.length : after, 0, { item, priority });
    },
    shift: () => items.shift()?.item,
    remove(item) {
      const index = items.findIndex((other) => other.item === item);
      if (index !== -1) items.splice(index, 1);
      return index !== -1;
    },
  };
}
