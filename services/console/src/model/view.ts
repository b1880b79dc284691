/** How a page is looked at: its size on the screen and its quarter turns. */
export interface View {
  /** Screen pixels for one pixel of the image. */
  readonly scale: number;
  /** Clockwise. */
  readonly quarterTurns: 0 | 1 | 2 | 3;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const smallest = 0.05;
const largest = 8;
const step = 1.25;

export function zoomed(view: View, direction: 'in' | 'out'): View {
  const scale = direction === 'in' ? view.scale * step : view.scale / step;
  return { ...view, scale: clamp(scale) };
}

export function turned(view: View): View {
  return { ...view, quarterTurns: ((view.quarterTurns + 1) % 4) as View['quarterTurns'] };
}

/** The page as large as its room is wide. */
export function fitted(view: View, page: Size, room: Pick<Size, 'width'>): View {
  return { ...view, scale: clamp(room.width / turnedSize(page, view.quarterTurns).width) };
}

/** Size of a page on the screen. */
export function shownSize(view: View, page: Size): Size {
  const { width, height } = turnedSize(page, view.quarterTurns);
  return { width: width * view.scale, height: height * view.scale };
}

/** Where a box (left, top, right, bottom in pixels of the page) is on the screen, relative to the turned page. */
export function shownBox(view: View, page: Size, box: Box): Box {
  const [left, top, right, bottom] = box;
  const { width, height } = page;
  const turnedBox = {
    0: [left, top, right, bottom],
    1: [height - bottom, left, height - top, right],
    2: [width - right, height - bottom, width - left, height - top],
    3: [top, width - right, bottom, width - left],
  } as const satisfies Record<View['quarterTurns'], Box>;
  const [x, y, endX, endY] = turnedBox[view.quarterTurns];
  return [x * view.scale, y * view.scale, endX * view.scale, endY * view.scale];
}

/** Left, top, right and bottom. */
export type Box = readonly [number, number, number, number];

/** The four numbers of a box; undefined for a list that is none. */
export function boxOf(numbers: readonly number[]): Box | undefined {
  const [left, top, right, bottom] = numbers;
  if (left === undefined || top === undefined || right === undefined || bottom === undefined)
    return undefined;
  return [left, top, right, bottom];
}

function turnedSize({ width, height }: Size, quarterTurns: View['quarterTurns']): Size {
  return quarterTurns % 2 === 0 ? { width, height } : { width: height, height: width };
}

function clamp(scale: number): number {
  return Math.min(largest, Math.max(smallest, scale));
}

/** How a box fills its room: not larger than is pleasant to read, with some of the page around it. */
export function focusedScale(box: Box, room: Size, now: number): number {
  const [left, top, right, bottom] = box;
  const width = Math.max(1, right - left);
  const height = Math.max(1, bottom - top);
  // A line of text is read well at 28 pixels; a block is shown whole.
  const readable = 28 / Math.min(height, 60);
  const whole = Math.min((0.8 * room.width) / width, (0.6 * room.height) / height);
  const wanted = Math.min(whole, Math.max(now, readable));
  return clamp(Math.min(2, wanted));
}

/** The point of the page that is at a place of the screen, relative to the turned page. */
export function pagePoint(
  view: View,
  page: Size,
  [x, y]: readonly [number, number],
): readonly [number, number] {
  const [right, down] = [x / view.scale, y / view.scale];
  const { width, height } = page;
  const turnedBack = {
    0: [right, down],
    1: [down, height - right],
    2: [width - right, height - down],
    3: [width - down, right],
  } as const satisfies Record<View['quarterTurns'], readonly [number, number]>;
  const [left, top] = turnedBack[view.quarterTurns];
  return [Math.min(width, Math.max(0, left)), Math.min(height, Math.max(0, top))];
}
