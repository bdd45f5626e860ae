// The phone: told of each step over a websocket; what is being typed stays until its step is over.
const room = document.getElementById("room");
const step = document.getElementById("step");
const box = document.getElementById("box");
const lost = document.getElementById("lost");
const say = room.dataset;
// Every request says of which session this page is: the phone may hold seats in two.
const asked = new URLSearchParams(location.search);
asked.set("session", say.session);
const where = `?${asked}`;
history.replaceState(null, "", where);
let key = say.key, socket = null, pause = 500, over = false, recorder = null;

function show(view) {
  say.phase = view.phase;
  step.innerHTML = view.html;
  if (view.key !== key) {
    key = view.key;
    box.innerHTML = view.box;
    prepare();
  }
  if (view.ended) ended();
}

// `gone`: we were not told that it ended; the seat is not ours any more.
function ended(gone) {
  if (over) return;
  over = true;
  if (socket) socket.close();
  const again = document.getElementById("again"); // the link to keep stays
  step.textContent = gone ? say.gone : say.over;
  if (again) step.append(again);
  box.textContent = lost.textContent = "";
  for (let i = 1; i <= 60; i += 1) setTimeout(comeBack, 15_000 * i);
}

// The leader may go on with a session that was ended, or let somebody in again.
async function comeBack() {
  const answer = await fetch(`/api/room${where}`).catch(() => null);
  if (answer && answer.ok) location.reload();
}

// --- what the server says
function connect() {
  if (over || (socket && socket.readyState <= 1)) return;
  const address = new URL(`/api/room/live${where}`, location.href);
  address.protocol = location.protocol.endsWith("s:") ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.onmessage = (event) => {
    pause = 500;
    lost.textContent = "";
    show(JSON.parse(event.data));
  };
  socket.onclose = () => {
    if (over) return;
    lost.textContent = say.lost;
    ask().then((back) => setTimeout(connect, back ? 300 : pause)); // the server is there again, or not
    pause = Math.min(2500, pause * 1.6 + Math.random() * 300);
  };
}

// Also tells whether the seat is still ours: a websocket that is refused does not say why.
async function ask() {
  try {
    const answer = await fetch(`/api/room${where}`, { headers: { accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) return ended(true);
    if (answer.ok) show(await answer.json());
    return answer.ok;
  } catch {
    return false; // still lost
  }
}

// --- what one writes
class Lost extends Error {} // nobody answered: it may be tried again

async function post(path, body, type) {
  let answer, said;
  try {
    answer = await fetch(path + where, { method: "POST", headers: type ? { "content-type": type } : {}, body });
    said = await answer.json();
  } catch {
    throw new Lost(say.lost);
  }
  if (answer.status === 401) ended(true);
  if (!answer.ok) throw new Error(said.error);
  return said;
}

// The newest thing written, until the server has it or its step is over: without a network it goes out
// by itself once there is one again.
let waiting = null, sending = false;

async function send(form, passing, said) {
  const text = passing ? "" : form.elements.text.value;
  if (!passing && !text.trim()) {
    form.querySelector(".state").textContent = say.empty;
    return form.elements.text.focus?.();
  }
  const shared = form.elements.shared ? form.elements.shared.checked : form.dataset.kind !== "note";
  const entry = { kind: form.dataset.kind, round: Number(form.dataset.round), text, shared };
  const timer = box.querySelector("[data-seconds]"); // a re-test: one sends once
  waiting = { form, entry, said: said || (passing ? say.passed : timer ? say.kept : say.sent) };
  if (sending) return;
  sending = true;
  for (let wait = 500; waiting && !over; wait = Math.min(4000, wait * 1.6)) {
    const now = waiting, told = now.form.querySelector(".state");
    try {
      await post("/api/room/entry", JSON.stringify(now.entry), "application/json");
      Object.assign(told, { textContent: now.said, className: "state" });
      box.querySelector("[data-seconds]")?.remove();
      if (now.entry.kind === "sign") now.form.querySelector("button").hidden = true;
    } catch (error) {
      Object.assign(told, { textContent: error.message, className: "state error" });
      if (error instanceof Lost && now.form.isConnected) {
        await new Promise((resolve) => setTimeout(resolve, wait));
        continue;
      }
    }
    if (waiting === now) waiting = null;
  }
  sending = false;
}

box.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target, false);
});
box.addEventListener("click", (event) => {
  const does = event.target.dataset.do;
  if (does === "pass") send(event.target.form, true, event.target.dataset.said);
  if (does === "say") speak(event.target);
});

// --- what there is to write in, anew with each step
function prepare() {
  microphone();
  const clock = box.querySelector("[data-seconds]");
  if (!clock) return;
  const end = Date.now() + 1000 * clock.dataset.seconds;
  const tick = setInterval(() => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0 && clock.isConnected) return void (clock.querySelector("b").textContent = left);
    clearInterval(tick);
    clock.textContent = clock.dataset.over;
  }, 250);
}

// --- what one says
function microphone() {
  const form = box.querySelector("form");
  if (!form || say.speaks !== "1" || !form.querySelector("textarea")) return;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "quiet", textContent: say.say });
  button.dataset.do = "say";
  const file = document.createElement("input");
  Object.assign(file, { type: "file", accept: "audio/*", hidden: true });
  file.addEventListener("change", () => file.files[0] && written(button, file.files[0]));
  form.querySelector("label").after(button, file);
}

async function speak(button) {
  if (recorder) return recorder.stop();
  if (!navigator.mediaDevices || !window.MediaRecorder) { // no HTTPS: the phone's own recorder
    button.form.querySelector(".state").textContent = say.nomic;
    return button.nextElementSibling.click();
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      recorder = null;
      written(button, new Blob(parts));
    };
    recorder.start();
    button.textContent = say.stop;
  } catch {
    button.form.querySelector(".state").textContent = say.nomic;
  }
}

async function written(button, sound) {
  const form = button.form, state = form.querySelector(".state");
  button.textContent = say.say;
  button.disabled = true;
  state.className = "state";
  state.textContent = say.listening;
  try {
    const { id } = await post("/api/room/said", sound);
    for (;;) {
      const answer = await fetch(`/api/room/said/${id}${where}`);
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error);
      if (said.text !== null) {
        const typed = form.elements.text;
        typed.value = [typed.value, said.text].filter(Boolean).join("");
        state.textContent = said.text ? "" : say.unheard;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  } catch (error) {
    state.textContent = error.message || say.lost;
    state.className = "state error";
  }
  button.disabled = false;
}

// --- a phone that slept
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  if (over) return comeBack();
  ask();
  connect();
});
window.addEventListener("online", connect);
prepare();
connect();
