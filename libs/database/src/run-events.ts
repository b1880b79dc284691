import type { RunEvent } from '@docfleet/contracts';
import { guard } from './database-failure.ts';
import type { Session } from './open-database.ts';

/** The history of runs, from stage events. */
export interface RunEvents {
  /** Adds events; existing ones are not changed. */
  add(events: readonly RunEvent[]): Promise<void>;
  /** Oldest first. */
  ofRun(runId: string): Promise<readonly RunEvent[]>;
}

/** A statement takes at most 65,535 parameters. */
const maxRowsAtOnce = 1_000;

export function runEventsIn(session: Session): RunEvents {
  return {
    add: (events) =>
      guard(async () => {
        for (let start = 0; start < events.length; start += maxRowsAtOnce) {
          await session
            .insertInto('runEvents')
            .values(
              events.slice(start, start + maxRowsAtOnce).map((event) => ({
                ...event,
                at: new Date(event.at),
                detail: JSON.stringify(event.detail),
              })),
            )
            .onConflict((conflict) => conflict.columns(['partition', 'offset']).doNothing())
            .execute();
        }
      }),
    ofRun: (runId) =>
      guard(() =>
        session
          .selectFrom('runEvents')
          .selectAll()
          .where('runId', '=', runId)
          .orderBy('at')
          .orderBy('offset')
          .execute(),
      ),
  };
}
