// The start of a page in a file: opens the packed data that stand in it.
import { unpack } from "./unpack.mjs";
import { start } from "./main.mjs";

unpack(document.getElementById("data").textContent).then((data) =>
  start(document.getElementById("explorer"), data),
);
