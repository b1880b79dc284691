import { stageTopics, topics } from '@docfleet/contracts';
import type { AclSpec, GrantedAcl, PrincipalAcl } from '@docfleet/kafka';
import { describeAcl } from './acls.ts';

/**
 * What the ACLs of the brokers lack, and what they allow that lets somebody act as the fleet or as a tenant, each as a
 * sentence. A principal that only reads is not looked at, and neither are super users, who need no ACL.
 *
 * @param expected - what the fleet's services need
 * @param granted - what the brokers have
 * @param topicPerTenant - whether each intake topic belongs to one tenant (`TENANT_PROOF=broker`)
 */
export function aclProblems(
  expected: readonly PrincipalAcl[],
  granted: readonly GrantedAcl[],
  { topicPerTenant }: { readonly topicPerTenant: boolean },
): readonly string[] {
  const fleet = new Set(expected.map(({ principal }) => principal));
  const writers = granted.filter(
    (acl) => acl.allows && !fleet.has(acl.principal) && ['write', 'all'].includes(acl.operation),
  );
  return [
    ...expected.flatMap((acl) => problemOf(acl, granted)),
    ...topics.flatMap(({ name }) => writersOf(name, writers, topicPerTenant)),
    ...transactions(expected, writers),
  ];
}

const intake = new Set<string>(stageTopics('preprocess').lanes.map(({ topic }) => topic));

function problemOf(acl: PrincipalAcl, granted: readonly GrantedAcl[]): readonly string[] {
  const about = granted.filter((given) => isFor(given, acl.principal) && covers(given, acl));
  if (about.some(({ allows }) => !allows)) return [`denied: ${describeAcl(acl)}`];
  return about.some(({ allows }) => allows) ? [] : [`missing: ${describeAcl(acl)}`];
}

function isFor({ principal }: GrantedAcl, wanted: string): boolean {
  return principal === wanted || principal === 'User:*';
}

/** Reading and writing include describing where they are allowed. */
function covers(given: GrantedAcl, wanted: AclSpec): boolean {
  const operations =
    given.allows && wanted.operation === 'describe' ? ['describe', 'read', 'write'] : [wanted.operation];
  return (
    given.resource === wanted.resource &&
    ['all', ...operations].includes(given.operation) &&
    // Every name that begins as is wanted has to be covered, where names that begin so are wanted.
    (given.prefixed
      ? wanted.name.startsWith(given.name)
      : given.name === '*' || (!wanted.prefixed && given.name === wanted.name))
  );
}

function writersOf(
  topic: string,
  writers: readonly GrantedAcl[],
  topicPerTenant: boolean,
): readonly string[] {
  const wanted: AclSpec = { resource: 'topic', name: topic, prefixed: false, operation: 'write' };
  const names = [...new Set(writers.filter((acl) => covers(acl, wanted)).map(({ principal }) => principal))];
  if (!intake.has(topic)) {
    return names.map((name) => `too much: ${name} may write to ${topic}, which only the fleet may`);
  }
  const isShared = topicPerTenant && (names.length > 1 || names.includes('User:*'));
  return isShared
    ? [`too much: ${names.join(' and ')} may write to ${topic}, which belongs to one tenant`]
    : [];
}

/**
 * A transactional id of the fleet in other hands stops a stage, and a tenant that begins a transaction and leaves it open
 * holds back everybody who reads the lane behind it.
 */
function transactions(expected: readonly PrincipalAcl[], writers: readonly GrantedAcl[]): readonly string[] {
  const ids = writers.filter(({ resource }) => resource === 'transactional-id');
  const ours = expected.filter(({ resource }) => resource === 'transactional-id');
  const mayBegin = new Set(ids.map(({ principal }) => principal));
  return [...mayBegin].map((principal) => {
    const own = ids.filter((acl) => acl.principal === principal);
    const overlaps = ours.some(({ name }) =>
      own.some((acl) =>
        acl.prefixed
          ? acl.name.startsWith(name) || name.startsWith(acl.name)
          : acl.name === '*' || acl.name.startsWith(name),
      ),
    );
    return overlaps
      ? `too much: ${principal} may use transactional ids of the fleet, and so stop its stages`
      : `too much: ${principal} may begin transactions, and an open one holds back the readers of a lane`;
  });
}
