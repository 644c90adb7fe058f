// All that stands unpacked in a file: puts the packed module into the page. The policy knows the
// hashes of both, so nothing else may come in this way.
import { inflated } from "./unpack.mjs";

const code = document.createElement("script");
code.type = "module";
inflated(document.getElementById("code").textContent).then((text) => {
  code.textContent = text;
  document.head.append(code);
});
