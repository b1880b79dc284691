import type { Trust } from '@docfleet/class-training';

const side = 260;
const margin = 50;

/**
 * Two pictures in one SVG: the reliability diagram (share of right values over their mean confidence, in ten bins of the
 * same number of values), and the risk-coverage curve of documents (share of wrong ones among the most sure).
 */
export function trustDiagram(trust: Trust, title: string): string {
  const width = 2 * (side + 2 * margin);
  const height = side + 2 * margin + 20;
  const points = trust.bins.filter(({ count }) => count > 0).map(({ said, right }) => at(said, right));
  const worst = Math.max(0.05, ...trust.riskCoverage.map(({ risk }) => risk));
  const curve = trust.riskCoverage.map(({ coverage, risk }) => at(coverage, risk / worst));
  const right = side + 3 * margin;
  const error = `ECE ${trust.calibrationError.value.toFixed(3)}, AUROC ${trust.auroc.value.toFixed(3)}, ${trust.values} values`;
  const shares = `${percent(trust.shareAt97.value)} at 97 %, ${percent(trust.shareAt98.value)} at 98 %, ${trust.documents} documents`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="11">`,
    `<title>${escaped(title)}: ${error}; ${shares}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${margin}" y="20" font-size="13">${escaped(title)}</text>`,
    `<g transform="translate(${margin} ${margin})">`,
    ...frame('confidence', 'share right', ['0', '1'], '1'),
    `<line x1="0" y1="${side}" x2="${side}" y2="0" stroke="#999" stroke-dasharray="4 4"/>`,
    `<polyline points="${points.join(' ')}" fill="none" stroke="#1b5fa8" stroke-width="2"/>`,
    ...points.map((point) => {
      const [x = '0', y = '0'] = point.split(',');
      return `<circle cx="${x}" cy="${y}" r="4" fill="#1b5fa8"/>`;
    }),
    `<text x="0" y="${side + 44}">${error}</text>`,
    '</g>',
    `<g transform="translate(${right} ${margin})">`,
    ...frame('share of documents approved', 'share wrong', ['0', '1'], worst.toFixed(2)),
    `<polyline points="${curve.join(' ')}" fill="none" stroke="#a8431b" stroke-width="2"/>`,
    `<text x="0" y="${side + 44}">${shares}</text>`,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function at(x: number, y: number): string {
  return `${(x * side).toFixed(1)},${((1 - y) * side).toFixed(1)}`;
}

function frame(
  xName: string,
  yName: string,
  [from, to]: readonly [string, string],
  top: string,
): readonly string[] {
  return [
    `<rect width="${side}" height="${side}" fill="none" stroke="#333"/>`,
    `<text x="0" y="${side + 14}">${from}</text>`,
    `<text x="${side}" y="${side + 14}" text-anchor="end">${to}</text>`,
    `<text x="${side / 2}" y="${side + 26}" text-anchor="middle">${xName}</text>`,
    `<text x="-6" y="10" text-anchor="end">${top}</text>`,
    `<text x="-6" y="${side}" text-anchor="end">0</text>`,
    `<text transform="translate(-24 ${side / 2}) rotate(-90)" text-anchor="middle">${yName}</text>`,
  ];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
