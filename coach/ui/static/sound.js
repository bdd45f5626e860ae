// Volume, speed and captions of this machine; one player sounds at a time across all its open pages.
const KEY = "coach-sound";
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(KEY) : null;
const players = new Set();

export const sound = { volume: 1, speed: 1, captions: false, ...kept() };

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {}; // private windows keep nothing
  }
}

// Changes some of them, now and for the next meeting.
export function set(more) {
  Object.assign(sound, more);
  players.forEach(tune);
  try {
    localStorage.setItem(KEY, JSON.stringify(sound));
  } catch { /* as above */ }
}

// From now on this player stops when another begins, here or in another page.
export function alone(audio) {
  players.add(audio);
  tune(audio);
  audio.addEventListener("play", () => began(audio));
  audio.addEventListener("loadedmetadata", () => tune(audio)); // a new source starts at speed 1
  return () => players.delete(audio);
}

function tune(audio) {
  audio.volume = sound.volume;
  audio.preservesPitch = true;
  audio.playbackRate = sound.speed;
}

function began(audio) {
  tune(audio);
  hush(audio);
  channel?.postMessage("began");
}

function hush(but) {
  for (const audio of players) if (audio !== but && !audio.paused) audio.pause();
}

if (channel) channel.onmessage = () => hush(null);
// Streamlit's own players, in this page
document.addEventListener("play", (event) => began(event.target), true);

// A second of 440 Hz before the meeting: is the loudspeaker on?
export async function tone() {
  const context = new AudioContext();
  await context.resume();
  const from = context.createOscillator(), gain = context.createGain();
  gain.gain.value = 0.3 * sound.volume;
  from.connect(gain).connect(context.destination);
  from.start();
  from.stop(context.currentTime + 1);
  from.onended = () => context.close();
}
