import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { describe, expect, it } from 'vitest';
import { devToolsAllowed, forbidDevTools } from '../../../src/main/devtools';

class FakeApp extends EventEmitter {
  readonly isPackaged: boolean;

  constructor(isPackaged: boolean) {
    super();
    this.isPackaged = isPackaged;
  }
  asApp = (): App => this as unknown as App;
}

describe('developer tools', () => {
  it('are there in development only', () => {
    expect(devToolsAllowed(new FakeApp(false).asApp())).toBe(true);
    expect(devToolsAllowed(new FakeApp(true).asApp())).toBe(false);
  });

  it('are closed wherever they open in a packaged console', () => {
    const app = new FakeApp(true);
    forbidDevTools(app.asApp());
    const contents = Object.assign(new EventEmitter(), {
      closed: 0,
      closeDevTools() {
        this.closed += 1;
      },
    });
    app.emit('web-contents-created', {}, contents);
    contents.emit('devtools-opened');
    expect(contents.closed).toBe(1);
  });
});
