export { startRenderPool, type RenderPool, type RenderPoolOptions } from './pages/render-pool.ts';
export { mediaTypeOfRendition, type PageSource, type RenderJob } from './pages/render-job.ts';
export type { TextPage } from './pages/text-page.ts';
export { aggregate, toJson, type BatchAggregate, type BatchSummary } from './batch/aggregate.ts';
export {
  type BatchReportInput,
  type ReportDocument,
  type ReportField,
  type ReportFile,
  type ReportHashes,
  type ReportPage,
} from './batch/batch-report.ts';
export { checkNames, type Check, type CheckName } from './batch/checks.ts';
export { toCsv } from './batch/csv.ts';
export { toPdf, type BatchPdfOptions } from './batch/pdf/batch-pdf.ts';
export { toXlsx } from './batch/xlsx.ts';
export { toZip, type ArchivedEntry, type EntriesOf } from './batch/zip.ts';
