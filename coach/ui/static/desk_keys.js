// What can be done at the desk, and by which keys.
export function actions(desk) {
  return {
    toggle: () => desk.toggle(), play: () => desk.play(), speed: () => desk.speed(),
    undo: () => desk.send({ do: "undo" }), redo: () => desk.send({ do: "redo" }),
    roles: () => desk.send({ do: "roles" }), role: () => desk.one("role"), merge: () => desk.one("merge"),
    doubt: () => desk.one("doubt"), split: () => desk.split(), doubtful: () => desk.doubtful(),
    learn: () => (desk.word ? desk.send({ do: "learn", ...desk.word }) : desk.say(desk.t.noword)),
    spread: () => {
      if (!desk.learned) return desk.say(desk.t.noword);
      desk.learned = false;
      desk.send({ do: "spread", ...desk.word });
    },
    help: () => desk.root.classList.toggle("help"),
  };
}

export function key(desk, event) {
  const target = event.composedPath()[0];
  if (!desk.root.isConnected || event.isComposing || desk.composing || event.keyCode === 229) return;
  const inside = event.composedPath().includes(desk.root);
  const typing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const command = event.ctrlKey || event.metaKey;
  if (typing) {
    if (!inside) return;
    if (event.key === "Escape") desk.dropped(target);
    if (event.key === "Escape" || (event.key === "Enter" && !command)) { event.preventDefault(); target.blur(); }
    else if (event.key === "Enter") { event.preventDefault(); desk.split(); }
    return;
  }
  const time = target.classList.contains("time"); // clicked to hear the line: the keys are the desk's
  if (!time && /^(BUTTON|A|SUMMARY)$/.test(target.tagName) && [" ", "Enter"].includes(event.key)) return;
  if (event.altKey || (command && !"zy".includes(event.key.toLowerCase()))) return;
  const does = actions(desk);
  const pressed = command ? { z: event.shiftKey ? "U" : "u", y: "U" }[event.key.toLowerCase()] : event.key;
  const keys = {
    " ": does.play, k: does.toggle, j: () => desk.jump(-2), l: () => desk.jump(2),
    ArrowDown: () => desk.go(1), ArrowUp: () => desk.go(-1), Enter: () => desk.box && desk.caret(desk.box, desk.line.text.length),
    r: does.role, s: does.split, m: does.merge, x: does.doubt, u: does.undo, U: does.redo, w: does.roles,
    g: does.learn, a: does.spread, n: does.doubtful, "[": () => desk.bound(0), "]": () => desk.bound(1), "?": does.help,
    Escape: () => desk.root.classList.remove("help"),
  };
  const act = keys[pressed] || keys[pressed.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}
