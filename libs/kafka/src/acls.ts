import kafkajs, { type AclEntry, type DescribeAclResource } from 'kafkajs';

// Not by name: Node finds only some of the names that this CommonJS module exports.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Something that a client may do on the brokers. */
export interface AclSpec {
  readonly resource: 'topic' | 'group' | 'transactional-id';
  /** Name of the resource, or how names begin. */
  readonly name: string;
  readonly prefixed: boolean;
  /** `read` and `write` include describing. */
  readonly operation: 'read' | 'write' | 'describe';
}

/** What one principal may do, from any host. */
export interface PrincipalAcl extends AclSpec {
  /** `User:name`. */
  readonly principal: string;
}

const resources = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
} as const;

const operations = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
} as const;

/** The ACL in kafkajs' words. */
export function aclEntry({ resource, name, prefixed, operation, principal }: PrincipalAcl): AclEntry {
  return {
    principal,
    host: '*',
    operation: operations[operation],
    permissionType: AclPermissionTypes.ALLOW,
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: prefixed ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  };
}

/** An ACL as the brokers have it. */
export interface GrantedAcl {
  readonly principal: string;
  readonly resource: AclSpec['resource'];
  readonly name: string;
  /** False: the name alone, or every name where it is `*`. */
  readonly prefixed: boolean;
  /** `all` includes every other. */
  readonly operation: AclSpec['operation'] | 'all';
  /** A denial wins over every permission. */
  readonly allows: boolean;
}

/** Those of our kinds of resources and operations, for any host; what else the brokers have is left out. */
export function grantedAcls(given: readonly DescribeAclResource[]): readonly GrantedAcl[] {
  const operationNames = new Map<number, GrantedAcl['operation']>([
    [AclOperationTypes.ALL, 'all'],
    ...Object.entries(operations).map(([name, type]) => [type, name as AclSpec['operation']] as const),
  ]);
  const resourceNames = new Map<number, AclSpec['resource']>(
    Object.entries(resources).map(([name, type]) => [type, name as AclSpec['resource']]),
  );
  return given.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
    acls.flatMap(({ principal, operation, permissionType }): GrantedAcl[] => {
      const [resource, operationName] = [resourceNames.get(resourceType), operationNames.get(operation)];
      if (resource === undefined || operationName === undefined) return [];
      return [
        {
          principal,
          resource,
          name: resourceName,
          prefixed: resourcePatternType === ResourcePatternTypes.PREFIXED,
          operation: operationName,
          allows: permissionType === AclPermissionTypes.ALLOW,
        },
      ];
    }),
  );
}

/** Asks for every ACL. */
export const everyAcl = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
} as const;
