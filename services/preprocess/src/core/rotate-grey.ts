import type { GreyImage } from './grey.ts';

const white = 255;

/** The image turned clockwise by any angle, on white, as large as it has to be; each pixel is the nearest one of the image. */
export function rotateGrey(image: GreyImage, degrees: number): GreyImage {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const widthPx = Math.ceil(Math.abs(image.widthPx * cos) + Math.abs(image.heightPx * sin));
  const heightPx = Math.ceil(Math.abs(image.widthPx * sin) + Math.abs(image.heightPx * cos));
  const pixels = new Uint8Array(widthPx * heightPx).fill(white);
  for (let row = 0; row < heightPx; row += 1) {
    const dy = row + 0.5 - heightPx / 2;
    for (let column = 0; column < widthPx; column += 1) {
      const dx = column + 0.5 - widthPx / 2;
      const x = Math.floor(image.widthPx / 2 + dx * cos + dy * sin);
      const y = Math.floor(image.heightPx / 2 - dx * sin + dy * cos);
      if (x < 0 || y < 0 || x >= image.widthPx || y >= image.heightPx) continue;
      pixels[row * widthPx + column] = image.pixels[y * image.widthPx + x] ?? white;
    }
  }
  return { widthPx, heightPx, pixels };
}
