// The map: which regime where, over two guesses; refined near its boundaries only.
import { chooser, decimals, h, percent, titleOf } from "./dom.mjs";
import { nearestStop, spanOf, stopsOf } from "./sliders.mjs";
import { paintKey } from "./colours.mjs";

const LEVELS = [24, 48, 96, 192, 384];
// Milliseconds of work after which the last, finest level is left out.
const ENOUGH = 500;

// Where a label of w x h cells may stand in the cells of one key: nearest to their middle, not on `hole`.
export function labelPlace(cells, n, key, w, hgt, holes) {
  const sums = new Int32Array((n + 1) * (n + 1));
  let count = 0,
    mx = 0,
    my = 0;
  for (let y = 0; y < n; y += 1)
    for (let x = 0; x < n; x += 1) {
      const one = cells[y * n + x] === key ? 1 : 0;
      if (one) {
        count += 1;
        mx += x;
        my += y;
      }
      sums[(y + 1) * (n + 1) + x + 1] =
        one + sums[y * (n + 1) + x + 1] + sums[(y + 1) * (n + 1) + x] - sums[y * (n + 1) + x];
    }
  if (!count) return null;
  mx /= count;
  my /= count;
  let best = null,
    least = Infinity;
  for (let y = 0; y + hgt <= n; y += 1)
    for (let x = 0; x + w <= n; x += 1) {
      const inside =
        sums[(y + hgt) * (n + 1) + x + w] -
        sums[y * (n + 1) + x + w] -
        sums[(y + hgt) * (n + 1) + x] +
        sums[y * (n + 1) + x];
      if (inside < w * hgt) continue;
      if (holes.some((o) => x < o.x + o.w && o.x < x + w && y < o.y + o.h && o.y < y + hgt))
        continue;
      const far = (x + w / 2 - mx) ** 2 + (y + hgt / 2 - my) ** 2;
      if (far < least) {
        least = far;
        best = { x, y, w, h: hgt };
      }
    }
  return best;
}

export function makeMap(app) {
  const { data, words } = app;
  const names = data.parameters
    .filter(
      (p) =>
        p.range &&
        (data.solver.kind === "grid"
          ? data.solver.axes.some((a) => a.name === p.name)
          : p.slider || p.formula),
    )
    .map((p) => p.name);
  if (names.length < 2 || !app.state.x || !app.state.y) return null;
  const canvas = h("canvas", { "aria-hidden": "true" });
  const labels = h("div", { class: "labels", "aria-hidden": "true" });
  const point = h("div", {
    tabindex: "0",
    role: "application",
    class: "point",
    id: app.id + "-point",
    "aria-roledescription": "point on the map, moved by arrow keys",
  });
  const cross = [h("i", { class: "cross across" }), h("i", { class: "cross up" })];
  const plane = h("div", { class: "plane" }, canvas, cross, labels, point);
  const legend = h("ul", { class: "legend" });
  const xTitle = h("span", { class: "axis-title" }),
    yTitle = h("div", { class: "axis-title y" });
  const xLow = h("span"),
    xHigh = h("span"),
    yLow = h("span"),
    yHigh = h("span");
  const title = (name) => data.parameters.find((p) => p.name === name);
  const pairs = names.map((n) => [
    n,
    `${words.plainName(n)}${titleOf(title(n)) ? ": " + titleOf(title(n)) : ""}`,
  ]);
  const xChoice = chooser(
    "across",
    pairs,
    app.state.x,
    (v) => app.setAxes(v, v === app.state.y ? app.state.x : app.state.y),
    { id: app.id + "-x" },
  );
  const yChoice = chooser(
    "up",
    pairs,
    app.state.y,
    (v) => app.setAxes(v === app.state.x ? app.state.y : app.state.x, v),
    { id: app.id + "-y" },
  );
  const colourChoice = chooser(
    "colour",
    app.colours.map((c) => [c.id, c.title]),
    app.colour(),
    (v) => app.setColour(v),
    { id: app.id + "-colour" },
  );
  const note = h("p", { class: "small" }),
    heading = h("p", { class: "small legend-head" });
  const node = h(
    "section",
    { class: "column map-column", "aria-labelledby": app.id + "-map" },
    h("h2", { id: app.id + "-map" }, "Map"),
    h("div", { class: "choices" }, h("div", { class: "pair" }, xChoice, yChoice), colourChoice),
    h(
      "div",
      { class: "chart" },
      yTitle,
      h("div", { class: "y-ends" }, yHigh, yLow),
      plane,
      h("div", { class: "x-ends" }, xLow, xTitle, xHigh),
    ),
    heading,
    legend,
    note,
  );

  let wide = 0,
    tall = 0,
    job = null,
    done = null,
    signature = "",
    axes = null;

  // Sizes are read seldom: reading them in a step would make the browser lay the page out twice.
  function measure() {
    if (!wide) {
      wide = plane.clientWidth || 320;
      tall = plane.clientHeight || 320;
    }
  }

  function setUp() {
    const { x, y } = app.state;
    if (axes && axes.x === x && axes.y === y) return;
    const of = (name) => {
      const p = title(name);
      return { name, p, ...spanOf(p), stops: stopsOf(p, data.solver) };
    };
    axes = { x, y, X: of(x), Y: of(y) };
    xChoice.querySelector("select").value = x;
    yChoice.querySelector("select").value = y;
    const write = (box, name) => box.replaceChildren(words.symbol(name), " ", titleOf(title(name)));
    write(xTitle, x);
    write(yTitle, y);
    [
      [xLow, axes.X.lo],
      [xHigh, axes.X.hi],
      [yLow, axes.Y.lo],
      [yHigh, axes.Y.hi],
    ].forEach(([n, v]) => {
      n.textContent = decimals(v);
    });
  }

  function place() {
    const px = Math.max(0, Math.min(1, axes.X.share(app.number(axes.x)))),
      py = Math.max(0, Math.min(1, axes.Y.share(app.number(axes.y))));
    point.style.left = cross[1].style.left = `${100 * px}%`;
    point.style.top = cross[0].style.top = `${100 * (1 - py)}%`;
    point.setAttribute(
      "aria-label",
      `The guesses on the map: ${title(axes.x).title} ${app.text(axes.x)}, ${title(axes.y).title} ${app.text(axes.y)}. ${app.keyTitle(app.keyHere)}`,
    );
    return [px, 1 - py];
  }

  function paint() {
    setUp();
    const others = { ...app.point() };
    delete others[axes.x];
    delete others[axes.y];
    const now = JSON.stringify([others, axes.x, axes.y, app.colour()]);
    if (now !== signature) {
      signature = now;
      colourChoice.querySelector("select").value = app.colour();
      job = {
        level: 0,
        row: 0,
        column: 0,
        spent: 0,
        cells: null,
        before: null,
        probe: app.engine.runner(app.base(), [axes.x, axes.y]),
      };
    }
    place();
    if (done) {
      markLegend();
      writeLabels(false);
    }
    return job !== null;
  }

  // A few rows of the present level; true while there is more to do.
  function work() {
    if (!job) return false;
    const n = LEVELS[job.level],
      began = performance.now();
    if (!job.cells) job.cells = new Int16Array(n * n);
    const half = n / 2,
      before = job.before;
    // A row, or as much of it as some milliseconds allow.
    const j = job.row,
      y = axes.Y.value((j + 0.5) / n);
    for (; job.column < n && performance.now() - began < 4; job.column += 1) {
      const i = job.column;
      if (before) {
        const a = i >> 1,
          b = j >> 1,
          key = before[b * half + a];
        let same = true;
        for (let v = Math.max(0, b - 1); v <= Math.min(half - 1, b + 1) && same; v += 1)
          for (let u = Math.max(0, a - 1); u <= Math.min(half - 1, a + 1); u += 1)
            if (before[v * half + u] !== key) {
              same = false;
              break;
            }
        if (same) {
          job.cells[j * n + i] = key;
          continue;
        }
      }
      // A little beside the middle, so that a boundary along a diagonal is not hit.
      job.cells[j * n + i] = job.probe(axes.X.value((i + 0.5137) / n), y);
    }
    if (job.column === n) {
      job.row += 1;
      job.column = 0;
    }
    job.spent += performance.now() - began;
    if (job.row < n) return true;
    done = { n, cells: job.cells };
    draw();
    if (
      job.level + 1 === LEVELS.length ||
      (job.level + 2 === LEVELS.length && job.spent > ENOUGH)
    ) {
      job = null;
      writeLegend();
      writeLabels(true);
      return false;
    }
    if (job.level === 0) {
      writeLegend();
      writeLabels(true);
    }
    job = { ...job, level: job.level + 1, row: 0, column: 0, before: job.cells, cells: null };
    return true;
  }

  function draw() {
    const { n, cells } = done;
    const scale = Math.min(2, globalThis.devicePixelRatio || 1);
    measure();
    const size = Math.round(wide * scale),
      high = Math.round(tall * scale);
    if (canvas.width !== size || canvas.height !== high) {
      canvas.width = size;
      canvas.height = high;
    }
    const c = canvas.getContext("2d");
    const fills = new Map();
    const fill = (key) => {
      if (!fills.has(key)) {
        const s = app.swatch(key),
          pattern = c.createPattern(s.tile, "repeat");
        pattern.setTransform(new DOMMatrix().scale(scale / s.scale));
        fills.set(key, pattern);
      }
      return fills.get(key);
    };
    const edge = (k, whole) => Math.round((k * whole) / n);
    for (let j = 0; j < n; j += 1) {
      const top = edge(n - 1 - j, high),
        height = edge(n - j, high) - top;
      for (let i = 0, from = 0; i < n; i += 1) {
        if (i + 1 < n && cells[j * n + i + 1] === cells[j * n + i]) continue;
        c.fillStyle = fill(cells[j * n + i]);
        c.fillRect(edge(from, size), top, edge(i + 1, size) - edge(from, size), height);
        from = i + 1;
      }
    }
    c.strokeStyle = app.dark() ? "#eef0f2" : "#1f242b";
    c.lineWidth = 1.25 * scale;
    c.lineCap = "round";
    c.beginPath();
    for (let j = 0; j < n; j += 1)
      for (let i = 0; i < n; i += 1) {
        const key = cells[j * n + i];
        if (i + 1 < n && cells[j * n + i + 1] !== key) {
          c.moveTo(edge(i + 1, size), edge(n - 1 - j, high));
          c.lineTo(edge(i + 1, size), edge(n - j, high));
        }
        if (j + 1 < n && cells[(j + 1) * n + i] !== key) {
          c.moveTo(edge(i, size), edge(n - 1 - j, high));
          c.lineTo(edge(i + 1, size), edge(n - 1 - j, high));
        }
      }
    c.stroke();
  }

  let order = [];
  function writeLegend() {
    const counts = new Map();
    for (const key of done.cells) counts.set(key, (counts.get(key) ?? 0) + 1);
    order = [...counts]
      .sort((a, b) => (a[0] < 0) - (b[0] < 0) || b[1] - a[1])
      .filter(([, count], i) => i < 9 || count > done.cells.length / 100);
    legend.replaceChildren(
      ...order.map(([key, count], i) => {
        const square = h("span", { class: "swatch" });
        paintKey(square, key, app.swatch);
        return h(
          "li",
          { "data-key": key },
          square,
          h("span", { class: "number" }, key < 0 ? "" : `${i + 1} `),
          h(
            "span",
            {},
            app.keyTitle(key),
            h("span", { class: "small" }, ` ${percent(count / done.cells.length)}`),
          ),
        );
      }),
    );
    heading.textContent = app.colour() === "main" ? `The ${app.main.title} is` : "";
    note.replaceChildren(...app.mapNote());
    markLegend();
  }
  function markLegend() {
    for (const item of legend.children)
      item.toggleAttribute("data-here", Number(item.dataset.key) === app.keyHere);
  }

  let placed = [];
  function writeLabels(fresh) {
    const n = 48,
      skip = done.n / n || 1;
    const [px, py] = place();
    const hole = {
      x: px * n - (20 * n) / wide,
      y: py * n - (20 * n) / tall,
      w: (40 * n) / wide,
      h: (40 * n) / tall,
    };
    const meets = (o) =>
      hole.x < o.x + o.w && o.x < hole.x + hole.w && hole.y < o.y + o.h && o.y < hole.y + hole.h;
    if (!fresh && !placed.some(meets) && placed.length) return;
    const cells = new Int16Array(n * n);
    for (let y = 0; y < n; y += 1)
      for (let x = 0; x < n; x += 1)
        cells[y * n + x] =
          done.cells[Math.floor((n - 1 - y + 0.5) * skip) * done.n + Math.floor((x + 0.5) * skip)];
    placed = [];
    const made = [];
    order.forEach(([key], i) => {
      if (key < 0) return;
      const name = app.keyTitle(key);
      for (const limit of [170, 110, 80, 0]) {
        const lines = limit ? wrapped(name, limit, textWidth) : [String(i + 1)];
        if (!lines || lines.length > 4) continue;
        const w = Math.ceil(((Math.max(...lines.map(textWidth)) + 16) * n) / wide),
          hh = Math.ceil(((lines.length * 16 + 8) * n) / tall);
        const at = labelPlace(cells, n, key, w, hh, [hole, ...placed]);
        if (!at) continue;
        placed.push(at);
        const label = h(
          "span",
          {},
          lines.map((t, k) => (k ? [h("br"), t] : t)),
        );
        label.style.left = `${(100 * (at.x + at.w / 2)) / n}%`;
        label.style.top = `${(100 * (at.y + at.h / 2)) / n}%`;
        made.push(label);
        break;
      }
    });
    labels.replaceChildren(...made);
  }

  // ---- the point: pointer and keys ----
  const put = (e) => {
    const box = plane.getBoundingClientRect();
    const u = Math.max(0, Math.min(1, (e.clientX - box.left) / box.width)),
      v = Math.max(0, Math.min(1, 1 - (e.clientY - box.top) / box.height));
    const at = (axis, s) => axis.stops[nearestStop(axis.stops, axis.value(s))];
    app.setValues({ [axes.x]: at(axes.X, u), [axes.y]: at(axes.Y, v) });
  };
  plane.addEventListener("pointerdown", (e) => {
    // A finger drags the point itself or taps; elsewhere it scrolls the page.
    if (e.button || (e.pointerType === "touch" && e.target !== point)) return;
    e.preventDefault();
    plane.setPointerCapture(e.pointerId);
    plane.dataset.drag = "";
    point.focus({ preventScroll: true });
    put(e);
  });
  plane.addEventListener("click", (e) => {
    if (e.pointerType === "touch") put(e);
  });
  plane.addEventListener("pointermove", (e) => {
    if ("drag" in plane.dataset) put(e);
  });
  for (const end of ["pointerup", "pointercancel"])
    plane.addEventListener(end, () => {
      delete plane.dataset.drag;
    });
  point.addEventListener("keydown", (e) => {
    const by = {
      ArrowLeft: ["X", -1],
      ArrowRight: ["X", 1],
      ArrowDown: ["Y", -1],
      ArrowUp: ["Y", 1],
    }[e.key];
    if (!by) return;
    e.preventDefault();
    const axis = axes[by[0]],
      step = by[1] * (e.shiftKey ? 10 : 1);
    const i = nearestStop(axis.stops, app.number(axis.name)) + step;
    app.setValues({ [axis.name]: axis.stops[Math.max(0, Math.min(axis.stops.length - 1, i))] });
  });
  const redraw = () => {
    if (done) {
      draw();
      writeLegend();
      writeLabels(true);
    }
  };
  if (globalThis.ResizeObserver)
    new ResizeObserver(() => {
      wide = 0;
      if (done && plane.clientWidth) {
        draw();
        writeLabels(true);
      }
    }).observe(plane);
  return { node, paint, work, redraw };
}

// Widths of labels, measured on a canvas outside the page.
const widths = new Map();
let pen = null;
function textWidth(text) {
  if (!widths.has(text)) {
    if (!pen) {
      pen = document.createElement("canvas").getContext("2d");
      pen.font = "600 12.5px system-ui, sans-serif";
    }
    widths.set(text, pen.measureText(text).width);
  }
  return widths.get(text);
}

function wrapped(text, limit, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && width(`${last} ${word}`) <= limit)
      lines[lines.length - 1] = `${last} ${word}`;
    else if (width(word) > limit) return null;
    else lines.push(word);
  }
  return lines;
}
