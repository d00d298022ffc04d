// ---- The session behind this window: JSON-RPC over a WebSocket, as Docs/session-protocol.md has it

class SessionFailure extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.details = error.data || {};
  }
}
const gone = { code: -1, message: "The connection to the server was lost." };
class Connection {
  constructor() {
    this.open = new Map();
    this.count = 0;
    this.onLost = () => {};
  }
  connect() {
    return new Promise((resolve, reject) => {
      const address = new URL("session", location.href.split(/[?#]/)[0]);
      address.protocol = "ws:";
      const socket = new WebSocket(address);
      socket.onopen = () => { this.socket = socket; resolve(); };
      socket.onmessage = (event) => this.take(JSON.parse(event.data));
      socket.onclose = () => {
        reject(new SessionFailure(gone));
        const wasOpen = this.socket === socket;
        this.socket = null;
        for (const request of this.open.values()) request.reject(new SessionFailure(gone));
        this.open.clear();
        if (wasOpen) this.onLost();
      };
    });
  }
  take(message) {
    if (message.method === "$/progress") {
      const waiting = this.open.get(message.params.token);
      if (waiting && waiting.onProgress) waiting.onProgress(message.params.value);
      return;
    }
    const waiting = this.open.get(message.id);
    if (!waiting) return;
    this.open.delete(message.id);
    if (message.error) waiting.reject(new SessionFailure(message.error));
    else waiting.resolve(message.result);
  }
  /** A promise of the result; its `cancel` stops the request. */
  call(method, params, onProgress) {
    const id = ++this.count;
    const promise = new Promise((resolve, reject) => {
      if (!this.socket) { reject(new SessionFailure(gone)); return; }
      this.open.set(id, { resolve, reject, onProgress });
      const all = Object.assign({}, params, onProgress ? { progressToken: id } : {});
      this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params: all }));
    });
    promise.cancel = () => {
      if (this.open.has(id) && this.socket) {
        this.socket.send(JSON.stringify({ jsonrpc: "2.0", method: "$/cancelRequest", params: { id } }));
      }
    };
    return promise;
  }
}
