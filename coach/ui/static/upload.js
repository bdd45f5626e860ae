// Upload straight to disk: drop or choose files, progress, cancel, and what to do when refused.
const esc = (text) => String(text ?? "").replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const boxes = new WeakMap();

class Upload {
  constructor(root) {
    this.root = root;
    this.rows = [];
    this.running = false;
    root.innerHTML = `<label class="drop" tabindex="0"><input type="file" multiple hidden><b></b><span></span></label><ul></ul>`;
    this.input = root.querySelector("input");
    const drop = root.querySelector(".drop");
    this.input.addEventListener("change", () => this.add(this.input.files));
    drop.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); this.input.click(); } });
    for (const name of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(name, (e) => { e.preventDefault(); drop.classList.toggle("over", name === "dragover"); if (name === "drop") this.add(e.dataTransfer.files); });
    }
    root.addEventListener("click", (e) => {
      const stop = e.target.closest("[data-stop]");
      if (stop) this.rows[Number(stop.dataset.stop)].request?.abort();
    });
  }

  update(data, done) {
    this.data = data;
    this.done = done;
    this.root.querySelector("b").textContent = data.t.drop;
    this.root.querySelector("span").textContent = data.t.kinds;
    this.input.accept = data.accept;
    this.input.multiple = data.multiple;
  }

  add(files) {
    for (const file of files) this.rows.push({ file, state: "waiting", share: 0 });
    this.input.value = "";
    this.draw();
    this.work();
  }

  async work() {
    if (this.running) return;
    this.running = true;
    const finished = [];
    for (const row of this.rows) {
      if (row.state !== "waiting") continue;
      await this.send(row);
      if (row.state === "done") finished.push(row.answer);
    }
    this.running = false;
    if (finished.length) this.done({ finished, at: Date.now() });
  }

  send(row) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const query = new URLSearchParams({ ...this.data.query, ticket: this.data.ticket, name: row.file.name });
      const finish = (state, text = "") => { row.state = state; row.text = text; this.draw(); resolve(); };
      row.request = request;
      row.state = "sending";
      if (row.file.size > this.data.limit_mb * 1048576) return finish("failed", this.data.t.too_large);
      request.open("PUT", new URL(`api/upload?${query}`, document.baseURI));
      request.upload.onprogress = (e) => { row.share = e.loaded / e.total; if (row.share === 1) row.state = "reading"; this.draw(); };
      request.onabort = () => finish("stopped", this.data.t.stopped);
      request.onerror = () => finish("failed", this.data.t.lost);
      request.onload = () => {
        let answer = {};
        try { answer = JSON.parse(request.responseText); } catch { /* not ours */ }
        if (request.status === 200) { row.answer = answer; return finish("done", answer.known ? this.data.t.known : this.data.t.stored); }
        const e = answer.error || {};
        const zh = this.data.language === "zh";
        finish("failed", e.code ? `${zh ? e.message_zh : e.message} ${zh ? e.advice_zh : e.advice}` : this.data.t.lost);
      };
      request.send(row.file);
      this.draw();
    });
  }

  draw() {
    this.root.querySelector("ul").innerHTML = this.rows.map((r, i) => `
      <li class="${r.state}"><b>${esc(r.file.name)}</b>
      ${["sending", "reading"].includes(r.state) ? `<progress max="1" value="${r.share}"></progress>
        <span>${r.state === "reading" ? esc(this.data.t.reading) : `${Math.round(r.share * 100)} %`}</span>
        <button data-stop="${i}">${esc(this.data.t.cancel)}</button>` : `<span>${esc(r.text || this.data.t.waiting)}</span>`}</li>`).join("");
  }
}

export function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".upload");
  let box = boxes.get(root);
  if (!box) { box = new Upload(root); boxes.set(root, box); }
  box.update(data, (event) => setTriggerValue("event", event));
}
export function unmount() {}
