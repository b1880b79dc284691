import { documentClasses } from '@docfleet/contracts';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from './page-evidence.ts';

const numbering = (line: string) => evidenceOf(pageReading([line]), documentClasses).numbering;

describe('evidenceOf', () => {
  it.each([
    ['Page 2 of 4', { number: 2, of: 4 }],
    ['Page1 of 4', { number: 1, of: 4 }],
    ['Seite 1/1', { number: 1, of: 1 }],
    ['Page 3', { number: 3, of: null }],
    ['2 / 3', { number: 2, of: 3 }],
    ['Page 5 of 2', undefined],
    ['Homepage 4', undefined],
  ])('reads the page number in "%s"', (line, wanted) => {
    expect(numbering(line)).toEqual(wanted);
  });

  it('tolerates misread letters in images, but not in text layers', () => {
    const line = ['SIMPL1FIED TAX lNVOICE', 'RQUNDING ADJ'];
    const cuesOf = (engine: 'onnx' | 'text-layer') =>
      evidenceOf(pageReading(line, { engine }), documentClasses).cues.get('receipt')?.has('rounding adj');
    expect([cuesOf('onnx'), cuesOf('text-layer')]).toEqual([true, false]);
  });

  it('accepts an opening phrase only as a title', () => {
    const opens = (line: string) => evidenceOf(pageReading([line]), documentClasses).opens.has('invoice');
    expect([
      opens('RECHNUNG'),
      opens('Bitte zahlen Sie die Rechnung innerhalb von 30 Tagen ohne Abzug'),
    ]).toEqual([true, false]);
  });
});
