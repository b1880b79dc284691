/** A decoded image: three bytes a pixel, red first, rows from the top, no padding. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** An ONNX input of one image: channels, rows, columns. */
export interface ImageTensor {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}
