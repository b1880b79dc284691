import type { SeenCharacter, SeenLine } from './characters.ts';

/**
 * A space is read where its class exceeds this between two characters. The networks miss many spaces of English text with
 * a higher threshold. Best value measured on receipts; 0.1 to 0.15 are equal.
 */
const spaceThreshold = 0.12;
/** A space class between these values is doubtful. */
const doubtfulSpace = { from: 0.02, to: 0.5 };
/** A line with a lower mean confidence is doubtful. */
const doubtfulMean = 0.95;

/** A word within its line: `from` and `to` are fractions of the line's length. */
export interface SeenWord {
  readonly text: string;
  readonly confidence: number;
  readonly from: number;
  readonly to: number;
}

/** Splits a line into words, with their positions from the frames of their characters. */
export function wordsOf(line: SeenLine): readonly SeenWord[] {
  const groups = groupsOf(line);
  const pitch = pitchOf(line);
  return groups.map((group, index) => {
    const before = groups[index - 1]?.at(-1);
    const after = groups[index + 1]?.[0];
    const [first, last] = [group[0], group.at(-1)];
    const start = first === undefined ? 0 : centreOf(first);
    const end = last === undefined ? 0 : centreOf(last);
    const from = Math.max(start - pitch / 2, before === undefined ? 0 : (centreOf(before) + start) / 2);
    const to = Math.min(end + pitch / 2, after === undefined ? line.frames : (centreOf(after) + end) / 2);
    return {
      text: group.map(({ text }) => text).join(''),
      confidence: group.reduce((sum, { confidence }) => sum + confidence, 0) / group.length,
      from: from / line.frames,
      to: to / line.frames,
    };
  });
}

/** Whether a line should be read again by the slower recogniser: low confidence, or a doubtful space. */
export function isDoubtful(line: SeenLine, confidence: number): boolean {
  if (confidence < doubtfulMean) return true;
  return line.characters.some((character, index) => {
    const next = line.characters[index + 1];
    if (next === undefined || character.text === ' ' || next.text === ' ') return false;
    if (next.firstFrame <= character.lastFrame + 1) return false;
    const space = spaceBetween(line, character, next);
    return space > doubtfulSpace.from && space < doubtfulSpace.to;
  });
}

function groupsOf(line: SeenLine): SeenCharacter[][] {
  const groups: SeenCharacter[][] = [];
  let previous: SeenCharacter | undefined;
  for (const character of line.characters) {
    if (character.text !== ' ') {
      const apart =
        previous === undefined ||
        previous.text === ' ' ||
        spaceBetween(line, previous, character) > spaceThreshold;
      if (apart) groups.push([character]);
      else groups.at(-1)?.push(character);
    }
    previous = character;
  }
  return groups;
}

/** The largest space probability from one character's last frame to the next one's first. */
function spaceBetween({ spaces }: SeenLine, a: SeenCharacter, b: SeenCharacter): number {
  let largest = 0;
  for (let frame = a.lastFrame; frame <= b.firstFrame; frame += 1)
    largest = Math.max(largest, spaces[frame] ?? 0);
  return largest;
}

/** Median distance between neighbouring characters, in frames. */
function pitchOf({ characters, frames }: SeenLine): number {
  const distances = characters
    .slice(1)
    .map((character, index) => centreOf(character) - centreOf(characters[index] ?? character))
    .toSorted((a, b) => a - b);
  return distances[Math.floor(distances.length / 2)] ?? frames;
}

/** Centre of a character, in frames from the line's left end. */
function centreOf({ firstFrame, lastFrame }: SeenCharacter): number {
  return (firstFrame + lastFrame + 1) / 2;
}
