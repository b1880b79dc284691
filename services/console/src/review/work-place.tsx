import type { ClassFacts, ReviewDecision } from '@docfleet/client';
import type { ReactNode } from 'react';
import type { ReviewPage } from '../model/review-types.ts';
import { Problem } from '../ui/feedback.tsx';
import { usePageImage, type PageSource } from '../views/page-image.ts';
import { Thumbnails } from '../views/thumbnails.tsx';
import { TaskNotices } from './task-notices.tsx';
import type { UsedTask } from './use-task-session.ts';
import { useWork } from './use-work.ts';
import { WorkDialogs } from './work-dialogs.tsx';
import { WorkDocument } from './work-document.tsx';
import { WorkHeader } from './work-header.tsx';
import { WorkPage } from './work-page.tsx';

/** A document that is reviewed: what was found to the left, the page to the right, and keys for everything. */
export function WorkPlace(props: {
  readonly used: UsedTask;
  readonly classes: readonly ClassFacts[];
  readonly pages: readonly ReviewPage[];
  readonly source: PageSource;
  /** What was done with the task before. */
  readonly notice: ReactNode;
  readonly onLeft: (count: number) => void;
  readonly onDecided: (decision: ReviewDecision) => void;
  readonly onSkip: (reason: string) => Promise<unknown>;
  readonly onNext: () => void;
  readonly onLeave: () => void;
}) {
  const { used, source, notice, onSkip, onNext, onLeave } = props;
  const work = useWork(props);
  const { documents, state, pageCount, failure, run } = work;
  const image = usePageImage(source, state.page);
  return (
    <div className="full">
      <WorkHeader work={work} onLeave={onLeave} />
      {notice}
      <TaskNotices used={used} onNext={onNext} />
      {failure !== undefined && <Problem error={failure} />}
      <div className={pageCount > 1 ? 'work with-thumbnails' : 'work'}>
        <div className="work-fields">
          {documents.map((document) => (
            <WorkDocument key={document.index} {...{ work, document, image }} />
          ))}
        </div>
        {pageCount > 1 && (
          <Thumbnails
            source={source}
            pageCount={pageCount}
            page={state.page}
            onPage={(page) => {
              run([{ kind: 'showedPage', page }]);
            }}
          />
        )}
        <WorkPage work={work} image={image} />
      </div>
      <WorkDialogs work={work} onSkip={onSkip} />
    </div>
  );
}
