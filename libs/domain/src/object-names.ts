/** What every object name of a run is made of. */
export interface RunPlace {
  /** UTC day of the claim, `yyyy-mm-dd`: one run never spreads over two folders. */
  readonly claimDate: string;
  readonly runId: string;
  readonly revision: number;
  /** How often a person has sent the revision back to a stage. */
  readonly round: number;
}

/** `claims/<runId>`: created conditionally by preprocess, it decides which submission a run belongs to. */
export function claimName(runId: string): string {
  return `claims/${runId}`;
}

/** Folder of a stage's results; another version, revision or round never shares it. */
export function stageFolder(place: RunPlace, stage: string, version: string): string {
  return `${roundFolder(place)}/${stage}@${version}`;
}

/** Folder of the result bundle that belongs to one ending. */
export function bundleFolder(place: RunPlace, outcomeId: string): string {
  return `${roundFolder(place)}/results/${outcomeId}`;
}

/** `r<revision>`, and `r<revision>.<round>` of what a person has sent back. */
function roundFolder({ claimDate, runId, revision, round }: RunPlace): string {
  const name = round === 0 ? String(revision) : `${String(revision)}.${String(round)}`;
  return `runs/${claimDate}/${runId}/r${name}`;
}

/** `0001.json` for page 1: names sort as pages do. */
export function pageName(page: number, extension: string): string {
  return `${String(page).padStart(4, '0')}.${extension}`;
}

/** Folder of a tenant's uploads, with the slash at its end. */
export function uploadFolder(tenantId: string): string {
  return `uploads/${encodeURIComponent(tenantId)}/`;
}

/** Folder of everything that stages and endings wrote of a run, all revisions, with the slash at its end. */
export function runFolder({ claimDate, runId }: Pick<RunPlace, 'claimDate' | 'runId'>): string {
  return `runs/${claimDate}/${runId}/`;
}

/** What the keys of a tenant's readings in the cache start with. */
export function readingCachePrefix(tenantId: string): string {
  return `ocr:${encodeURIComponent(tenantId)}:`;
}

/** Where the gateway streams an upload: named by what identifies it, so a repeated upload meets the first. */
export function uploadName(tenantId: string, runId: string, bodySha256: string): string {
  return `${uploadFolder(tenantId)}${runId}/${bodySha256}`;
}
