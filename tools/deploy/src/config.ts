import {
  databaseConnectionSettings,
  databaseOwnerSettings,
  databaseRoleSettings,
  kafkaSettings,
  poolSettings,
  processSettings,
} from '@docfleet/config';
import { z } from 'zod';

/** Settings of the deploy step, by environment variable. */
export const deploySettings = z.object({
  ...kafkaSettings,
  ...databaseConnectionSettings,
  ...databaseOwnerSettings,
  /** Logins of the services' roles that are to get a password. */
  DATABASE_REQUEST_URL: databaseRoleSettings.DATABASE_REQUEST_URL.optional(),
  DATABASE_PIPELINE_URL: databaseRoleSettings.DATABASE_PIPELINE_URL.optional(),
  DATABASE_OPERATOR_URL: databaseRoleSettings.DATABASE_OPERATOR_URL.optional(),
  DATABASE_RETENTION_URL: databaseRoleSettings.DATABASE_RETENTION_URL.optional(),
  DATABASE_WEBHOOKS_URL: databaseRoleSettings.DATABASE_WEBHOOKS_URL.optional(),
  ...poolSettings,
  TOPICS_PRESET: processSettings.TOPICS_PRESET,
});
