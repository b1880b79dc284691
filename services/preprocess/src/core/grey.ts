/** Grey image: one byte per pixel, row by row, 0 is black. */
export interface GreyImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly pixels: Uint8Array;
}

/** Difference between channels from which a pixel counts as coloured. */
const chromaThreshold = 32;

/** Share of coloured pixels from which an image is kept in colour: a stamp, a blue signature. */
const colourShare = 0.0005;

/** Every fourth row and column is sampled for colour. */
const chromaStep = 4;

/** Brightness of `count` pixels of four bytes, red first (ITU-R BT.601 weights in 1/256). */
export function greyOfRgbx(rgbx: Uint8Array, count: number): Uint8Array {
  const grey = new Uint8Array(count);
  for (let pixel = 0, at = 0; pixel < count; pixel += 1, at += 4) {
    grey[pixel] = ((rgbx[at] ?? 0) * 77 + (rgbx[at + 1] ?? 0) * 150 + (rgbx[at + 2] ?? 0) * 29) >> 8;
  }
  return grey;
}

/** Whether an image of four bytes a pixel has enough colour to keep. */
export function hasColour(rgbx: Uint8Array, widthPx: number, heightPx: number): boolean {
  let coloured = 0;
  let seen = 0;
  for (let y = 0; y < heightPx; y += chromaStep) {
    for (let x = 0; x < widthPx; x += chromaStep) {
      const at = (y * widthPx + x) * 4;
      const [red = 0, green = 0, blue = 0] = [rgbx[at], rgbx[at + 1], rgbx[at + 2]];
      seen += 1;
      if (Math.max(red, green, blue) - Math.min(red, green, blue) >= chromaThreshold) coloured += 1;
    }
  }
  return coloured > seen * colourShare;
}

/** Brightness of a drawing from which it would be lost on white paper. */
const lightDrawing = 200;

/** Share of an image that is transparent from which the rest counts as drawn on it. */
const transparentShare = 0.3;

/**
 * Whether what is drawn on a transparent image is light, so that a white ground would hide it. `rgba`: four bytes a pixel,
 * red first, the last one the opacity.
 */
export function isLightOnTransparent(rgba: Uint8Array, count: number): boolean {
  let opacity = 0;
  let brightness = 0;
  for (let pixel = 0, at = 0; pixel < count; pixel += 1, at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    opacity += alpha;
    brightness +=
      (((rgba[at] ?? 0) * 77 + (rgba[at + 1] ?? 0) * 150 + (rgba[at + 2] ?? 0) * 29) >> 8) * alpha;
  }
  if (opacity === 0 || opacity > 255 * count * (1 - transparentShare)) return false;
  return brightness / opacity >= lightDrawing;
}

/** Whether an image is mostly black and white with few grey levels: printed text rather than a photo. */
export function isNearlyBilevel(image: GreyImage): boolean {
  let between = 0;
  let seen = 0;
  for (let at = 0; at < image.pixels.length; at += 7) {
    const value = image.pixels[at] ?? 0;
    seen += 1;
    if (value > 48 && value < 232) between += 1;
  }
  return between < seen * 0.12;
}

/** The image reduced by an integer factor (block means), so that its longest side is at most about `maxSidePx`. */
export function shrinkGrey(image: GreyImage, maxSidePx: number): GreyImage & { readonly factor: number } {
  const factor = Math.ceil(Math.max(image.widthPx, image.heightPx) / maxSidePx);
  if (factor <= 1) return { ...image, factor: 1 };
  const widthPx = Math.max(1, Math.floor(image.widthPx / factor));
  const heightPx = Math.max(1, Math.floor(image.heightPx / factor));
  const pixels = new Uint8Array(widthPx * heightPx);
  const sums = new Uint32Array(widthPx);
  const usedWidth = Math.min(widthPx * factor, image.widthPx);
  const usedRows = Math.min(factor, image.heightPx);
  const perBlock = usedRows * Math.min(factor, image.widthPx);
  for (let y = 0; y < heightPx; y += 1) {
    sums.fill(0);
    for (let row = 0; row < usedRows; row += 1) {
      let at = (y * factor + row) * image.widthPx;
      for (let x = 0; x < usedWidth; x += 1, at += 1) {
        const column = (x / factor) | 0;
        sums[column] = (sums[column] ?? 0) + (image.pixels[at] ?? 0);
      }
    }
    for (let x = 0; x < widthPx; x += 1) pixels[y * widthPx + x] = (sums[x] ?? 0) / perBlock;
  }
  return { widthPx, heightPx, pixels, factor };
}
