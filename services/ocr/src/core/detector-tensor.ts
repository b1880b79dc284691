import type { DetectionPlan, Tile } from './detection-plan.ts';
import type { Bitmap, ImageTensor } from './pixels.ts';
import type { ProbabilityMap } from './text-boxes.ts';

/** Per channel in the order the network takes them, blue first (its `inference.yml`). */
const means = [0.485, 0.456, 0.406] as const;
const deviations = [0.229, 0.224, 0.225] as const;

const tables = means.map((mean, channel) =>
  Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / (deviations[channel] ?? 1)),
);

/** One tile of the resized page as detector input. */
export function tileTensor(page: Bitmap, plan: DetectionPlan, tile: Tile): ImageTensor {
  const area = tileArea(plan, tile);
  const plane = area.width * area.height;
  const data = new Float32Array(3 * plane);
  tables.forEach((table, channel) => {
    let at = channel * plane;
    for (let row = 0; row < area.height; row += 1) {
      let from = ((area.top + row) * page.width + area.left) * 3 + 2 - channel;
      for (let column = 0; column < area.width; column += 1, from += 3, at += 1) {
        data[at] = table[page.data[from] ?? 0] ?? 0;
      }
    }
  });
  return { data, width: area.width, height: area.height };
}

/** Copies the kept part of a tile's output into the page's map. */
export function keepTile(map: ProbabilityMap, plan: DetectionPlan, tile: Tile, answer: Float32Array): void {
  const area = tileArea(plan, tile);
  const rows = plan.along === 'y' ? [tile.keepFrom, tile.keepTo] : [0, area.height];
  const columns = plan.along === 'x' ? [tile.keepFrom, tile.keepTo] : [0, area.width];
  const [firstRow = 0, lastRow = 0] = rows;
  for (let row = firstRow; row < lastRow; row += 1) {
    const from = row * area.width;
    const to = (area.top + row) * map.width + area.left + (columns[0] ?? 0);
    map.data.set(answer.subarray(from + (columns[0] ?? 0), from + (columns[1] ?? 0)), to);
  }
}

function tileArea(
  plan: DetectionPlan,
  tile: Tile,
): { left: number; top: number; width: number; height: number } {
  return plan.along === 'x'
    ? { left: tile.start, top: 0, width: tile.length, height: plan.height }
    : { left: 0, top: tile.start, width: plan.width, height: tile.length };
}
