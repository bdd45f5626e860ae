// The stage: draws what the server says may be seen, and sends what the leader does. It holds no
// state of the game: a reload or a second tab shows the same step.
import { Player } from "./player.js";
import { Sender, fresh } from "./sender.js";
import { set, sound, tone } from "./sound.js";
import { draw } from "./stage_view.js";

const DEBOUNCE = 400;
const stages = new WeakMap();
const pressed = (button) => button.getAttribute("aria-pressed") === "true";

class Stage {
  constructor(root) {
    this.root = root;
    this.lastNext = 0;
    this.sender = new Sender();
    this.player = new Player({ onEnded: () => this.ended(), onState: () => this.refresh() });
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey, true);
    root.addEventListener("click", (event) => this.click(event));
    root.addEventListener("submit", (event) => this.submit(event));
    root.addEventListener("input", (event) => {
      const name = event.target.dataset.sound;
      if (name) this.adjust({ [name]: Number(event.target.value) });
    });
    this.clock = setInterval(() => this.tick(), 250);
  }

  // Phones, the panel and a second stage change the session too: the server says so.
  listen() {
    if (!this.data.live || this.socket) return;
    const address = new URL(this.data.live, document.baseURI);
    address.protocol = location.protocol.endsWith("s:") ? "wss:" : "ws:";
    this.socket = new WebSocket(address);
    this.socket.onmessage = (event) => {
      this.newest = JSON.parse(event.data).version;
      this.look();
    };
    this.socket.onclose = () => {
      this.socket = null;
      if (!this.closed) this.retry = setTimeout(() => this.listen(), 1500);
    };
  }

  look() {
    if (this.newest > this.data.version && this.sender.idle) this.act("look");
  }

  update(data, send) {
    const before = this.data;
    const moved = !before || data.cursor !== before.cursor;
    const goesOn = before && ((before.paused && !data.paused) || (before.ended && !data.ended));
    this.data = data;
    this.received = performance.now();
    draw(this.root, data);
    const fresh = this.player.load(data.clip, this.root.querySelector(".wave"));
    this.player.show([...this.root.querySelectorAll(".word")]);
    this.tune();
    const silent = data.paused || data.ended;
    if (data.clip && !data.heard && !silent) {
      if (fresh || moved) this.player.play(true);
      else if (goesOn) this.player.play();
    }
    if (silent && this.player.playing) this.player.pause();
    this.sender.update(send, data.ack);
    this.refresh();
    this.tick();
    this.listen();
    this.look();
  }

  // The controls of the sound show what this machine keeps.
  tune() {
    this.root.classList.toggle("captions", sound.captions);
    for (const [name, value] of Object.entries(sound)) {
      const control = this.root.querySelector(`[data-sound=${name}]`);
      if (control && name === "captions") control.setAttribute("aria-pressed", value);
      else if (control) control.value = value;
    }
  }

  adjust(more) {
    set(more);
    this.tune();
  }

  // What the player is doing changes buttons and hints, nothing else.
  refresh() {
    const d = this.data;
    if (!d) return;
    this.root.classList.toggle("sounding", this.player.playing);
    this.root.classList.toggle("listening", Boolean(d.clip) && d.step.kind === "question" && !d.heard);
    this.root.classList.toggle("blocked", Boolean(d.clip) && !this.player.playing && !d.heard && !d.paused);
    this.root.classList.toggle("failed", Boolean(this.player.failed));
    const next = this.root.querySelector("[data-do=next]");
    if (next) next.disabled = !this.mayNext();
  }

  mayNext() {
    const d = this.data;
    const back = d.cursor < d.reached;
    return !d.paused && !d.ended && !this.player.playing && (back || d.heard);
  }

  act(action, more = {}) {
    const event = { action, seen: this.data.revision, ...more };
    this.sender.push(() => event);
  }

  next() {
    const now = performance.now();
    if (this.root.classList.contains("blocked")) return this.replay(); // the browser wanted a key first
    if (!this.mayNext() || now - this.lastNext < DEBOUNCE) return;
    this.lastNext = now;
    this.player.pause();
    this.act(this.last() ? "end" : "next"); // reopened with one click
  }

  last() { return this.data.cursor === this.data.steps.length - 1; }

  ended() {
    if (!this.data.heard) this.act("heard", { step: this.data.cursor });
  }

  toggle() {
    const d = this.data;
    if (d.ended) return;
    if (d.paused) {
      this.act("resume");
    } else {
      this.player.pause();
      this.act("pause");
    }
  }

  key(event) {
    const target = event.composedPath()[0];
    const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (!this.root.isConnected || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing) {
      if (event.key === "Escape") target.blur();
      return;
    }
    const does = {
      " ": () => this.next(),
      ArrowRight: () => (event.shiftKey ? this.skip() : this.next()),
      ArrowLeft: () => { this.player.pause(); this.act("back"); },
      k: () => this.toggle(),
      p: () => this.replay(),
      b: () => this.act("nearest"),
      r: () => this.pick(),
      g: () => this.noGuess(),
      c: () => this.adjust({ captions: !sound.captions }),
      n: () => this.root.querySelector("form[data-form=promise] [name=what]")?.focus(),
      "?": () => this.root.classList.toggle("help"),
      Escape: () => this.root.classList.remove("help"),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) does();
  }

  replay() {
    if (!this.data.paused && !this.data.ended) this.player.play(true);
  }

  pick() { if (this.data.mode !== "solo" && this.data.writing && this.data.writing.kind !== "sign") this.act("pick", { instead: this.data.picked || "" }); }

  noGuess() { this.player.pause(); this.act("no guess"); }

  skip() { this.player.pause(); this.act("skip"); }

  click(event) {
    const button = event.target.closest("[data-do]");
    if (!button) return;
    const d = this.data;
    const does = {
      next: () => this.next(),
      skip: () => this.skip(),
      back: () => { this.player.pause(); this.act("back"); },
      pause: () => this.toggle(),
      replay: () => this.replay(),
      play: () => this.replay(),
      nearest: () => this.act("nearest"),
      pick: () => this.pick(),
      end: () => { if (this.last() || window.confirm(d.t.end_sure)) this.act("end"); },
      reopen: () => this.act("reopen"),
      leave: () => this.act("leave"),
      noGuess: () => this.noGuess(),
      captions: () => this.adjust({ captions: !sound.captions }),
      tone: () => tone(),
      help: () => this.root.classList.toggle("help"),
      mark: () => this.act("mark", { round: d.step.round, place: Number(button.dataset.place), point: button.dataset.point, on: !pressed(button) }),
      guess: () => this.act("guess", { guess: button.dataset.guess, on: !pressed(button) }),
      unpromise: () => this.act("unpromise", { promise: button.dataset.promise }),
      seat: () => this.tickSeat(button.dataset.seat, pressed(button)),
    }[button.dataset.do];
    if (does) does();
    button.blur();
  }

  tickSeat(seat, done) {
    const { kind, round, open } = this.data.writing;
    if (open) this.act(done ? "untick" : "write", { kind, round, seat, text: "" });
  }

  submit(event) {
    event.preventDefault();
    const form = event.target;
    if (form.dataset.form === "join") {
      const name = form.elements.name.value.trim();
      if (name) this.act("join", { name, new: fresh() });
      form.reset();
      return;
    }
    if (form.dataset.form === "promise") {
      const { who, what, days } = form.elements;
      if (what.value.trim()) this.act("promise", { who: who.value, what: what.value, days: Number(days.value), new: fresh() });
      what.value = "";
      return what.focus();
    }
    const { kind, round } = this.data.writing;
    const text = form.elements.text.value;
    if (!text.trim()) return;
    this.act("write", { kind, round, seat: form.elements.seat.value, text });
    if (form.elements.text.tagName === "TEXTAREA") form.elements.text.value = "";
    form.elements.text.focus();
  }

  tick() {
    const d = this.data;
    if (!d) return;
    const since = d.clock.running ? (performance.now() - this.received) / 1000 : 0;
    const total = d.clock.total + since;
    this.put(".clock-total", `${clock(total)} / ${clock(d.clock.planned)}`, total > d.clock.planned);
    if (d.clip) {
      const left = d.clip.seconds - (this.player.audio.currentTime || 0);
      this.put(".clock-step", this.player.playing ? clock(left) : "", false);
      return;
    }
    if (d.cursor !== d.reached || !d.step.seconds) { this.put(".clock-step", "", false); return; }
    const left = d.step.seconds - d.clock.step - since;
    this.put(".clock-step", (left < 0 ? "+" : "") + clock(Math.abs(left)), left < 0);
  }

  put(selector, text, over) {
    const place = this.root.querySelector(selector);
    if (!place) return;
    if (place.textContent !== text) place.textContent = text;
    place.classList.toggle("over", over);
  }

  close() {
    this.closed = true;
    this.sender.close();
    clearTimeout(this.retry);
    if (this.socket) this.socket.close();
    clearInterval(this.clock);
    document.removeEventListener("keydown", this.onKey, true);
    this.player.clear();
    this.player.forget();
  }
}

function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stage");
  let stage = stages.get(root);
  if (!stage) {
    stage = new Stage(root);
    stages.set(root, stage);
  }
  stage.update(data, (event) => setTriggerValue("event", event));
}

export function unmount(parentElement) {
  const root = parentElement.querySelector(".stage");
  const stage = root && stages.get(root);
  if (stage) {
    stage.close();
    stages.delete(root);
  }
}
