// The repair desk: plays, edits, sends each repair and draws what the server says stands now.
import { alone } from "./sound.js";
import { actions, key } from "./desk_keys.js";
import { paint, row, stretch } from "./desk_view.js";

const desks = new WeakMap();
const IDLE = 1500; // milliseconds after the last key: what was typed is sent
const RETRY = 3000;
const EDGE = 7; // pixels around a bound that take hold of it

class Desk {
  constructor(root, data) {
    this.root = root;
    this.url = new URL(data.url, document.baseURI).href;
    this.t = data.t;
    this.place = `coach-desk-${data.recording}`;
    this.lines = [];
    this.queue = [];
    this.peaks = null;
    this.word = null;
    this.learned = false; // the correction is in the glossary: it may go to the other transcripts
    this.sent = Date.now(); // numbers go on rising over reloads
    this.audio = new Audio(new URL(data.audio, document.baseURI).href);
    this.forget = alone(this.audio);
    this.audio.preload = "auto";
    this.stop = Infinity;
    this.build();
    this.listen();
    this.load();
  }

  build() {
    const t = this.t;
    const button = (name, text, key) => `<button data-do="${name}" title="${key}">${text}</button>`;
    this.root.innerHTML = `
      <div class="bar">
        ${button("toggle", "▶︎ / ❚❚", "K")} <button data-do="speed" class="speed">1×</button>
        ${button("undo", t.undo, "U")} ${button("redo", t.redo, "Shift+U")} ${button("roles", t.roles, "W")}
        ${button("doubtful", t.next, "N")} ${button("help", "?", "?")}
        <input class="by" maxlength="40" placeholder="${t.by}" aria-label="${t.by}">
        <span class="state" role="status"></span>
      </div>
      <div class="learn" hidden></div>
      <canvas class="sound" height="120"></canvas>
      <div class="keys">${t.keys.map(([k, what]) => `<span><kbd>${k}</kbd> ${what}</span>`).join("")}</div>
      <div class="lines" role="list" tabindex="-1"></div>`;
    this.list = this.root.querySelector(".lines");
    this.canvas = this.root.querySelector("canvas");
    this.state = this.root.querySelector(".state");
    this.by = this.root.querySelector(".by");
    this.by.value = localStorage.getItem("coach-desk-by") || "";
  }

  listen() {
    this.onKey = (event) => key(this, event);
    document.addEventListener("keydown", this.onKey, true);
    this.root.addEventListener("click", (event) => this.click(event));
    this.list.addEventListener("focusin", (event) => this.focus(event.target.closest(".line")));
    this.list.addEventListener("focusin", (event) => {
      if (event.target.classList.contains("text")) this.before = event.target.textContent;
    });
    this.list.addEventListener("input", (event) => this.typed(event.target.closest(".line")));
    this.list.addEventListener("compositionstart", () => { this.composing = true; clearTimeout(this.idle); });
    this.list.addEventListener("compositionend", (event) => {
      this.composing = false;
      this.typed(event.target.closest(".line"));
      if (this.late) this.show(this.late);
    });
    this.list.addEventListener("focusout", (event) => this.save(event.target.closest(".line")));
    this.by.addEventListener("change", () => localStorage.setItem("coach-desk-by", this.by.value.trim()));
    this.canvas.addEventListener("pointerdown", (event) => this.grab(event));
    this.audio.addEventListener("timeupdate", () => this.watch());
    this.onLeave = () => this.leave();
    window.addEventListener("pagehide", this.onLeave);
    this.onSize = () => this.draw();
    window.addEventListener("resize", this.onSize);
    this.frames = setInterval(() => { if (!this.audio.paused) { this.watch(); this.draw(); } }, 40);
  }

  async load() {
    try {
      const answer = await fetch(`${this.url}?peaks=1`);
      if (!answer.ok) throw new Error(answer.status);
      const doc = await answer.json();
      this.peaks = { rate: doc.peaks.rate, channels: doc.peaks.channels.map((c) => Uint8Array.from(atob(c), (x) => x.charCodeAt(0))) };
      const kept = JSON.parse(localStorage.getItem(this.place) || "{}");
      this.show(doc, kept.at || 0);
      this.list.scrollTop = kept.scroll || 0;
      this.root.classList.add("ready");
      this.list.focus({ preventScroll: true }); // keys are for the desk, not for the box above it
    } catch {
      this.say(this.t.lost, true);
    }
  }

  // The lines as they stand; the current one stays, by id or else by time.
  show(doc, at = this.line?.start ?? 0) {
    this.late = this.composing ? doc : null; // characters are being put together: nothing may move
    if (this.late) return;
    const keep = this.current;
    const box = this.editing()?.box.closest(".line");
    this.doc = doc;
    this.lines = doc.lines;
    for (const line of this.lines) line.was = { text: line.text, role: line.role, doubt: line.doubt };
    const same = this.lines.find((line) => line.id === keep);
    const near = this.lines.reduce((best, line) => (Math.abs(line.start - at) < Math.abs(best.start - at) ? line : best), this.lines[0]);
    this.current = (same || near)?.id;
    const scroll = this.list.scrollTop;
    const stays = box && this.lines.findIndex((line) => line.id === box.dataset.id);
    const rows = this.lines.map((line, i) => (i === stays ? box : row(line, this.t)));
    if (box && stays >= 0) { // the row that is typed in keeps its place in the page, and its caret
      for (const other of [...this.list.children]) if (other !== box) other.remove();
      box.before(...rows.slice(0, stays));
      box.after(...rows.slice(stays + 1));
    } else this.list.replaceChildren(...rows);
    this.list.scrollTop = scroll;
    this.mark();
  }

  get line() { return this.lines.find((line) => line.id === this.current); }
  get box() { return this.list.querySelector(`[data-id="${CSS.escape(this.current || "")}"]`); }

  editing() {
    const root = this.root.getRootNode();
    const at = root.activeElement;
    if (!at?.classList.contains("text")) return null;
    const selection = root.getSelection ? root.getSelection() : document.getSelection();
    return { box: at, at: this.offset(at, selection) };
  }

  offset(box, selection) {
    if (!selection.rangeCount) return 0;
    const range = selection.getRangeAt(0).cloneRange();
    if (!box.contains(range.endContainer)) return 0;
    range.setStart(box, 0);
    return range.toString().length;
  }

  caret(line, at) {
    const box = line.querySelector(".text");
    box.focus({ preventScroll: true });
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (at <= node.length) { document.getSelection().setBaseAndExtent(node, at, node, at); return; }
      at -= node.length;
    }
  }

  mark() {
    for (const line of this.list.children) line.classList.toggle("current", line.dataset.id === this.current);
    this.root.querySelector("[data-do=undo]").disabled = !this.doc?.undo;
    this.root.querySelector("[data-do=redo]").disabled = !this.doc?.redo;
    this.keep();
    this.draw();
  }

  keep() {
    if (this.line) localStorage.setItem(this.place, JSON.stringify({ at: this.line.start, scroll: this.list.scrollTop }));
  }

  draw() {
    const line = this.line;
    [this.from, this.to] = stretch(line, this.doc?.duration || 1);
    paint(this.canvas, { peaks: this.peaks, lines: this.lines, line, from: this.from, to: this.to, now: this.audio.currentTime, drag: this.drag?.bounds });
  }

  say(text, bad = false) {
    this.state.textContent = text;
    this.state.classList.toggle("bad", bad);
  }

  // Repairs go out one at a time and in order; one that cannot be sent waits and is tried again.
  send(action) {
    this.queue.push({ ...action, n: ++this.sent, by: this.by.value.trim() });
    this.say(this.t.saving);
    if (!this.busy) this.flush();
  }

  // About a line, with what was seen of it: who has not seen a change cannot undo it.
  about(line, name, more = {}) {
    const seen = { text: ["text"], split: ["text"], merge: ["text"], role: ["role"], doubt: ["doubt"] }[name] || [];
    const was = Object.fromEntries(seen.filter((key) => key in line.was).map((key) => [key, line.was[key]]));
    for (const key of seen) delete line.was[key]; // until the answer says what stands now
    this.send({ do: name, id: line.id, was, ...more });
  }

  async flush() {
    this.busy = true;
    while (this.queue.length) {
      let answer;
      try {
        answer = await fetch(this.url, { method: "POST", body: JSON.stringify(this.queue[0]), keepalive: true });
        if (answer.status >= 500) throw new Error(answer.status);
      } catch {
        this.say(this.t.retry, true);
        await new Promise((done) => setTimeout(done, RETRY));
        continue;
      }
      if (answer.status === 401) { this.say(this.t.expired, true); break; } // nothing is thrown away
      const sent = this.queue.shift();
      const doc = await answer.json().catch(() => ({}));
      if (doc.lines && !this.queue.length) this.show(doc);
      if (doc.error) this.say(this.problem(doc.error), true);
      else this.after(sent, doc);
    }
    this.busy = false;
  }

  problem(error) {
    return this.t.language === "zh" ? `${error.message_zh} ${error.advice_zh}` : `${error.message} ${error.advice}`;
  }

  after(sent, doc) {
    this.say(this.t.saved);
    if (sent.do === "roles") this.note(this.t.swapped);
    if (doc.word) this.offer(doc.word);
    if (doc.learnt) this.learnt(doc.learnt, doc.elsewhere);
    if (doc.spread !== undefined) this.note(this.t.spread.replace("{n}", doc.spread));
  }

  offer([wrong, right]) {
    this.word = { wrong, right };
    this.learned = false;
    this.note(this.t.offer.replace("{wrong}", wrong).replace("{right}", right), ["learn", this.t.learn]);
  }

  learnt([wrong, right], elsewhere) {
    const text = this.t.learnt.replace("{right}", right);
    this.learned = elsewhere > 0;
    if (elsewhere) this.note(`${text} ${this.t.elsewhere.replace("{n}", elsewhere).replace("{wrong}", wrong)}`, ["spread", this.t.apply]);
    else this.note(text);
  }

  note(text, action) {
    const box = this.root.querySelector(".learn");
    box.hidden = false;
    box.replaceChildren(text);
    if (!action) return;
    const button = document.createElement("button");
    button.dataset.do = action[0];
    button.textContent = action[1];
    box.append(" ", button);
  }

  focus(line) {
    if (!line || line.dataset.id === this.current) return;
    this.current = line.dataset.id;
    this.mark();
  }

  typed(line) {
    clearTimeout(this.idle);
    this.say(this.t.typing);
    this.idle = setTimeout(() => this.save(line), IDLE);
  }

  // Esc: the text as it stood before typing.
  dropped(box) {
    const line = this.lines.find((one) => one.id === box.closest(".line")?.dataset.id);
    if (line && this.before !== undefined) box.textContent = this.before;
  }

  save(row) {
    clearTimeout(this.idle);
    if (!row || this.composing) return;
    const line = this.lines.find((one) => one.id === row.dataset.id);
    const text = row.querySelector(".text").textContent.trim();
    if (line && text !== line.text) {
      line.text = text;
      this.about(line, "text", { text });
    }
  }

  go(step) {
    const at = this.lines.indexOf(this.line);
    const to = this.lines[Math.max(0, Math.min(this.lines.length - 1, at + step))];
    if (!to) return;
    this.current = to.id;
    this.mark();
    this.box.scrollIntoView({ block: "nearest" });
  }

  doubtful() {
    const at = this.lines.indexOf(this.line);
    const order = [...this.lines.slice(at + 1), ...this.lines.slice(0, at + 1)];
    const found = order.find((line) => line.unsure || line.low.length || (line.doubt && line.doubt !== "person"));
    if (!found) return this.say(this.t.nothing);
    this.current = found.id;
    this.mark();
    this.box.scrollIntoView({ block: "center" });
    this.play();
  }

  play(from = this.line?.start, to = this.line?.end) {
    if (from === undefined) return;
    this.audio.currentTime = from;
    this.stop = to;
    this.audio.play().catch(() => this.say(this.t.blocked, true));
  }

  toggle() {
    if (!this.audio.paused) return this.audio.pause();
    if (this.line && this.audio.currentTime === 0) this.audio.currentTime = this.line.start;
    this.stop = Infinity;
    this.audio.play().catch(() => this.say(this.t.blocked, true));
  }

  // Stops at the end of a line; without one, the current line follows the sound.
  watch() {
    const now = this.audio.currentTime;
    if (now >= this.stop) { this.audio.pause(); this.stop = Infinity; this.draw(); return; }
    if (this.stop !== Infinity || this.audio.paused || this.editing()) return;
    const on = this.lines.findLast((line) => line.start <= now && now < line.end);
    if (on && on.id !== this.current) { this.current = on.id; this.mark(); this.box.scrollIntoView({ block: "nearest" }); }
  }

  jump(seconds) { this.audio.currentTime = Math.max(0, this.audio.currentTime + seconds); this.draw(); }

  speed() {
    const all = [1, 1.25, 1.5, 0.75];
    this.audio.playbackRate = all[(all.indexOf(this.audio.playbackRate) + 1) % all.length];
    this.root.querySelector(".speed").textContent = `${this.audio.playbackRate}×`;
  }

  // At the caret while typing, else where the sound is.
  split() {
    const line = this.line, typing = this.editing();
    if (!line) return;
    const share = (this.audio.currentTime - line.start) / (line.end - line.start);
    if (!typing && !(share > 0 && share < 1)) return this.say(this.t.outside, true);
    const at = typing ? typing.at : Math.round(share * line.text.length);
    if (typing) { this.save(this.box); typing.box.blur(); }
    this.about(line, "split", { at });
  }

  bound(edge) {
    const line = this.line, now = this.audio.currentTime;
    if (line) this.send({ do: "move", id: line.id, start: edge ? line.start : now, end: edge ? now : line.end });
  }

  grab(event) {
    const line = this.line, box = this.canvas.getBoundingClientRect();
    const at = (e) => this.from + ((e.clientX - box.left) / box.width) * (this.to - this.from);
    const near = (s) => Math.abs(((s - this.from) / (this.to - this.from)) * box.width - (event.clientX - box.left)) <= EDGE;
    const edge = line && near(line.start) ? 0 : line && near(line.end) ? 1 : null;
    if (edge === null) { this.audio.currentTime = at(event); this.draw(); return; }
    this.canvas.setPointerCapture(event.pointerId);
    this.drag = { bounds: [line.start, line.end] };
    const pull = (e) => { this.drag.bounds[edge] = Math.max(0, at(e)); this.draw(); };
    const drop = () => {
      this.canvas.removeEventListener("pointermove", pull);
      const [start, end] = this.drag.bounds;
      this.drag = null;
      if (end > start) this.send({ do: "move", id: line.id, start, end });
      this.draw();
    };
    this.canvas.addEventListener("pointermove", pull);
    this.canvas.addEventListener("pointerup", drop, { once: true });
    this.canvas.addEventListener("pointercancel", drop, { once: true });
  }

  one(name) { if (this.line) this.about(this.line, name); }

  click(event) {
    const button = event.target.closest("[data-do]");
    const row = event.target.closest(".line");
    if (row) this.focus(row);
    if (button) actions(this)[button.dataset.do]?.();
  }

  leave() {
    const typing = this.editing();
    if (typing) this.save(typing.box.closest(".line"));
    // What still waits goes out at once; the number of each keeps it from being done twice.
    for (const action of this.queue.splice(1)) fetch(this.url, { method: "POST", body: JSON.stringify(action), keepalive: true });
    this.keep();
  }

  end() {
    this.leave();
    document.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("pagehide", this.onLeave);
    window.removeEventListener("resize", this.onSize);
    clearInterval(this.frames);
    this.audio.pause();
  }
}

export function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".desk");
  const known = desks.get(parentElement);
  if (known && known.root === root && known.place === `coach-desk-${data.recording}`) return;
  known?.end();
  desks.set(parentElement, new Desk(root, data));
}

export function unmount(parentElement) {
  desks.get(parentElement)?.end();
  desks.delete(parentElement);
}
