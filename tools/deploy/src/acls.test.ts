import { topics } from '@docfleet/contracts';
import { expect, describe, it } from 'vitest';
import { aclServices, aclsOf, allAcls, describeAcl, type AclService } from './acls.ts';

/** Names of topics that a service may read or write. */
function topicsOf(service: AclService, operation: 'read' | 'write'): string[] {
  return aclsOf(service)
    .filter((acl) => acl.resource === 'topic' && acl.operation === operation)
    .map(({ name }) => name);
}

describe('aclsOf', () => {
  it('gives a stage its tasks, retries and what it writes', () => {
    expect(new Set(topicsOf('ocr', 'read'))).toEqual(
      new Set([
        ...['ocr.tasks.urgent', 'ocr.tasks.high', 'ocr.tasks.normal'],
        ...['ocr.retry.30s', 'ocr.retry.5m', 'ocr.retry.30m'],
        ...['documents.control', 'fleet.level'],
      ]),
    );
    expect(topicsOf('ocr', 'write')).toContain('classification.tasks.high');
    expect(topicsOf('ocr', 'write')).not.toContain('extraction.tasks.high');
  });

  it('lets only integration end runs, only gateway and preprocess near the intake, and few order a stop', () => {
    const writers = (topic: string): string[] =>
      aclServices.filter((service) => topicsOf(service, 'write').includes(topic));
    expect(writers('documents.completed')).toEqual(['integration']);
    expect(writers('documents.failed')).toEqual(['integration']);
    expect(writers('documents.normal')).toEqual(['gateway', 'preprocess']);
    expect(writers('documents.control')).toEqual(['gateway', 'retention']);
    expect(writers('fleet.level')).toEqual(['gateway', 'ledger']);
    expect(writers('fleet.tenants')).toEqual(['gateway']);
    expect(writers('preprocess.retry.30s')).toEqual(['gateway', 'preprocess']);
    expect(topicsOf('preprocess', 'read')).toContain('fleet.tenants');
  });

  it('lets every service that has breakers report them and follow orders about them', () => {
    const without = (operation: 'read' | 'write', topic: string): string[] =>
      aclServices.filter((service) => !topicsOf(service, operation).includes(topic));
    expect([without('write', 'fleet.health'), without('read', 'fleet.level')]).toEqual([
      ['retention', 'webhooks'],
      ['retention', 'webhooks'],
    ]);
  });

  it('M-21: gives topics of a pool to those who write or read tasks of extraction, and to no other stage', () => {
    const usersOf = (topic: string, operation: 'read' | 'write'): string[] =>
      aclServices.filter((service) =>
        aclsOf(service, ['bank']).some(
          (acl) => acl.resource === 'topic' && acl.name === topic && acl.operation === operation,
        ),
      );
    expect(usersOf('extraction.bank.tasks.high', 'write')).toEqual(['gateway', 'classification']);
    expect(usersOf('extraction.bank.tasks.high', 'read')).toEqual(['extraction', 'ledger']);
    expect(usersOf('extraction.bank.retry.5m', 'write')).toEqual(['extraction']);
    expect(usersOf('extraction.bank.retry.5m', 'read')).toEqual(['extraction', 'ledger']);
    const groupUsers = aclServices.filter((service) =>
      aclsOf(service, ['bank']).some(
        ({ resource, name }) => resource === 'group' && name === 'extraction.bank',
      ),
    );
    expect(groupUsers).toEqual(['gateway', 'extraction', 'ledger']);
  });

  it('gives nobody all names', () => {
    const prefixed = aclServices
      .flatMap((service) => aclsOf(service, ['bank']))
      .filter((acl) => acl.prefixed);
    expect(new Set(prefixed.map(({ resource }) => resource))).toEqual(new Set(['transactional-id']));
  });

  it('names only topics that exist, each once for a principal', () => {
    const known = new Set<string>(topics.map(({ name }) => name));
    const acls = allAcls('docfleet-');
    expect(acls.filter(({ resource, name }) => resource === 'topic' && !known.has(name))).toEqual([]);
    expect(new Set(acls.map(describeAcl)).size).toBe(acls.length);
  });
});

it('describes an ACL in one line', () => {
  expect(allAcls('x-').map(describeAcl)).toContain('User:x-ocr\twrite\ttransactional-id\tocr.*');
});
