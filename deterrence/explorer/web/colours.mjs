// Regions are told apart by hue, by grey value and by hatching, in both themes and on paper.

import { ON_BOUNDARY, OUTSIDE } from "./engine.mjs";

const LIGHT = [
  "#f3e3a6",
  "#7fa9cf",
  "#d1694a",
  "#b4d9bf",
  "#66549a",
  "#efc0cd",
  "#3f7f6d",
  "#d3cec4",
  "#96652f",
  "#bfe3f1",
];
const DARK = [
  "#6d6027",
  "#3c6f9f",
  "#b35a40",
  "#35593f",
  "#8f80c4",
  "#70425a",
  "#2b7666",
  "#4a4843",
  "#c39350",
  "#24505f",
];
const PATTERNS = ["", "/", ".", "\\", "-", "|", "x", "o", "//", "+", "~"];
const SIZE = 8;

const grey = (hex) => {
  const n = parseInt(hex.slice(1), 16);
  return (0.3 * (n >> 16) + 0.59 * ((n >> 8) & 255) + 0.11 * (n & 255)) / 255;
};

export function swatches(isDark) {
  const made = new Map();
  const scale = Math.min(3, Math.max(1, Math.ceil(globalThis.devicePixelRatio ?? 1)));
  return (key) => {
    const dark = isDark();
    const id = `${key} ${dark}`;
    if (made.has(id)) return made.get(id);
    const tile = document.createElement("canvas");
    tile.width = tile.height = SIZE * scale;
    const c = tile.getContext("2d");
    c.scale(scale, scale);
    const colour =
      key === OUTSIDE
        ? dark
          ? "#1d2126"
          : "#f1efea"
        : key === ON_BOUNDARY
          ? dark
            ? "#5d6269"
            : "#b9b6ae"
          : (dark ? DARK : LIGHT)[key % 10];
    const pattern = key === OUTSIDE ? "\\" : key === ON_BOUNDARY ? "" : PATTERNS[key % 11];
    c.fillStyle = colour;
    c.fillRect(0, 0, SIZE, SIZE);
    const light = grey(colour) > 0.5;
    c.strokeStyle = c.fillStyle = light
      ? `rgba(20,20,30,${key === OUTSIDE ? 0.12 : 0.34})`
      : "rgba(255,255,255,.42)";
    c.lineWidth = 1;
    const line = (...points) => {
      c.beginPath();
      for (let i = 0; i < points.length; i += 4) {
        c.moveTo(points[i], points[i + 1]);
        c.lineTo(points[i + 2], points[i + 3]);
      }
      c.stroke();
    };
    const S = SIZE,
      up = [-1, 1, 1, -1, 0, S, S, 0, S - 1, S + 1, S + 1, S - 1];
    const down = [-1, S - 1, 1, S + 1, 0, 0, S, S, S - 1, -1, S + 1, 1];
    if (pattern === "/") line(...up);
    if (pattern === "\\") line(...down);
    if (pattern === "x") line(...up, ...down);
    if (pattern === "//") {
      c.lineWidth = 2.5;
      line(...up);
    }
    if (pattern === "-" || pattern === "+") line(0, 4, S, 4);
    if (pattern === "|" || pattern === "+") line(4, 0, 4, S);
    if (pattern === "~") line(0, 5, 4, 3, 4, 3, 8, 5);
    if (pattern === ".") {
      c.fillRect(1, 1, 2, 2);
      c.fillRect(5, 5, 2, 2);
    }
    if (pattern === "o") {
      c.beginPath();
      c.arc(4, 4, 2, 0, 7);
      c.stroke();
    }
    const made1 = { tile, scale, url: `url(${tile.toDataURL()})`, light, colour };
    made.set(id, made1);
    return made1;
  };
}

export function paintKey(node, key, swatch) {
  const { url } = swatch(key);
  if (node.dataset.url === url) return;
  node.dataset.url = url;
  node.style.backgroundImage = url;
  node.style.backgroundSize = `${SIZE}px`;
}
