import type { EtaError } from './eta.ts';
import type { ComparedFigure } from './compare.ts';
import { compareWithFloors, type Figures } from './figures.ts';
import type { Spread } from './percentile.ts';

/** The figures of a run as lines of text. */
export function renderFigures(figures: Figures): string {
  const { documents, completed, failed, wallSeconds, documentsPerHour, otherWork } = figures;
  return [
    `${documents} documents in ${wallSeconds} s: ${completed} with a result, ${failed} without; ${documentsPerHour} an hour`,
    ...(otherWork > 1.1
      ? [`The machine had other work: its processors were busy for ${otherWork} times the fleet's time.`]
      : []),
    '',
    row('seconds', 'p50', 'p95', 'p99'),
    spreadRow('from sending to the end', figures.latencySeconds),
    ...Object.entries(figures.latencySecondsByLane).map(([lane, spread]) => spreadRow(`  ${lane}`, spread)),
    ...Object.entries(figures.stages).flatMap(([stage, { queued, active }]) => [
      spreadRow(`${stage}, waiting`, queued),
      spreadRow(`${stage}, at work`, active),
    ]),
    '',
    row('error of the estimated end, median', 'seconds', 'too late by', '% of rest', '% in spread'),
    etaRow('  at submission', figures.etaErrors.atSubmission),
    etaRow('  at half of the wait', figures.etaErrors.atHalf),
    '',
    row('processor seconds a document', ''),
    ...Object.entries(figures.cpuSecondsPerDocument)
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, seconds]) => row(`  ${name}`, seconds.toFixed(3))),
    '',
    `memory of services ${figures.memoryMegabytes} MB; growth over 50 documents ${percentOf(figures.memoryGrowthPercentOver50)}, over all ${percentOf(figures.memoryGrowthPercent)}`,
    '',
    row('floor', 'required', 'ours', ''),
    ...compareWithFloors(figures).map(({ name, floor, ours, isKept }) =>
      row(
        `  ${name}`,
        String(floor),
        ours === null ? 'not measured' : String(ours),
        isKept ? 'kept' : 'MISSED',
      ),
    ),
  ].join('\n');
}

/** Figures beside those of a stored run. */
export function renderComparison(compared: readonly ComparedFigure[]): string {
  return [
    row('figure', 'before', 'now', 'now / before'),
    ...compared.map(({ name, before, now, ratio }) =>
      row(name, String(before), String(now), ratio === null ? '' : ratio.toFixed(2)),
    ),
  ].join('\n');
}

function spreadRow(name: string, { p50, p95, p99 }: Spread): string {
  return row(name, p50.toFixed(2), p95.toFixed(2), p99.toFixed(2));
}

function etaRow(name: string, error: EtaError | null): string {
  if (error === null) return row(name, 'none');
  const { documents, medianSeconds, medianBiasSeconds, medianPercent, withinSpreadPercent } = error;
  return row(
    `${name} (${documents} documents)`,
    medianSeconds.toFixed(2),
    medianBiasSeconds.toFixed(2),
    medianPercent.toFixed(0),
    withinSpreadPercent.toFixed(0),
  );
}

function row(name: string, ...cells: readonly string[]): string {
  return `${name.padEnd(54)}${cells.map((cell) => cell.padStart(14)).join('')}`.trimEnd();
}

function percentOf(value: number | null): string {
  return value === null ? 'not measured' : `${value} %`;
}
