import { describe, expect, it } from 'vitest';
import { remoteHostOf } from '../../../src/renderer/features/models/remoteHost';

describe('the host of a provider’s address', () => {
  it('has the port of the address or of its scheme', () => {
    expect(remoteHostOf('https://API.openai.com/v1')).toEqual({ host: 'api.openai.com', port: 443 });
    expect(remoteHostOf(' http://gpu-01.internal:11434 ')).toEqual({ host: 'gpu-01.internal', port: 11_434 });
    expect(remoteHostOf('http://[2001:db8::7]/')).toEqual({ host: '2001:db8::7', port: 80 });
  });

  it('is none on this machine and where nothing is addressed', () => {
    for (const address of [
      'http://127.0.0.1:11434',
      'http://localhost',
      'http://[::1]:8080',
      'ftp://a.b',
      '',
    ])
      expect(remoteHostOf(address)).toBeNull();
  });
});
