// The tagging desk: plays one exchange, sends keys as events, draws what the server says is set.
import { Sender } from "./sender.js";
import { alone } from "./sound.js";

const desks = new WeakMap();
const STEP = 2; // seconds that J and L move

class Tagging {
  constructor(root) {
    this.root = root;
    this.sender = new Sender();
    this.audio = new Audio();
    this.forget = alone(this.audio);
    this.audio.preload = "auto";
    this.audio.addEventListener("timeupdate", () => this.progress());
    this.audio.addEventListener("error", () => root.classList.add("failed"));
    this.onKey = (event) => this.key(event);
    document.addEventListener("keydown", this.onKey, true);
    root.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.act(button.dataset.do, button.dataset.tag);
    });
  }

  update(data, send) {
    const fresh = !this.data || this.data.item !== data.item;
    this.data = data;
    this.draw();
    if (fresh && data.audio) {
      this.root.classList.remove("failed");
      this.audio.src = new URL(data.audio, document.baseURI).href;
      this.audio.play().catch(() => {}); // until the page was clicked; K plays
    }
    this.sender.update(send, data.ack);
  }

  draw() {
    const { t, tags, set, question, answer, about, left } = this.data;
    const text = (value) => {
      const span = document.createElement("span");
      span.textContent = value;
      return span.innerHTML;
    };
    const buttons = tags.map(
      (tag, i) =>
        `<button data-do="tag" data-tag="${tag.id}" aria-pressed="${set.includes(tag.id)}">
          ${i < 9 ? `<kbd>${i + 1}</kbd>` : ""} ${text(tag.name)}</button>`,
    );
    this.root.innerHTML = `
      <div class="bar">
        <button data-do="toggle">▶︎ / ❚❚ <kbd>K</kbd></button>
        <button data-do="next">${t.next} <kbd>N</kbd></button>
        <button data-do="mark" ${this.data.marked ? "disabled" : ""}>${this.data.marked ? t.marked : `${t.mark} <kbd>B</kbd>`}</button>
        <button data-do="undo">${t.undo} <kbd>U</kbd></button>
        <button data-do="help">?</button>
        <span class="state" role="status">${text(left)}</span>
      </div>
      <div class="keys" ${this.help ? "" : "hidden"}>${t.keys.map(([k, what]) => `<span><kbd>${k}</kbd> ${what}</span>`).join("")}</div>
      <div class="line"><i></i></div>
      <p class="about">${text(about)}</p>
      <p class="question"><b>${t.customer}</b> ${text(question)}</p>
      <p class="answer"><b>${t.agent}</b> ${text(answer)}</p>
      <div class="tags" role="group" aria-label="${t.tags}">${buttons.join("")}</div>`;
    this.progress();
  }

  progress() {
    const bar = this.root.querySelector(".line i");
    if (bar) bar.style.width = `${(100 * this.audio.currentTime) / (this.audio.duration || 1)}%`;
  }

  // Typing in a box of the page is not for us.
  key(event) {
    const target = event.composedPath()[0];
    const typing = /^(input|textarea|select)$/i.test(target.tagName || "") || target.isContentEditable;
    if (typing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && this.help) return this.act("help");
    const digit = /^[1-9]$/.test(event.key) ? this.data?.tags[Number(event.key) - 1] : null;
    const name = { k: "toggle", j: "back", l: "ahead", n: "next", u: "undo", b: "mark", "?": "help" }[event.key.toLowerCase()];
    if (!digit && !name) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && name !== "back" && name !== "ahead") return;
    this.act(digit ? "tag" : name, digit?.id);
  }

  act(name, tag) {
    const audio = this.audio;
    if (name === "toggle") return void (audio.paused ? audio.play().catch(() => {}) : audio.pause());
    if (name === "back" || name === "ahead") {
      audio.currentTime = Math.max(0, audio.currentTime + (name === "back" ? -STEP : STEP));
      return;
    }
    if (name === "help") {
      this.help = !this.help;
      return this.draw();
    }
    if (name === "next") audio.pause();
    // which exchange a key is about is known when it goes out: those before it may lead to another one
    this.sender.push(() => {
      if (name === "mark" && this.data.marked) return null;
      return { do: name, tag: tag || "", item: this.data.item };
    });
  }

  close() {
    this.sender.close();
    document.removeEventListener("keydown", this.onKey, true);
    this.audio.pause();
  }
}

export function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tagging");
  if (!desks.has(parentElement)) desks.set(parentElement, new Tagging(root));
  desks.get(parentElement).update(data, (event) => setTriggerValue("event", event));
}

export function unmount(parentElement) {
  desks.get(parentElement)?.close();
  desks.delete(parentElement);
}
