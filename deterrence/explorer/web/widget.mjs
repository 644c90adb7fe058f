// The start of a widget in a notebook; the loader of anywidget calls `render`.
import { unpack } from "./unpack.mjs";
import { start } from "./main.mjs";

async function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "explorer";
  el.append(root);
  await start(root, await unpack(model.get("data")));
}

export default { render };
