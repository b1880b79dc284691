/** A type of event: `<kind>.<what happened>`. */
export const eventTypePattern = /^[a-z][a-z-]{0,31}\.[a-z][a-z_-]{0,31}$/;

/** What an endpoint may ask for: a type, every type of a kind, or everything. */
export const eventFilterPattern = /^(?:\*|[a-z][a-z-]{0,31}\.(?:\*|[a-z][a-z_-]{0,31}))$/;

/** The type of a test that a caller asks for; it goes to its endpoint whatever the filters say. */
export const testEventType = 'webhook.test';

/** Whether an endpoint with these filters gets an event; without filters it gets every one. */
export function wantsEvent(filters: readonly string[], type: string): boolean {
  const kind = `${type.slice(0, type.indexOf('.'))}.*`;
  return filters.length === 0 || filters.some((filter) => [type, kind, '*'].includes(filter));
}

/** The receiver of callbacks of a tenant's runs; every other receiver is the id of an endpoint. */
export function callbackReceiver(tenantId: string): string {
  return `callback/${tenantId}`;
}
