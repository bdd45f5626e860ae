// One clip at a time: sound, waveform, words lit as they are spoken.
import { alone } from "./sound.js";

let WaveSurfer = null;
try {
  WaveSurfer = (await import(new URL("./wavesurfer.js", import.meta.url))).default;
} catch {
  // no waveform then; `make install` brings it
}

export class Player {
  constructor({ onEnded, onState }) {
    this.audio = new Audio();
    this.audio.preload = "auto";
    this.forget = alone(this.audio);
    this.onEnded = onEnded;
    this.onState = onState;
    this.clip = null;
    this.blocked = false;
    this.wave = null;
    this.words = [];
    this.marks = [];
    this.audio.addEventListener("ended", () => { this.stopTicking(); this.light(Infinity); onEnded(this.clip); onState(); });
    this.audio.addEventListener("playing", () => { this.startedAt = performance.now(); this.tick(); onState(); });
    this.audio.addEventListener("pause", () => { this.stopTicking(); onState(); });
    this.audio.addEventListener("error", () => { this.failed = true; onState(); });
  }

  get playing() { return !this.audio.paused && !this.audio.ended && !this.audio.error; }

  // clip: {id, url, seconds, peaks, words}; the same id again changes nothing.
  load(clip, box) {
    if (clip && this.clip && clip.id === this.clip.id) { this.clip.url = clip.url; this.place(box); return false; }
    this.clear();
    if (!clip) return false;
    this.clip = clip;
    this.failed = false;
    this.audio.src = new URL(clip.url, document.baseURI).href;
    this.place(box);
    return true;
  }

  place(box) {
    if (!box || !this.clip) return;
    if (this.wave && this.box === box) return;
    this.wave?.destroy();
    this.wave = null;
    this.box = box;
    if (!WaveSurfer || !this.clip.peaks) return;
    this.wave = WaveSurfer.create({
      container: box, media: this.audio, peaks: [this.clip.peaks], duration: this.clip.seconds,
      height: 72, waveColor: "#9dbcb8", progressColor: "#0f5c5c", cursorColor: "#c2542d",
      cursorWidth: 3, barWidth: 3, barGap: 2, barRadius: 2, interact: false, normalize: true,
    });
  }

  show(words) { this.marks = words; this.light(this.audio.currentTime); }

  async play(fromStart = false) {
    if (!this.clip) return;
    if (this.failed || this.audio.error) {
      this.failed = false;
      this.audio.src = new URL(this.clip.url, document.baseURI).href;
      this.audio.load();
    }
    if (fromStart) this.audio.currentTime = 0;
    try {
      await this.audio.play();
      this.blocked = false;
    } catch (error) {
      this.blocked = error.name === "NotAllowedError";
    }
    this.onState();
  }

  pause() { this.audio.pause(); }

  clear() {
    this.stopTicking();
    this.audio.pause();
    this.audio.removeAttribute("src");
    this.wave?.destroy();
    this.wave = null;
    this.box = null;
    this.clip = null;
    this.blocked = false;
  }

  tick() {
    this.stopTicking();
    this.timer = setInterval(() => this.light(this.audio.currentTime), 50);
  }

  stopTicking() { clearInterval(this.timer); }

  light(now) {
    const words = this.clip?.words || [];
    this.marks.forEach((mark, i) => {
      const [start, end] = words[i] || [0, 0];
      mark.classList.toggle("said", now >= end);
      mark.classList.toggle("now", now >= start && now < end);
    });
  }
}
