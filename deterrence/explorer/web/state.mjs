// What the reader has set: guesses as exact text, axes, colour, chosen equilibrium; kept in the link.

// "0,5", "1/3", "25 %", ".5" -> exact text ("0.5", "1/3", "1/4"), or null.
export function cleanNumber(input) {
  const text = String(input).trim().replace(/[−–]/g, "-").replace(/\s+/g, "");
  if (!text || text.length > 40) return null;
  const fraction = /^([+-]?)0*(\d{1,18})\/0*(\d{1,18})$/.exec(text);
  if (fraction) {
    if (fraction[3] === "0") return null;
    return (
      (fraction[1] === "-" && fraction[2] !== "0" ? "-" : "") +
      fraction[2] +
      (fraction[3] === "1" ? "" : "/" + fraction[3])
    );
  }
  const parts = /^([+-]?)(\d{0,18})(?:[.,](\d{0,18}))?(%?)$/.exec(text);
  if (!parts || !(parts[2] || parts[3])) return null;
  const whole = parts[2].replace(/^0+(?=\d)/, "") || "0";
  const rest = (parts[3] ?? "").replace(/0+$/, "");
  const sign = parts[1] === "-" && /[1-9]/.test(whole + rest) ? "-" : "";
  if (!parts[4]) return sign + whole + (rest ? "." + rest : "");
  let top = BigInt(whole + rest),
    bottom = 100n * 10n ** BigInt(rest.length);
  const divisor = (a, b) => (b ? divisor(b, a % b) : a);
  const d = divisor(top, bottom);
  return sign + String(top / d) + (bottom === d ? "" : "/" + String(bottom / d));
}

// What an object itself holds under a name, which may be any word, such as "constructor".
export const ownOf = (object, name) =>
  object && Object.hasOwn(object, name) ? object[name] : undefined;

export function numberOf(text) {
  const [a, b] = String(text).split("/");
  return b === undefined ? Number(a) : Number(a) / Number(b);
}

const sameNumber = (a, b) => {
  if (a === b) return true;
  const split = (t) => {
    const [n, d] = String(t).split("/");
    const [w, r = ""] = n.split(".");
    return [
      BigInt(w.replace("-", "") + r) * (w.startsWith("-") ? -1n : 1n),
      10n ** BigInt(r.length) * BigInt(d ?? 1),
    ];
  };
  try {
    const [p, q] = split(a),
      [r, s] = split(b);
    return p * s === r * q;
  } catch {
    return false;
  }
};

export const startState = (data) => ({
  values: withoutDefaults(data.start.values, data),
  x: data.axes?.[0] ?? null,
  y: data.axes?.[1] ?? null,
  colour: null,
  chosen: null,
  quiz: null,
});

// Only what differs from the defaults is kept.
export function withoutDefaults(values, data) {
  const kept = {};
  for (const p of data.parameters)
    if (
      ownOf(values, p.name) !== undefined &&
      (p.formula || p.default === null || !sameNumber(values[p.name], p.default))
    )
      kept[p.name] = values[p.name];
  return kept;
}

export function pointOf(state, data) {
  const point = {};
  for (const p of data.parameters) {
    if (ownOf(state.values, p.name) !== undefined) point[p.name] = state.values[p.name];
    else if (!p.formula && p.default !== null) point[p.name] = p.default;
  }
  return point;
}

// The scenario whose values these are: "" for the base case, null for none.
export function scenarioOf(values, data) {
  const same = (a, b) => {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every(
      (n) => a[n] !== undefined && b[n] !== undefined && sameNumber(a[n], b[n]),
    );
  };
  if (same(startState(data).values, values)) return "";
  return data.scenarios.find((s) => same(withoutDefaults(s.values, data), values))?.name ?? null;
}

// #l_N=8&.axes=k_R,l_R&.colour=results&.at=%239&.quiz=17
export function writeHash(state, data) {
  const start = startState(data);
  const opening =
    JSON.stringify(Object.entries(state.values).sort()) ===
    JSON.stringify(Object.entries(start.values).sort());
  // ".set" says that what is not named has its default, where the page opens elsewhere.
  const parts = opening
    ? []
    : (Object.keys(state.values).length ? Object.entries(state.values) : [[".set", "0"]]).map(
        ([n, v]) => `${encodeURIComponent(n)}=${encodeURIComponent(v).replace("%2F", "/")}`,
      );
  if (state.x !== start.x || state.y !== start.y)
    parts.push(`.axes=${[state.x, state.y].map(encodeURIComponent).join(",")}`);
  if (state.colour) parts.push(`.colour=${encodeURIComponent(state.colour)}`);
  if (state.chosen) parts.push(`.at=${encodeURIComponent(state.chosen)}`);
  if (state.quiz !== null) parts.push(`.quiz=${state.quiz}`);
  return parts.length ? "#" + parts.join("&") : "";
}

// Whatever is not understood is dropped: a link is a stranger's text.
export function readHash(hash, data, colours = []) {
  const state = startState(data);
  const known = new Map(data.parameters.map((p) => [p.name, p]));
  const values = {};
  let given = false;
  for (const part of String(hash).slice(0, 6000).replace(/^#/, "").split("&")) {
    const cut = part.indexOf("=");
    if (cut < 1) continue;
    let name, value;
    try {
      name = decodeURIComponent(part.slice(0, cut));
      value = decodeURIComponent(part.slice(cut + 1));
    } catch {
      continue;
    }
    if (known.has(name)) {
      const number = cleanNumber(value);
      if (number !== null) {
        values[name] = number;
        given = true;
      }
    } else if (name === ".set") given = true;
    else if (name === ".axes") {
      const [x, y] = value.split(",");
      if (known.has(x) && known.has(y) && x !== y) Object.assign(state, { x, y });
    } else if (name === ".colour") {
      if (colours.includes(value)) state.colour = value;
    } else if (name === ".at") {
      if (/^[#\w() .-]{1,40}$/.test(value)) state.chosen = value;
    } else if (name === ".quiz") {
      if (/^\d{1,9}$/.test(value)) state.quiz = Number(value);
    }
  }
  // Parameters without a default keep the value with which the page opens.
  if (given)
    for (const p of data.parameters)
      if (!p.formula && p.default === null && ownOf(values, p.name) === undefined)
        values[p.name] = data.start.values[p.name];
  if (given) state.values = withoutDefaults(values, data);
  return state;
}

const shellWord = (text) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

// The command that gives the same answer, exactly.
export function commandFor(verb, state, data) {
  const words = ["deterrence", verb, ...data.game];
  for (const [name, value] of Object.entries(state.values)) words.push("--set", `${name}=${value}`);
  return words.map(shellWord).join(" ");
}
