import { silentObserver, type StageObserver } from './observer.ts';

/**
 * An observer that never throws: what fails in metrics, logs and traces is logged where that is possible, and the record
 * goes on without. Nothing that a record contains must end the process by the way it is reported.
 */
export function guardObserver(observer: StageObserver): StageObserver {
  const report = (what: string, error: unknown): void => {
    try {
      observer.logOf(null).error(`The observer failed in '${what}'; the record goes on without it.`, error);
    } catch {
      // The log itself is what fails: nobody is left to be told.
    }
  };
  const guarded = (what: string, action: () => void): void => {
    try {
      action();
    } catch (error) {
      report(what, error);
    }
  };
  return {
    logOf: (run) => {
      try {
        return observer.logOf(run);
      } catch (error) {
        report('logOf', error);
        return silentObserver.logOf(run);
      }
    },
    started: (facts) => {
      guarded('started', () => {
        observer.started(facts);
      });
    },
    handedBack: (facts) => {
      guarded('handedBack', () => {
        observer.handedBack(facts);
      });
    },
    concluded: (facts) => {
      guarded('concluded', () => {
        observer.concluded(facts);
      });
    },
    softLimit: (facts) => {
      guarded('softLimit', () => {
        observer.softLimit(facts);
      });
    },
    loaded: (facts) => {
      guarded('loaded', () => {
        observer.loaded(facts);
      });
    },
    committed: (facts) => {
      guarded('committed', () => {
        observer.committed(facts);
      });
    },
    doubted: (facts) => {
      guarded('doubted', () => {
        observer.doubted(facts);
      });
    },
    unreadableMetadata: () => {
      guarded('unreadableMetadata', () => {
        observer.unreadableMetadata();
      });
    },
    inSpan: async (run, traceparent, work) => {
      let working: ReturnType<typeof work> | undefined;
      try {
        return await observer.inSpan(run, traceparent, (span) => (working ??= work(span)));
      } catch (error) {
        // The work's own error is thrown by the work.
        if (working !== undefined) return await working;
        report('inSpan', error);
        return work(traceparent);
      }
    },
  };
}
