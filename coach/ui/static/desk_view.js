// How the repair desk looks: rows of lines, and the waveform around the current one.
const SPAN = 16; // seconds of sound shown around the current line
const COLOURS = { AGENT: "#0f5c5c", CUSTOMER: "#c2542d", UNKNOWN: "#8a8f86" };

export const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;

function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

// Text with its uncertain words underlined; the marks lie in spans, so that editing stays plain.
function words(box, line) {
  let at = 0;
  for (const [a, b] of line.low) {
    if (a > at) box.append(line.text.slice(at, a));
    box.append(make("u", "low", line.text.slice(Math.max(a, at), b)));
    at = Math.max(at, b);
  }
  box.append(line.text.slice(at));
}

export function row(line, t) {
  const out = make("div", "line");
  out.dataset.id = line.id;
  out.classList.add(line.role.toLowerCase());
  if (line.doubt) out.classList.add("aside");
  const time = make("button", "time", clock(line.start));
  time.dataset.do = "play";
  time.title = t.play;
  const role = make("button", "role", t[line.role] + (line.unsure ? "?" : ""));
  role.dataset.do = "role";
  role.title = line.unsure ? t.unsure : t.role;
  const text = make("div", "text");
  text.contentEditable = "plaintext-only";
  if (text.contentEditable !== "plaintext-only") text.contentEditable = "true";
  text.spellcheck = false;
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-label", `${clock(line.start)} ${t[line.role]}`);
  words(text, line);
  const notes = make("div", "notes");
  for (const tag of line.tags) notes.append(make("span", `tag ${tag.slice(-1)}`, tagText(tag, t)));
  for (const [, , written] of line.readings) notes.append(make("span", "reading", written));
  const ops = make("span", "ops");
  for (const [name, label] of [["split", t.split], ["merge", t.merge], ["doubt", t.doubt]]) {
    const button = make("button", "", label);
    button.dataset.do = name;
    ops.append(button);
  }
  if (line.doubt) notes.append(make("span", "why", t.doubts[line.doubt] || line.doubt));
  notes.append(ops);
  out.append(time, role, text, notes);
  return out;
}

function tagText(tag, t) {
  const kind = tag.slice(-1);
  return `${{ q: t.question, a: t.answer, b: t.along }[kind]} ${tag.slice(0, -1)}`;
}

// The stretch of the call that is drawn.
export function stretch(line, duration) {
  if (!line) return [0, Math.min(SPAN, duration)];
  const length = Math.max(SPAN, (line.end - line.start) * 1.5);
  const middle = (line.start + line.end) / 2;
  const from = Math.max(0, Math.min(duration - length, middle - length / 2));
  return [from, Math.min(duration, from + length)];
}

export function paint(canvas, { peaks, lines, line, from, to, now, drag }) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth, height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const g = canvas.getContext("2d");
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.clearRect(0, 0, width, height);
  const x = (s) => ((s - from) / (to - from)) * width;
  for (const other of lines) {
    if (other.end < from || other.start > to) continue;
    g.fillStyle = COLOURS[other.role] + (other === line ? "38" : "16");
    g.fillRect(x(other.start), 0, Math.max(2, x(other.end) - x(other.start)), height - 16);
  }
  peaks?.channels.forEach((levels, c) => {
    const lane = (height - 16) / peaks.channels.length;
    g.fillStyle = "#5d8580";
    const first = Math.max(0, Math.floor(from * peaks.rate));
    const last = Math.min(levels.length, Math.ceil(to * peaks.rate));
    for (let i = first; i < last; i++) {
      const size = Math.max(1, (levels[i] / 255) * (lane - 6));
      g.fillRect(x(i / peaks.rate), c * lane + (lane - size) / 2, Math.max(1, width / (to - from) / peaks.rate - 1), size);
    }
  });
  if (line) {
    const [start, end] = drag || [line.start, line.end];
    g.fillStyle = "#1d2a2a";
    for (const s of [start, end]) g.fillRect(x(s) - 2, 0, 4, height - 16);
  }
  g.fillStyle = "#c2542d";
  if (now >= from && now <= to) g.fillRect(x(now) - 1, 0, 2, height - 16);
  g.fillStyle = "#5b6a68";
  g.font = "12px sans-serif";
  for (let s = Math.ceil(from / 2) * 2; s <= to; s += 2) g.fillText(clock(s), x(s) + 2, height - 3);
}
