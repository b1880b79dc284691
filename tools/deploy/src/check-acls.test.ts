import type { GrantedAcl } from '@docfleet/kafka';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allAcls } from './acls.ts';
import { aclProblems } from './check-acls.ts';

const expected = allAcls('docfleet-');
const granted: readonly GrantedAcl[] = expected.map((acl) => ({ ...acl, allows: true }));

function given(change: Partial<GrantedAcl>): GrantedAcl {
  const write = { resource: 'topic', operation: 'write', prefixed: false, allows: true } as const;
  return { principal: 'User:acme', name: 'documents.normal', ...write, ...change };
}

const problems = (more: readonly GrantedAcl[], topicPerTenant = false): readonly string[] =>
  aclProblems(expected, [...granted, ...more], { topicPerTenant });

describe('aclProblems', () => {
  it('finds none in what is deployed, and in tenants that write to the intake or read', () => {
    expect(problems([given({}), given({ principal: 'User:globex' })])).toEqual([]);
    expect(problems([given({ name: 'documents.completed', operation: 'read' })])).toEqual([]);
  });

  it('names every ACL that is missing', () => {
    fc.assert(
      fc.property(fc.nat(granted.length - 1), (index) => {
        const rest = granted.filter((_, at) => at !== index);
        const [problem, ...others] = aclProblems(expected, rest, { topicPerTenant: false });
        expect(problem).toContain(`missing: ${expected[index]?.principal ?? ''}\t`);
        expect(others).toEqual([]);
      }),
    );
  });

  it('takes wider ACLs of the fleet for enough', () => {
    const wide = ['topic', 'group', 'transactional-id'].map((resource) =>
      given({ principal: 'User:docfleet-ocr', resource: resource as 'topic', name: '*', operation: 'all' }),
    );
    const others = granted.filter(({ principal }) => principal !== 'User:docfleet-ocr');
    expect(aclProblems(expected, [...others, ...wide], { topicPerTenant: false })).toEqual([]);
  });

  it('sees that a denial wins', () => {
    expect(problems([given({ principal: 'User:*', name: 'ocr.tasks.high', allows: false })])).toContain(
      'denied: User:docfleet-ocr\twrite\ttopic\tocr.tasks.high',
    );
  });

  it.each([
    { name: 'ocr.tasks.normal' },
    { name: 'ocr.tasks.', prefixed: true },
    { name: '*', operation: 'all' },
    { name: '', prefixed: true },
  ] as const)('names who may write to a topic of the fleet by %j', (change) => {
    expect(problems([given(change)])).toContain(
      'too much: User:acme may write to ocr.tasks.normal, which only the fleet may',
    );
  });

  it('names an intake topic with two writers where each belongs to one tenant', () => {
    const two = [given({}), given({ principal: 'User:globex' })];
    expect(problems(two, true)).toEqual([
      'too much: User:acme and User:globex may write to documents.normal, which belongs to one tenant',
    ]);
    expect(problems([given({ principal: 'User:*' })], true)).toHaveLength(1);
    expect(problems([given({})], true)).toEqual([]);
  });

  it('names who may begin transactions, or use those of the fleet', () => {
    const id = (change: Partial<GrantedAcl>) => given({ resource: 'transactional-id', ...change });
    expect(problems([id({ name: 'acme-producer' })])).toEqual([
      'too much: User:acme may begin transactions, and an open one holds back the readers of a lane',
    ]);
    for (const change of [
      { name: '*' },
      { name: 'oc', prefixed: true },
      { name: 'ocr.ocr.tasks.normal.3' },
    ]) {
      expect(problems([id(change)])).toEqual([
        'too much: User:acme may use transactional ids of the fleet, and so stop its stages',
      ]);
    }
  });
});
