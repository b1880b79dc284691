import type { ModelTensor } from '@docfleet/contracts';

type Numbers = Int8Array | Int16Array | Uint16Array | Float32Array;

const bytesPerValue = { i8: 1, i16: 2, u16: 2, f32: 4 } as const;

/**
 * The numbers of a tensor, row-major.
 * @throws RangeError when there are more or fewer than the shape says
 */
export function numbersOf({ type, shape, data }: ModelTensor): Numbers {
  const bytes = Buffer.from(data, 'base64');
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.byteLength !== count * bytesPerValue[type])
    throw new RangeError(
      `A tensor of shape ${shape.join(' x ')} and type ${type} needs ${count * bytesPerValue[type]} bytes and has ${bytes.byteLength}.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (index: number): number => index * bytesPerValue[type];
  switch (type) {
    case 'i8':
      return Int8Array.from({ length: count }, (_, i) => view.getInt8(at(i)));
    case 'i16':
      return Int16Array.from({ length: count }, (_, i) => view.getInt16(at(i), true));
    case 'u16':
      return Uint16Array.from({ length: count }, (_, i) => view.getUint16(at(i), true));
    case 'f32':
      return Float32Array.from({ length: count }, (_, i) => view.getFloat32(at(i), true));
  }
}
