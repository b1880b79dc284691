import { pageReading } from '@docfleet/testing';
import { expect, it } from 'vitest';
import type { LabelledDocument } from './labelled-document.ts';
import { mergeLookAlikes } from './look-alikes.ts';

function document(id: string, group: string, lines: readonly string[]): LabelledDocument {
  return { id, group, pages: [pageReading(lines)], labels: {} };
}

const template = ['Invoice number', 'Invoice date', 'Payable until', 'Thank you for your order'];
const other = ['Receipt', 'Cashier Anna', 'Change given', 'Please come again'];

it('makes one group of two names that use one template, and of all that are in either group', () => {
  const merged = mergeLookAlikes([
    document('1', 'North', [...template, 'North Ltd']),
    document('2', 'South', other),
    document('3', 'East', [...template, 'East Ltd']),
    document('4', 'East', ['A letter without any of these words']),
  ]);
  expect(merged.map(({ id, group }) => [id, group])).toEqual([
    ['1', 'North'],
    ['2', 'South'],
    ['3', 'North'],
    ['4', 'North'],
  ]);
});

it('leaves groups of different layouts alone', () => {
  const documents = [document('1', 'North', template), document('2', 'South', other)];
  expect(mergeLookAlikes(documents)).toEqual(documents);
});
