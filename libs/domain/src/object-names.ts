/** The parts of every object name of a run. */
export interface RunPlace {
  /** UTC day of the claim, `yyyy-mm-dd`: all objects of a run are in one folder. */
  readonly claimDate: string;
  readonly runId: string;
  readonly revision: number;
}

/** `claims/<runId>`: created conditionally by preprocess, it decides which submission a run belongs to. */
export function claimName(runId: string): string {
  return `claims/${runId}`;
}

/** Folder of a stage's results, for one version and revision. */
export function stageFolder(place: RunPlace, stage: string, version: string): string {
  return `runs/${place.claimDate}/${place.runId}/r${String(place.revision)}/${stage}@${version}`;
}

/** Folder of the result bundle that belongs to one ending. */
export function bundleFolder(place: RunPlace, outcomeId: string): string {
  return `runs/${place.claimDate}/${place.runId}/r${String(place.revision)}/results/${outcomeId}`;
}

/** `0001.json` for page 1: names sort as pages do. */
export function pageName(page: number, extension: string): string {
  return `${String(page).padStart(4, '0')}.${extension}`;
}

/** Name of an upload, derived from its content, so a repeated upload has the same name. */
export function uploadName(tenantId: string, runId: string, bodySha256: string): string {
  return `uploads/${encodeURIComponent(tenantId)}/${runId}/${bodySha256}`;
}
