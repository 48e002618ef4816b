// The example's own script: sends commands to the widget and lists what it tells.
const EVENTS = [
  "ready", "signedIn", "signedOut", "status", "call:ringing", "call:answered", "call:ended", "contact:opened", "error",
];
const SHOWN = 12;
const widget = /** @type {any} */ (document.querySelector("paylater-widget"));
const list = /** @type {Element} */ (document.getElementById("events"));

/** @param {string} name @param {unknown} detail */
function show(name, detail) {
  const line = document.createElement("li");
  line.textContent = `${new Date().toLocaleTimeString()} ${name} ${JSON.stringify(detail)}`;
  list.prepend(line);
  while (list.children.length > SHOWN) list.lastElementChild?.remove();
}

for (const name of EVENTS) widget.addEventListener(name, (/** @type {CustomEvent} */ event) => show(name, event.detail));
for (const button of document.querySelectorAll("button")) {
  const { command, arg } = button.dataset;
  if (!command) continue;
  button.addEventListener("click", async () => {
    try {
      show(`${command} →`, await (arg ? widget[command](arg) : widget[command]()));
    } catch (error) {
      show(`${command} ✕`, /** @type {Error} */ (error).message);
    }
  });
}
