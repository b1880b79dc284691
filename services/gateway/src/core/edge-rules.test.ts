import { describe, expect, it } from 'vitest';
import { headFault, maxUrlLength, unknownParameters } from './edge-rules.ts';

const head = (hosts: readonly string[], httpVersion = '1.1', url = '/v1/jobs') => ({
  httpVersion,
  url,
  rawHeaders: ['Accept', 'host', ...hosts.flatMap((host) => ['Host', host])],
});

describe('headFault', () => {
  it.each(['localhost', 'api.example', 'api.example.', 'a_b', '127.0.0.1:8080', '[::1]:8080', 'a:80'])(
    'accepts the host %s',
    (host) => {
      expect(headFault(head([host]))).toBeUndefined();
    },
  );

  it.each([[[]], [['']], [['a', 'b']], [['a b']], [['a/b']], [['a@b']], [['-a']], [['a:port']], [['ä']]])(
    'refuses the hosts %j',
    (hosts) => {
      expect(headFault(head(hosts))?.status).toBe(400);
    },
  );

  it('takes a request of HTTP/1.0 without one', () => {
    expect(headFault(head([], '1.0'))).toBeUndefined();
  });

  it('refuses a long URL with 414', () => {
    expect(headFault(head(['a'], '1.1', 'u'.repeat(maxUrlLength)))).toBeUndefined();
    expect(headFault(head(['a'], '1.1', 'u'.repeat(maxUrlLength + 1)))?.status).toBe(414);
  });
});

it('names each unknown parameter', () => {
  expect(unknownParameters({ limit: '1', colour: 'red' }, ['limit'])).toEqual([
    { path: 'colour', message: 'is not a parameter of this route' },
  ]);
});
