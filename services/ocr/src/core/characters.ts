/** A recognised character; frames count from 0, both ends included. */
export interface SeenCharacter {
  readonly text: string;
  readonly confidence: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
}

/** The recognised characters of one line. */
export interface SeenLine {
  readonly characters: readonly SeenCharacter[];
  readonly frames: number;
  /** Probability of the space class, per frame. */
  readonly spaces: Float32Array;
}

/**
 * Decodes a recogniser's output: per frame the most probable class, repeats joined, class 0 (blank) left out
 * (connectionist temporal classification, Graves 2006, best path). `alphabet[k]` is the character of class k + 1; the
 * last class is the space.
 */
export function decodeLine(answer: Float32Array, alphabet: readonly string[]): SeenLine {
  const classes = alphabet.length + 2;
  const frames = Math.floor(answer.length / classes);
  const spaces = new Float32Array(frames);
  const characters: { text: string; confidence: number; firstFrame: number; lastFrame: number }[] = [];
  let previous = 0;
  for (let frame = 0; frame < frames; frame += 1) {
    const offset = frame * classes;
    let best = 0;
    let probability = answer[offset] ?? 0;
    for (let index = 1; index < classes; index += 1) {
      const value = answer[offset + index] ?? 0;
      if (value > probability) [best, probability] = [index, value];
    }
    spaces[frame] = answer[offset + classes - 1] ?? 0;
    const last = characters.at(-1);
    if (best !== 0 && best === previous && last !== undefined) {
      last.lastFrame = frame;
      last.confidence = Math.max(last.confidence, probability);
    } else if (best !== 0) {
      const text = alphabet[best - 1] ?? ' ';
      characters.push({ text, confidence: probability, firstFrame: frame, lastFrame: frame });
    }
    previous = best;
  }
  return { characters, frames, spaces };
}

/** Mean confidence of a line's characters, 0 to 1; 0 for an empty line. */
export function lineConfidence({ characters }: SeenLine): number {
  const sum = characters.reduce((total, { confidence }) => total + confidence, 0);
  return characters.length === 0 ? 0 : sum / characters.length;
}
