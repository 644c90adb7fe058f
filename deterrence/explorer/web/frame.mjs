// The frame of a page: its head with what can be done, the columns, its foot.
import { button, h } from "./dom.mjs";
import { commandFor, writeHash } from "./state.mjs";

export function makeFrame(app, root, parts, repaint) {
  const { data } = app,
    { verdict, sliders, board, equilibria, map, more, quiz } = parts;
  const toast = h("p", { class: "toast", role: "status" });
  async function copy(text, says) {
    let ok = false;
    try {
      await navigator.clipboard.writeText(text);
      ok = true;
    } catch {
      const area = h("textarea", { class: "sr", "aria-label": "Text to copy" }, text);
      root.append(area);
      area.select();
      try {
        ok = document.execCommand("copy");
      } catch {
        ok = false;
      }
      area.remove();
    }
    toast.textContent = ok ? says : "Copying was refused; the text stands below.";
    if (!ok)
      toast.append(
        h("input", { type: "text", readonly: true, value: text, "aria-label": "Text to copy" }),
      );
    setTimeout(
      () => {
        toast.replaceChildren();
      },
      ok ? 2500 : 15000,
    );
  }
  const theme = button(
    "Dark",
    () => {
      root.dataset.theme = app.dark() ? "light" : "dark";
      repaint();
    },
    { "data-part": "theme" },
  );
  const command = h("code", { class: "command", "data-part": "command" });
  const buttons = [
    button("Quiz", () => {
      quiz.node.open = true;
      quiz.node.scrollIntoView({ block: "start" });
      quiz.node.querySelector("summary").focus({ preventScroll: true });
    }),
    app.isPage
      ? button("Copy link", () =>
          copy(
            location.href.split("#")[0] + writeHash(app.state, data),
            "The link to these guesses is copied.",
          ),
        )
      : null,
    button("Copy command", () =>
      copy(commandFor("solve", app.state, data), "The command is copied."),
    ),
    button("Reset", app.resetAll),
    theme,
    app.isPage
      ? button("Print", () => {
          more.openAll();
          print();
        })
      : null,
  ];
  const center = h(
    "section",
    { class: "column game-column", "aria-labelledby": app.id + "-game", "data-part": "game" },
    h("h2", { id: app.id + "-game" }, "The game"),
    board.node,
    equilibria.node,
  );
  sliders.node.dataset.part = "guesses";
  equilibria.node.dataset.part = "equilibria";
  if (map) map.node.dataset.part = "map";
  const page = h(
    "div",
    {
      class:
        "page" +
        (data.board.nodes ? " is-tree" : "") +
        (map ? "" : " no-map") +
        (data.parameters.length ? "" : " no-guesses"),
    },
    h(
      "header",
      {},
      h("h1", {}, data.model.title || data.model.name),
      h("nav", { "aria-label": "What to do with this page" }, buttons),
      h("p", { class: "summary" }, data.model.summary),
    ),
    h(
      "main",
      {},
      verdict.node,
      h("div", { class: "desk" }, data.parameters.length ? sliders.node : null, center, map?.node),
      h("div", { class: "parts" }, more.parts, quiz.node),
    ),
    h(
      "footer",
      {},
      h("p", {}, "The same on the command line: ", command),
      h(
        "p",
        { class: "small" },
        `Every number follows from guesses: it is right about the model, not about the world. deterrence ${data.version}; model ${data.model.name}, file ${data.digest.slice(0, 12)}. Nothing on this page leaves this computer.`,
      ),
    ),
    toast,
  );
  function paint() {
    command.textContent = commandFor("solve", app.state, data);
  }
  // The desk fills what the verdict leaves of the window; the verdict never shrinks while one plays.
  function fit() {
    const box = verdict.node;
    const height = box.offsetHeight;
    if (getComputedStyle(box).position !== "sticky")
      box.style.minHeight = `${Math.max(parseFloat(box.style.minHeight) || 0, height)}px`;
    else box.style.minHeight = "";
    const above =
      page.querySelector(".desk").getBoundingClientRect().top - root.getBoundingClientRect().top;
    root.style.setProperty("--above", `${Math.round(above + 4)}px`);
  }
  // The window around the page takes its colour.
  function dress() {
    theme.textContent = app.dark() ? "Light" : "Dark";
    if (app.isPage) document.body.style.background = getComputedStyle(root).backgroundColor;
  }
  if (globalThis.ResizeObserver) {
    new ResizeObserver(fit).observe(verdict.node);
    let wide = 0;
    new ResizeObserver(() => {
      if (Math.abs(root.clientWidth - wide) > 2) {
        wide = root.clientWidth;
        verdict.node.style.minHeight = "";
        fit();
      }
    }).observe(root);
  }
  return { page, paint, fit, dress };
}
