/**
 * Time after a response in which the rest of its request is still read, in milliseconds. Closing at once would reset the
 * connection, and a client that is still sending might lose the response.
 */
export const lingerMs = 500;
