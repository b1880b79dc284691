import { expect, test } from 'vitest';
import { classListSchema, knownClasses } from './class-facts.ts';

test('every class is listed with fields, tables and rules, and rules name its own fields', () => {
  const { classes } = classListSchema.parse(knownClasses());
  expect(classes.map(({ name }) => name)).toContain('invoice');
  for (const { fields, rules, name } of classes) {
    const names = fields.map((field) => field.name);
    expect([name, rules.flatMap((rule) => rule.fields).filter((field) => !names.includes(field))]).toEqual([
      name,
      [],
    ]);
  }
  const invoice = classes.find(({ name }) => name === 'invoice');
  expect(invoice?.rules.length).toBeGreaterThan(0);
  expect(invoice?.tables[0]?.columns.length).toBeGreaterThan(1);
});
