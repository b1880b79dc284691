import type { ApiEvent, JobEndedEvent, JobProgressEvent, JobStageEvent } from '@docfleet/client';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { lifeOf, type LifeEvent } from '../model/life.ts';
import { useApi } from '../session/api.ts';

/** What is known of a document's life, as it happens. */
export interface JobEvents {
  readonly events: readonly LifeEvent[];
  readonly pages: JobProgressEvent | undefined;
}

const nothing: JobEvents = { events: [], pages: undefined };

/** Follows a document by its stream of events; each one makes what is shown of it be read again. */
export function useJobEvents(runId: string, isFollowed = true): JobEvents {
  const { client } = useApi();
  const queries = useQueryClient();
  const [known, setKnown] = useState(nothing);
  useEffect(() => {
    if (!isFollowed) return undefined;
    const leaving = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const event of client.jobEvents(runId, { signal: leaving.signal })) {
        setKnown((before) => withEvent(before, event));
        if (event.type === 'progress') continue;
        void queries.invalidateQueries({ queryKey: ['job', runId] });
      }
      void queries.invalidateQueries({ queryKey: ['jobs'] });
    };
    // A refusal and a gateway that is away are told by the query of the document itself.
    follow().catch(() => undefined);
    return () => {
      leaving.abort();
      setKnown(nothing);
    };
  }, [client, queries, runId, isFollowed]);
  return known;
}

function withEvent(known: JobEvents, { type, data }: ApiEvent): JobEvents {
  switch (type) {
    case 'reset':
      return nothing;
    case 'progress':
      return { ...known, pages: data as JobProgressEvent };
    case 'stage':
      return { ...known, events: lifeOf(known.events, { kind: 'stage', ...stageOf(data as JobStageEvent) }) };
    case 'ended': {
      const { revision, status, code, at } = data as JobEndedEvent;
      return { ...known, events: lifeOf(known.events, { kind: 'ended', revision, status, code, at }) };
    }
    default:
      return known;
  }
}

function stageOf({ revision, stage, kind, attempt, code, at }: JobStageEvent) {
  return { revision, stage, what: kind, attempt, code, at };
}
