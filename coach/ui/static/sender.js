// Events of a page to the server, one at a time: Streamlit keeps only the newest of those that wait for
// a run, and one that comes while the page is still being drawn may be lost. Each is sent again until the
// server has its number, and done once.
const PATIENCE = 4000; // milliseconds for an answer of the server, then the event is sent again

// Names what an event makes: sent again to a server that was started anew, it is made once.
export const fresh = () => `${Date.now()}-${Math.random()}`;

export class Sender {
  constructor() {
    this.queue = [];
    this.sent = Date.now(); // numbers go on rising over reloads
    this.waiting = 0;
  }

  get idle() { return !this.waiting && !this.queue.length; }

  // What the server has by now, and how to reach it.
  update(send, ack) {
    this.send = send;
    if (ack >= this.waiting) this.waiting = 0;
    this.flush();
  }

  // `make` says what is sent when its turn comes; nothing, and it is passed over.
  push(make) {
    this.queue.push(make);
    this.flush();
  }

  flush() {
    if (!this.queue.length || this.waiting) return;
    const event = this.queue.shift()();
    if (!event) return this.flush();
    this.waiting = ++this.sent;
    this.deliver({ ...event, n: this.waiting }, 1);
  }

  deliver(event, tries) {
    if (event.n !== this.waiting) return;
    this.send({ ...event, tries });
    setTimeout(() => this.deliver(event, tries + 1), PATIENCE);
  }

  close() {
    this.waiting = 0;
    this.queue = [];
  }
}
