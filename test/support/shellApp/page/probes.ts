declare const trustedTypes: {
  createPolicy(name: string, rules: { createHTML(text: string): string }): object;
};

/** How long after a file was first over the page the drop and what comes of it are over. */
const DROP_MS = 2_000;

/** What a page that was taken over would try. Each answers what came of it. */
export const probes = {
  inlineScript: () =>
    later(() => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.inlineScriptRan = true';
      document.body.append(script);
      return 'inlineScriptRan' in globalThis;
    }),
  inlineHandler: () =>
    later(() => {
      const button = document.createElement('button');
      button.setAttribute('onclick', 'globalThis.inlineHandlerRan = true');
      document.body.append(button);
      button.click();
      return 'inlineHandlerRan' in globalThis;
    }),
  markup: (text: string) =>
    later(() => {
      const place = document.createElement('p');
      place.innerHTML = text;
      return place.textContent === text || place.childElementCount > 0;
    }),
  ownPolicy: () => later(() => trustedTypes.createPolicy('mine', { createHTML: (text) => text }) !== null),
  // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested
  evaluate: () => later(() => globalThis.eval('1 + 1') === 2),
  makeFunction: () => later(() => new Function('return 2')() === 2),
  wasm: () => later(() => new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) !== null),
  fetch: (url: string) =>
    fetch(url).then(
      () => true,
      () => false,
    ),
  xhr: (url: string) =>
    new Promise<boolean>((resolve) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve(true);
      request.onerror = () => resolve(false);
      request.open('GET', url);
      request.send();
    }),
  socket: (url: string) =>
    new Promise<boolean>((resolve) => {
      try {
        const socket = new WebSocket(url.replace('http', 'ws'));
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      } catch {
        resolve(false);
      }
    }),
  beacon: (url: string) => navigator.sendBeacon(url, 'x'),
  image: (url: string) => loads('img', { src: url }),
  script: (url: string) => loads('script', { src: url }),
  stylesheet: (url: string) => loads('link', { rel: 'stylesheet', href: url }),
  prefetch: (url: string) => loads('link', { rel: 'prefetch', href: url }),
  preconnect: (url: string) => loads('link', { rel: 'preconnect', href: url }),
  audio: (url: string) => loads('audio', { src: url }),
  frame: (url: string) => loads('iframe', { src: url }),
  object: (url: string) => loads('object', { data: url }),
  webview: (url: string) => loads('webview', { src: url }),
  form: async (url: string) => {
    const form = document.createElement('form');
    form.action = url;
    form.method = 'post';
    document.body.append(form);
    form.submit();
    await pause();
    return false;
  },
  worker: (url: string) =>
    new Promise<boolean>((resolve) => {
      try {
        const worker = new Worker(url);
        worker.onmessage = () => resolve(true);
        worker.onerror = () => resolve(false);
      } catch {
        resolve(false);
      }
    }),
  peer: async (url: string) => {
    const { hostname, port } = new URL(url);
    const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:${hostname}:${port}` }] });
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
    await pause(500);
    peer.close();
    return false;
  },
  go: async (url: string) => {
    location.href = url;
    await pause();
    return location.href;
  },
  open: (url: string) => window.open(url) !== null,
  follow: async (url: string, target: string) => {
    const link = document.createElement('a');
    link.href = url;
    link.target = target;
    document.body.append(link);
    link.click();
    await pause();
    return location.href;
  },
  /**
   * Waits until a file is dragged over the page and dropped twice. The first one it takes, to see that it was one; for
   * the second it does nothing.
   */
  dropped: async () => {
    const take = (event: Event) => event.preventDefault();
    window.addEventListener('dragover', take);
    const taken = await new Promise<string[]>((resolve) =>
      window.addEventListener(
        'drop',
        (event) => {
          event.preventDefault();
          resolve([...(event.dataTransfer?.files ?? [])].map(({ name }) => name));
        },
        { once: true },
      ),
    );
    window.removeEventListener('dragover', take);
    await new Promise((resolve) => window.addEventListener('dragover', resolve, { once: true }));
    await pause(DROP_MS);
    return { taken, at: location.href };
  },
  /** Whether a frame of the page gets a port to the engine, or anything of Electron. */
  frameAsks: async () => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const inner = frame.contentWindow;
    if (!inner) return false;
    let ports = 0;
    inner.addEventListener('message', (event) => {
      ports += event.ports.length;
    });
    inner.postMessage({ type: 'riscura:connect' }, '*');
    await pause();
    return ports > 0 || ['require', 'process', 'electron', 'ipcRenderer'].some((name) => name in inner);
  },
  permission: async (name: string) =>
    (await navigator.permissions.query({ name: name as PermissionName })).state,
  camera: () =>
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      (error: Error) => error.name,
    ),
  screen: () =>
    navigator.mediaDevices.getDisplayMedia().then(
      () => 'granted',
      (error: Error) => error.name,
    ),
  notification: () => Notification.requestPermission(),
  location: () =>
    new Promise<string>((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        (error) => resolve(error.code === error.PERMISSION_DENIED ? 'denied' : `error ${error.code}`),
      ),
    ),
  copy: (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => 'copied',
      (error: Error) => error.name,
    ),
  paste: () =>
    navigator.clipboard.readText().then(
      () => 'read',
      (error: Error) => error.name,
    ),
  globals: () =>
    ['require', 'process', 'module', 'Buffer', 'electron', 'ipcRenderer', '__dirname'].filter(
      (name) => name in globalThis,
    ),
};

/** Runs something outside the debugger's call, which would lift the ban on eval. */
function later(run: () => boolean): Promise<boolean> {
  return new Promise((resolve) =>
    setTimeout(() => {
      try {
        resolve(run());
      } catch {
        resolve(false);
      }
    }),
  );
}

function loads(tag: string, attributes: Record<string, string>): Promise<boolean> {
  return new Promise((resolve) => {
    const element = document.createElement(tag);
    element.addEventListener('load', () => resolve(true));
    element.addEventListener('error', () => resolve(false));
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    setTimeout(() => resolve(false), 300);
  });
}

function pause(milliseconds = 200): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
