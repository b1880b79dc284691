import type { KafkaConnection } from '@docfleet/connections';
import { openKafkaAdmin, type GrantedAcl, type PrincipalAcl } from '@docfleet/kafka';

/** Creates the ACLs that are missing. Needs a principal that may alter the cluster. @throws FailureError `BROKER_UNAVAILABLE` */
export async function deployAcls(kafka: KafkaConnection, acls: readonly PrincipalAcl[]): Promise<void> {
  const admin = openKafkaAdmin({ ...kafka, clientId: 'docfleet-deploy-acls' });
  try {
    await admin.createAcls(acls);
  } finally {
    await admin.close();
  }
}

/** The ACLs that the brokers have. Needs a principal that may describe the cluster. @throws FailureError `BROKER_UNAVAILABLE` */
export async function readAcls(kafka: KafkaConnection): Promise<readonly GrantedAcl[]> {
  const admin = openKafkaAdmin({ ...kafka, clientId: 'docfleet-check-acls' });
  try {
    return await admin.acls();
  } finally {
    await admin.close();
  }
}
