// Markup of the stage, from the server's view. What is being typed survives a redraw.
const esc = (text) =>
  String(text ?? "").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

export function draw(root, d) {
  const typed = keep(root);
  const outline = root.querySelector(".wave");
  const same = outline && d.clip && outline.dataset.clip === d.clip.id;
  root.dataset.step = d.step.kind;
  root.dataset.mode = d.mode;
  root.innerHTML = `
    <header>${header(d)}</header>
    <main>${body(d)}</main>
    <footer>${controls(d)}</footer>
    ${help(d)}
    ${d.paused ? `<div class="veil" role="status"><b>${esc(d.t.paused)}</b><span>${esc(d.t.resume_hint)}</span></div>` : ""}`;
  if (same) root.querySelector(".wave")?.replaceWith(outline);
  restore(root, typed);
}

function header(d) {
  const dots = d.steps
    .map((s, i) => ({ ...s, i }))
    .filter((s) => s.kind === "question")
    .map((s, n) => {
      const now = d.step.round === s.round;
      const done = d.reached >= s.i;
      return `<i role="img" class="${now ? "now" : done ? "done" : ""}" aria-label="${n + 1}"></i>`;
    })
    .join("");
  const where = d.step.round >= 0 ? esc(d.t.round).replace("{n}", d.step.round + 1).replace("{m}", d.rounds) : esc(d.opening.title);
  const look = d.cursor < d.reached ? `<em>${esc(d.t.looking_back)}</em>` : "";
  return `<span class="where">${where}</span><span class="dots">${dots}</span>
    <strong class="name">${esc(d.t.steps[d.step.kind])}</strong>${look}
    <span class="clock-step" role="timer"></span><span class="clock-total"></span>`;
}

function body(d) {
  const parts = {
    opening: () => opening(d),
    question: () => wave(d) + words(d, "question") + guesses(d),
    answer: () => small(d) + `<p class="ask">${esc(d.t.how)}</p>` + writing(d),
    share: () => small(d) + wall(d),
    benchmark: () => small(d) + wave(d) + words(d, "answer") + points(d) + wall(d),
    contrast: () => small(d) + said(d) + poor(d) + (d.clip ? wave(d) : "") + `<p class="ask">${esc(d.t.differ)}</p>` + writing(d),
    third: () => small(d) + said(d) + poor(d) + `<p class="ask">${esc(d.t.own)}</p>` + writing(d),
    vote: () => small(d) + writing(d),
    note: () => small(d) + said(d) + points(d) + voted(d) + writing(d),
    guess: () => `<p class="ask">${esc(d.t.what_next)}</p>` + writing(d),
    follow: () => wave(d) + words(d, "follow") + guesses(d),
    recall: () => `<p class="ask">${esc(d.t.recall)}</p>` + writing(d) + promises(d),
    summary: () => summary(d),
  };
  const blocked = d.clip
    ? `<button class="unblock" data-do="play">▶&#xFE0E; ${esc(d.t.click_to_play)}</button>
       <p class="sound-failed">${esc(d.t.sound_failed)}</p>`
    : "";
  const asked = d.picked ? `<p class="picked" role="status">${esc(d.t.picked).replace("{name}", `<b>${esc(d.picked)}</b>`)}</p>` : "";
  const error = d.error ? `<p class="error" role="alert">${esc(d.error)}</p>` : "";
  return error + asked + parts[d.step.kind]() + blocked + nearest(d);
}

function opening(d) {
  const o = d.opening;
  const rows = [[d.t.node, o.node], [d.t.metric, o.metric], [d.t.benchmark, o.alias], [d.t.why, o.why]]
    .filter(([, value]) => value)
    .map(([name, value]) => `<div><dt>${esc(name)}</dt><dd>${esc(value)}</dd></div>`)
    .join("");
  return `<div class="opening"><div><h1>${esc(o.title)}</h1><dl>${rows}</dl>${o.straight ? `<p class="quiet">${esc(d.t.straight)}</p>` : ""}<p class="ask by-key">${esc(d.t.start_hint)}</p>${tuning(d)}</div>${door(d)}</div>`;
}

// How loud, how fast, with captions or not; kept on this machine.
const tuning = (d) => `<div class="tuning"><button data-do="tone">♪ ${esc(d.t.tone)}</button>
  <label>${esc(d.t.volume)} <input type="range" min="0" max="1" step="0.05" data-sound="volume"></label>
  <label>${esc(d.t.speed)} <select data-sound="speed">${[0.8, 0.9, 1, 1.1, 1.25].map((x) => `<option value="${x}">${x}×</option>`).join("")}</select></label>
  <button data-do="captions" data-sound="captions" aria-pressed="false">${esc(d.t.captions)}<kbd>C</kbd></button></div>`;

// The QR code comes from our own server as SVG.
const door = (d) =>
  d.door ? `<div class="door">${d.door.qr}<p>${esc(d.t.join).replace("{where}", esc(d.door.where))} <b>${esc(d.door.code)}</b></p>
    <p class="quiet">${esc(d.t.came_in).replace("{n}", d.present).replace("{m}", d.phones)} · <a href="${esc(d.door.panel)}" target="_blank" rel="noopener">${esc(d.t.panel)}</a></p>
    ${d.door.reachable ? "" : `<p class="error">${esc(d.t.unreachable)}</p>`}</div>` : "";

function words(d, part) {
  const list = (d.clip?.words || []).map(([, , text]) => `<span class="word">${esc(text)}</span>`).join("");
  const plain = part === "answer" ? d.answer : part === "question" ? d.question : d.said_next;
  const first = part === "question" ? `<p class="first">${esc(d.t.listen_first)}</p>` : "";
  return `${first}<p class="speech ${part}">${list || esc(plain)}</p>`;
}

const wave = (d) => !d.clip ? "" : `<div class="wave" data-clip="${esc(d.clip.id)}" aria-hidden="true"></div>`;
const small = (d) => (d.question ? `<p class="asked"><b>${esc(d.t.customer)}</b>${esc(d.question)}</p>` : "");
const said = (d) => (d.answer ? `<p class="asked answer"><b>${esc(d.t.benchmark)}</b>${esc(d.answer)}</p>` : "");

const poor = (d) => (d.poor ? `<p class="asked poor"><b>${esc(d.t.contrast)}</b>${esc(d.poor.text)}</p>
  ${d.poor.differs ? `<p class="quiet"><b>${esc(d.t.differs)}</b> ${esc(d.poor.differs)}</p>` : ""}
  ${(d.said || []).length ? `<ul class="wall">${d.said.map((x) => `<li>${esc(x)}</li>`).join("")}</ul>` : ""}` : "");
// The team's own versions, once they were voted on.
const voted = (d) => (d.versions && d.versions.length ? `<ul class="wall">${d.versions.map((v) => `<li>${esc(v.text)} <b>${esc(d.t.votes).replace("{n}", v.votes)}</b></li>`).join("")}</ul>` : "");

function wall(d) {
  if (!d.wall) return "";
  const who = (i) => (d.wall_names ? `<small class="who">${esc(d.wall_names[i])}</small> ` : "");
  const cards = d.wall.map((text, i) => `<li>${who(i)}${d.marks ? marked(d, text, i) : esc(text)}</li>`).join("");
  const aloud = d.aloud ? `<li class="aloud">${esc(d.t.aloud).replace("{n}", d.aloud)}</li>` : "";
  return cards || aloud ? `<ul class="wall">${cards}${aloud}</ul>` : `<p class="quiet">${esc(d.t.nobody_wrote)}</p>`;
}

// The team first: how many made each point. Nobody is ranked.
function points(d) {
  if (!d.points || !d.points.length || !d.points[0].of) return "";
  const rows = d.points
    .map((p) => `<li><b>${esc(p.name)}</b><i class="dots" aria-hidden="true">${"●".repeat(p.made)}${"○".repeat(p.of - p.made)}</i><span>${p.made} / ${p.of}</span>${p.before ? `<small>${esc(d.t.before)} ${p.before.made} / ${p.before.of}</small>` : ""}</li>`)
    .join("");
  const how = d.teaches ? `<p class="quiet how">${esc(d.t.marks_how)}</p>` : "";
  return `<ul class="points" aria-label="${esc(d.t.points)}">${rows}</ul>${how}`;
}

// One answer with the words that make a point; a tap on a point says that the mark is wrong.
function marked(d, text, place) {
  const { made, missed, added } = d.marks[place];
  const letters = Array.from(text);
  const spans = [...made].sort((a, b) => a[1] - b[1]);
  let at = 0, out = "";
  for (const [, start, end] of spans) {
    if (start < at) continue;
    out += esc(letters.slice(at, start).join("")) + `<mark>${esc(letters.slice(start, end).join(""))}</mark>`;
    at = end;
  }
  out += esc(letters.slice(at).join(""));
  const chip = (name, on) =>
    `<button data-do="mark" data-place="${place}" data-point="${esc(name)}" aria-pressed="${on}" ${d.teaches ? `title="${esc(d.t.mark_wrong)}"` : "disabled"}>${on ? "" : "○ "}${esc(name)}</button>`;
  const chips = made.map(([name]) => chip(name, true)).join("") + missed.map((name) => chip(name, false)).join("");
  const more = added.length ? `<small>${esc(d.t.added)} ${added.map(esc).join("、")}</small>` : "";
  return `${out}<div class="chips">${chips}${more}</div>`;
}

// What was guessed; by meaning, and with how usual it is, once the customer has been heard.
function guesses(d) {
  if (d.odds) return reckoned(d);
  if (!d.guesses || !d.guesses.length) return "";
  return `<p class="guesses"><b>${esc(d.t.guessed)}</b>${d.guesses.map((g) => `<span>${esc(g)}</span>`).join("")}</p>`;
}

function reckoned(d) {
  const o = d.odds;
  const percent = (x) => `${Math.round(100 * x)}%`;
  const often = (s) => (s ? `<i class="bar" style="--share:${s.share}"></i><small>${percent(s.share)}（${percent(s.low)}–${percent(s.high)}）</small>` : "");
  const rows = o.groups
    .map((g) => `<li class="${g.right ? "right" : ""}"><button data-do="guess" data-guess="${esc(g.texts[0])}" aria-pressed="${g.right}" ${d.teaches ? `title="${esc(d.t.guess_wrong)}"` : "disabled"}>${g.right ? "" : "○"}</button>
      <span><b>${esc(g.texts[0])}</b>${g.texts.slice(1).map((x) => ` <small>${esc(x)}</small>`).join("")}</span><em>×${g.texts.length}</em>${often(g.share)}</li>`)
    .join("");
  const told = o.really
    ? `${esc(d.t[`odds_${o.basis}`]).replace("{n}", o.known)} <b>${percent(o.really.share)}</b>（${percent(o.really.low)}–${percent(o.really.high)}）`
    : esc(d.t.odds_few).replace("{n}", o.known).replace("{m}", o.least);
  const none = o.groups.length && !o.groups.some((g) => g.right) ? `<p class="quiet">${esc(d.t.guess_none)}</p>` : "";
  return `<section class="odds"><ul>${rows}</ul>${none}<p class="quiet">${told}</p></section>`;
}

// With phones in the room, who has not answered is nobody's business but the leader's.
const ticks = (d) => d.hidden ? "" : d.writing.seats
  .map((s) => `<button data-do="seat" data-seat="${esc(s.id)}" aria-pressed="${s.done}" ${d.writing.open ? "" : "disabled"}>${esc(s.name)}</button>`)
  .join("");

function counted(d) {
  const w = d.writing, count = (of) => w.seats.filter(of).length;
  const passed = count((s) => s.passed && w.kind !== "sign"), done = count((s) => s.done), missing = w.seats.length - done;
  const told = esc(d.t[`count_${w.kind}`]).replace("{n}", done - passed).replace("{m}", w.seats.length);
  const also = passed ? ` · ${esc(d.t.count_passed).replace("{n}", passed)}` : "";
  const left = d.hidden && w.kind !== "note" ? ` · ${missing ? esc(d.t.missing).replace("{n}", missing) : esc(d.t.all_in)}` : "";
  return `<p class="count" role="status">${told}${also}${left}</p>`;
}

function writing(d) {
  const w = d.writing;
  const solo = d.mode === "solo";
  const chips = solo ? "" : ticks(d);
  const count = solo ? "" : counted(d);
  const options = w.seats.map((s) => `<option value="${esc(s.id)}">${esc(s.name)}</option>`).join("");
  const mine = solo && w.seats[0]?.text ? `<p class="mine"><b>${esc(d.t.yours)}</b>${esc(w.seats[0].text)}</p>` : "";
  const versions = d.versions || [];
  const type = d.hidden ? d.t.type_for : d.t.type_here;
  const list = w.kind === "vote" ? `<ol class="versions">${versions.map((v) => `<li>${esc(v.text)}</li>`).join("")}</ol>` : "";
  const field = w.kind === "vote"
    ? `<select name="text" aria-label="${esc(d.t.steps.vote)}">${versions.map((_, i) => `<option value="${i}">${i + 1}</option>`).join("")}</select>`
    : `<textarea name="text" rows="${solo ? 3 : 1}" maxlength="2000" aria-label="${esc(type)}" placeholder="${esc(type)}"></textarea>`;
  const form = w.open
    ? `<form data-form="write"><select name="seat" aria-label="${esc(d.t.who)}" ${solo ? "hidden" : ""}>${options}</select>${field}
       <button>${esc(d.t.write_down)}</button></form>`
    : `<p class="quiet">${esc(d.t.locked)}</p>`;
  const join = solo ? "" : `<form data-form="join" class="join"><input name="name" maxlength="40" aria-label="${esc(d.t.late)}" placeholder="${esc(d.t.late)}"><button>＋</button></form>`;
  return `${list}${count}<div class="seats">${chips}${join}</div>${mine}${form}`;
}

function summary(d) {
  const s = d.summary;
  const rounds = s.rounds
    .map((r, i) => `<li><b>${i + 1}</b><div><p>${esc(r.question)}</p><p class="answer">${esc(r.answer)}</p>
      ${r.notes.map((n) => `<p class="note">✎&#xFE0E; ${esc(n)}</p>`).join("")}</div>
      <span>${esc(d.t.answered).replace("{n}", r.answered).replace("{m}", s.present)}</span></li>`)
    .join("");
  const marks = { ...d, ...d.recalled };
  const recall = s.recall.length ? `<h2>${esc(d.t.three_points)}</h2>${points(marks)}<ul class="wall">${s.recall.map((r, i) => `<li>${marked(marks, r, i)}</li>`).join("")}</ul>` : "";
  const again = d.again && d.again.qr ? `<div class="again">${d.again.qr}<p>${esc(d.t.again)}</p></div>` : "";
  const sign = d.writing ? `<div class="sign">${counted(d)}<div class="seats">${ticks(d)}</div></div>` : "";
  const said = recall || `<p class="quiet">${esc(d.t.nobody_wrote)}</p>`;
  return `<div class="closing">${again}${said}${promises(d)}${sign}${d.mode === "retest" ? "" : `<ol class="summary">${rounds}</ol>`}</div>`;
}

// Who does what by when: N goes to the line, Enter writes it down.
function promises(d) {
  if (!d.promises) return "";
  const made = d.promises
    .map((p) => `<li><b>${esc(p.who)}</b> ${esc(p.what)} <small>${esc(p.until)}</small>${d.ended ? "" : `<button data-do="unpromise" data-promise="${esc(p.id)}" aria-label="${esc(d.t.unpromise)}">×</button>`}</li>`)
    .join("");
  const options = d.names.map((name) => `<option>${esc(name)}</option>`).join("");
  const days = d.t.until.map(([n, label]) => `<option value="${n}">${esc(label)}</option>`).join("");
  const form = d.ended ? "" : `<form data-form="promise"><select name="who" aria-label="${esc(d.t.who)}">${options}</select>
    <input name="what" maxlength="200" aria-label="${esc(d.t.promise)}" placeholder="${esc(d.t.promise)}">
    <select name="days" aria-label="${esc(d.t.by_when)}">${days}</select><button>${esc(d.t.write_down)}<kbd>N</kbd></button></form>`;
  return `<section class="promises">${made ? `<ul>${made}</ul>` : ""}${form}</section>`;
}

function nearest(d) {
  if (!d.nearest) return "";
  const cards = d.nearest.matches
    .map((m) => `<li><b>${esc(m.agent)}</b><p>${esc(m.question)}</p><p class="answer">${esc(m.answer)}</p></li>`)
    .join("");
  return `<section class="nearest"><h2>${esc(d.t.nearest)} <small>${esc(d.nearest.how)}</small></h2>
    <ul>${cards || `<li>${esc(d.t.nobody_yet)}</li>`}</ul></section>`;
}

function controls(d) {
  const button = (what, label, key, more = "") =>
    `<button data-do="${what}" ${more}>${esc(label)}<kbd>${key}</kbd></button>`;
  if (d.ended) {
    return `<span class="quiet">${esc(d.t.ended)}</span><button data-do="reopen">${esc(d.t.reopen)}</button>
      ${button("leave", d.t.leave, "⏎", 'class="main"')}`;
  }
  const last = d.cursor === d.steps.length - 1;
  const revealed = ["benchmark", "note", "guess", "follow"].includes(d.step.kind);
  return [
    button("back", d.t.back, "←", d.cursor ? "" : "disabled"),
    d.clip ? button("replay", d.t.replay, "P") : "",
    button("pause", d.paused ? d.t.resume : d.t.pause, "K"),
    d.writing && d.mode !== "solo" && d.writing.kind !== "sign" ? button("pick", d.t.pick, "R") : "",
    revealed ? button("nearest", d.t.nearest_short, "B") : "",
    last ? "" : button("skip", d.t.skip, "⇧→"),
    guessAhead(d) ? button("noGuess", d.t.no_guess, "G") : "",
    `<button data-do="help" aria-label="${esc(d.t.keys)}">?</button>`,
    last ? "" : `<button data-do="end" class="end">${esc(d.t.end)}</button>`,
    last ? button("end", d.t.end, "␣", 'class="main"') : button("next", d.t.next, "␣", 'class="main"'),
  ].join("");
}

// At the guess, or right before it: it can be left out.
const guessAhead = (d) => d.cursor === d.reached && [d.cursor, d.cursor + 1].some((i) => d.steps[i]?.kind === "guess");

function help(d) {
  const rows = d.t.help.map(([key, what]) => `<div><kbd>${esc(key)}</kbd><span>${esc(what)}</span></div>`).join("");
  return `<aside class="keys" aria-label="${esc(d.t.keys)}">${rows}${d.step.kind === "opening" ? "" : tuning(d)}</aside>`;
}

function keep(root) {
  const place = `${root.dataset.step}`;
  const kept = [...root.querySelectorAll("form :is(input, textarea, select)")]
    .map((field) => ({ form: field.form.dataset.form, name: field.name, value: field.value, focus: field.getRootNode().activeElement === field }));
  return { place, kept };
}

function restore(root, typed) {
  if (typed.place !== root.dataset.step) return;
  for (const { form, name, value, focus } of typed.kept) {
    const field = root.querySelector(`form[data-form=${form}] [name=${name}]`);
    if (!field || (field.options && ![...field.options].some((o) => o.value === value))) continue;
    field.value = value;
    if (focus) field.focus();
  }
}
