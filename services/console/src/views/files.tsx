import type { Job } from '@docfleet/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useApi } from '../session/api.ts';
import { useTexts } from '../strings/strings.ts';
import { Answered } from '../ui/answered.tsx';
import { Button } from '../ui/button.tsx';
import { saveAnswer } from '../ui/download.ts';
import { Empty, Problem } from '../ui/feedback.tsx';
import { Table } from '../ui/table.tsx';

/** The files of a document that has ended. */
export function Files({ job }: { readonly job: Job }) {
  const { t, format } = useTexts();
  const { client } = useApi();
  const { runId } = job;
  const hasFiles = job.links.artifacts !== null;
  const files = useQuery({
    queryKey: ['files', runId, job.revision],
    queryFn: ({ signal }) => client.listArtifacts({ runId }, { signal }),
    enabled: hasFiles,
  });
  const download = useMutation({
    mutationFn: async ({ name, fileName }: { readonly name: string; readonly fileName: string }) =>
      saveAnswer(await client.readArtifact({ runId, name }), fileName),
  });
  if (!hasFiles) return <Empty>{t.document.noFiles}</Empty>;
  return (
    <>
      {download.error !== null && <Problem error={download.error} />}
      <Answered query={files}>
        {({ artifacts }) => (
          <Table
            caption={t.document.files}
            rows={artifacts}
            keyOf={({ name }) => name}
            empty={t.document.noFiles}
            columns={[
              { id: 'name', header: t.documents.name, cell: ({ name }) => name },
              {
                id: 'size',
                header: t.usage.bytes,
                kind: 'number',
                cell: ({ sizeBytes }) =>
                  sizeBytes === null ? t.document.madeWhenRead : format.bytes(sizeBytes),
              },
              {
                id: 'action',
                header: t.actions,
                cell: ({ name, mediaType }) => (
                  <Button
                    look="quiet"
                    aria-label={t.document.download(name)}
                    onPress={() => {
                      download.mutate({ name, fileName: fileNameOf(job, name, mediaType) });
                    }}
                  >
                    ↓
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Answered>
    </>
  );
}

/** The name that a file is saved under. */
function fileNameOf(job: Job, name: string, mediaType: string): string {
  if (name === 'original') return job.fileName ?? 'original';
  if (!name.startsWith('page-')) return name;
  return `${name}.${mediaType === 'image/png' ? 'png' : 'jpg'}`;
}
