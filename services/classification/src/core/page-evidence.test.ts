import { documentClasses } from '@docfleet/contracts';
import { pageReading } from '@docfleet/testing';
import { describe, expect, it } from 'vitest';
import { evidenceOf } from './page-evidence.ts';

describe('evidenceOf', () => {
  it('says whether the page begins with a sum carried forward', () => {
    const continues = (line: string) => evidenceOf(pageReading([line]), documentClasses).continues;
    expect([continues('Übertrag 12,00'), continues('Rechnung 12')]).toEqual([true, false]);
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
