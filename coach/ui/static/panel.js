// The leader's panel: told of each change over a websocket, sends what is tapped.
const panel = document.getElementById("panel");
const lost = document.getElementById("lost");
const { session, sure } = panel.dataset;
let socket = null, pause = 500;

function show(view) {
  panel.dataset.revision = view.revision;
  panel.innerHTML = view.html;
  lost.textContent = "";
}

function connect() {
  if (socket && socket.readyState <= 1) return;
  const address = new URL(`/api/panel/${session}/live${location.search}`, location.href);
  address.protocol = location.protocol.endsWith("s:") ? "wss:" : "ws:";
  socket = new WebSocket(address);
  socket.onmessage = (event) => {
    pause = 500;
    show(JSON.parse(event.data));
  };
  socket.onclose = () => {
    lost.textContent = panel.dataset.lost;
    setTimeout(connect, pause);
    pause = Math.min(2500, pause * 1.6);
  };
}

panel.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button || (button.dataset.do === "end" && !window.confirm(sure))) return;
  button.disabled = true;
  const sent = { do: button.dataset.do, seat: button.dataset.seat, seen: Number(panel.dataset.revision) };
  try {
    const answer = await fetch(`/api/panel/${session}${location.search}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(sent),
    });
    const said = await answer.json();
    if (answer.ok) return show(said);
    lost.textContent = said.error;
  } catch {
    lost.textContent = panel.dataset.lost;
  }
  button.disabled = false; // it did nothing: once more
});
document.addEventListener("visibilitychange", () => document.hidden || connect());
connect();
