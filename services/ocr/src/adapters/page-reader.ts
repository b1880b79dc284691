import type { Line, ReadingRoute } from '@docfleet/domain';
import { settleAccents } from '../core/accents.ts';
import { decodeLine, lineConfidence, type SeenLine } from '../core/characters.ts';
import { planDetection } from '../core/detection-plan.ts';
import { keepTile, tileTensor } from '../core/detector-tensor.ts';
import { lineTensor, readable } from '../core/line-tensor.ts';
import { pieceOf } from '../core/piece.ts';
import type { Bitmap } from '../core/pixels.ts';
import { slopeOf, type Quad } from '../core/quad.ts';
import { inReadingOrder, type PlacedPiece } from '../core/reading-order.ts';
import { routePlans, type Recogniser } from '../core/routes.ts';
import { textBoxes } from '../core/text-boxes.ts';
import { isDoubtful } from '../core/words.ts';
import type { ImageNetwork } from './onnx-session.ts';
import { resizeBitmap, type DecodedPage } from './page-image.ts';

/** The networks of a reader; a recogniser is opened on first use. */
export interface ReaderNetworks {
  readonly detector: ImageNetwork;
  recogniser(name: Recogniser): Promise<{ network: ImageNetwork; characters: readonly string[] }>;
}

/** Reads the lines of a page. `signal` is checked before each run of a network. @throws the signal's reason */
export async function readLines(
  networks: ReaderNetworks,
  page: DecodedPage,
  { route, signal }: { route: ReadingRoute; signal: AbortSignal },
): Promise<readonly Line[]> {
  const { bitmap, widthPx, heightPx } = page;
  const target = { width: widthPx, height: heightPx, scale: widthPx / bitmap.width };
  const pieces: PlacedPiece[] = [];
  for (const found of await detect(networks.detector, bitmap, signal)) {
    const quad = readable(found, bitmap);
    const piece = pieceOf(await recognise(networks, bitmap, quad, { route, signal }), quad, target);
    if (piece !== undefined) pieces.push({ line: piece, slope: slopeOf(quad) });
  }
  return settleAccents(inReadingOrder(pieces));
}

async function detect(detector: ImageNetwork, bitmap: Bitmap, signal: AbortSignal): Promise<readonly Quad[]> {
  const plan = planDetection(bitmap.width, bitmap.height);
  const input = await resizeBitmap(bitmap, plan.width, plan.height);
  const map = { width: plan.width, height: plan.height, data: new Float32Array(plan.width * plan.height) };
  for (const tile of plan.tiles) {
    signal.throwIfAborted();
    keepTile(map, plan, tile, await detector.run(tileTensor(input, plan, tile)));
  }
  return textBoxes(map, bitmap);
}

async function recognise(
  networks: ReaderNetworks,
  bitmap: Bitmap,
  quad: Quad,
  { route, signal }: { route: ReadingRoute; signal: AbortSignal },
): Promise<SeenLine> {
  const { first, again } = routePlans[route];
  const tensor = lineTensor(bitmap, quad);
  const readWith = async (name: Recogniser): Promise<SeenLine> => {
    signal.throwIfAborted();
    const { network, characters } = await networks.recogniser(name);
    return decodeLine(await network.run(tensor), characters);
  };
  const seen = await readWith(first);
  return again !== undefined && isDoubtful(seen, lineConfidence(seen)) ? readWith(again) : seen;
}
