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
    const asked = data.nearest && !this.root.querySelector(".nearest");
    draw(this.root, data);
    if (asked) this.root.querySelector(".nearest")?.scrollIntoView({ block: "nearest" });
    const another = this.player.load(data.clip, this.root.querySelector(".wave"));
    this.player.show([...this.root.querySelectorAll(".word")]);
    this.tune();
    const silent = data.paused || data.ended;
    if (data.clip && !data.heard && !silent) {
      if (another || moved) this.player.play(true);
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
    const form = this.root.querySelector("form[data-form=write]");
    if (form?.elements.text.tagName === "TEXTAREA") this.write(form); // what was typed is not lost with its step
    if (this.last()) this.end();
    else this.act("next");
  }

  end() {
    const t = this.data.t, missing = this.unsigned();
    const ask = missing ? t.end_unsigned.replace("{n}", missing) : this.last() ? "" : t.end_sure;
    if (!ask || window.confirm(ask)) this.act("end"); // reopened with one click
  }

  // How many have not signed in yet, where phones are there to do so.
  unsigned() {
    const w = this.data.writing;
    return w && w.kind === "sign" && this.data.phones ? w.seats.filter((s) => !s.done).length : 0;
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
    if (typing && !this.typed(event, target)) return;
    if (!typing && target.closest?.("button, a, summary") && [" ", "Enter"].includes(event.key)) return; // presses it
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
      Enter: () => { if (this.data.ended) this.act("leave"); },
      "?": () => this.root.classList.toggle("help"),
      Escape: () => this.root.classList.remove("help"),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!does) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) does();
  }

  // In a field: Enter writes it down, Escape leaves it, and a space in an empty one goes on as elsewhere.
  typed(event, target) {
    if (event.key === "Escape") target.blur();
    if (target.tagName === "TEXTAREA" && event.key === "Enter" && !event.shiftKey && this.root.contains(target)) {
      event.preventDefault();
      target.form.requestSubmit();
    }
    if (event.key !== " " || target.tagName !== "TEXTAREA" || target.value) return false;
    target.blur();
    return true;
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
      end: () => this.end(),
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
    this.write(form);
    form.elements.text.focus();
  }

  write(form) {
    const { kind, round } = this.data.writing, { seat, text } = form.elements;
    if (!text.value.trim()) return;
    this.act("write", { kind, round, seat: seat.value, text: text.value });
    if (text.tagName !== "TEXTAREA") return;
    text.value = "";
    const w = this.data.writing.seats, at = w.findIndex((s) => s.id === seat.value);
    const next = [...w.slice(at + 1), ...w.slice(0, at)].find((s) => !s.done);
    if (next) seat.value = next.id; // the next who has not answered
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
