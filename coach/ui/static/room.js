// Asks every two seconds, while it is looked at, which step the room is at; draws only what changed.
const room = document.getElementById("room");
const lost = document.getElementById("lost");

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(`/api/room${location.search}`, { headers: { accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) {
      clearInterval(timer);
      room.textContent = room.dataset.over;
      lost.textContent = "";
      return;
    }
    const now = await answer.json();
    lost.textContent = "";
    if (String(now.revision) === room.dataset.revision) return;
    room.dataset.revision = now.revision;
    room.innerHTML = now.html;
  } catch {
    lost.textContent = room.dataset.lost;
  }
}

const timer = setInterval(ask, 2000);
document.addEventListener("visibilitychange", ask);
