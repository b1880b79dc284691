import { lanes } from './filters.ts';

export const taskStates = ['waiting', 'decided', 'closed'] as const;
export type TaskStateName = (typeof taskStates)[number];

/** Which tasks of review a list shows; it stands in the address. */
export interface ReviewSearch {
  /** Default: those that wait. */
  readonly state?: Exclude<TaskStateName, 'waiting'>;
  readonly class?: string;
  readonly lane?: (typeof lanes)[number];
  readonly mine?: true;
  /** Why the list is shown: nothing was left to review. */
  readonly said?: 'none';
}

/** The filter in a query; what it does not know is left out. */
export function readReviewSearch(search: Readonly<Record<string, unknown>>): ReviewSearch {
  const { state, class: documentClass, lane, mine, said } = search;
  const knownState = state === 'decided' || state === 'closed' ? state : undefined;
  const knownLane = lanes.find((known) => known === lane);
  return {
    ...(knownState === undefined ? {} : { state: knownState }),
    ...(typeof documentClass === 'string' && documentClass !== '' ? { class: documentClass } : {}),
    ...(knownLane === undefined ? {} : { lane: knownLane }),
    ...(mine === true ? { mine } : {}),
    ...(said === 'none' ? { said } : {}),
  };
}
