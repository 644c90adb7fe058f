// Exact rational numbers: {n, d} with BigInt numerator and positive BigInt denominator.
// What a person writes is the number that is meant: "0.1" is one tenth.

const TWO_53 = 9007199254740992n;

function gcdOf(a, b) {
  if (a < 0n) a = -a;
  if (b < 0n) b = -b;
  while (b) {
    if (a < TWO_53 && b < TWO_53) {
      let x = Number(a),
        y = Number(b);
      while (y) [x, y] = [y, x % y];
      return BigInt(x);
    }
    [a, b] = [b, a % b];
  }
  return a;
}

export function ratio(n, d = 1n) {
  if (d === 1n) return { n, d };
  if (d === 0n) throw new RangeError("division by zero");
  const g = gcdOf(n, d);
  if (g !== 1n) {
    n /= g;
    d /= g;
  }
  return d < 0n ? { n: -n, d: -d } : { n, d };
}

export const ZERO = { n: 0n, d: 1n };
export const ONE = { n: 1n, d: 1n };

export function addRatio(a, b) {
  return a.d === b.d ? ratio(a.n + b.n, a.d) : ratio(a.n * b.d + b.n * a.d, a.d * b.d);
}
export function subRatio(a, b) {
  return a.d === b.d ? ratio(a.n - b.n, a.d) : ratio(a.n * b.d - b.n * a.d, a.d * b.d);
}
export function mulRatio(a, b) {
  return ratio(a.n * b.n, a.d * b.d);
}
export function divRatio(a, b) {
  return ratio(a.n * b.d, a.d * b.n);
}
export function negRatio(a) {
  return { n: -a.n, d: a.d };
}
export function signRatio(a) {
  return a.n > 0n ? 1 : a.n < 0n ? -1 : 0;
}
export function compareRatios(a, b) {
  const x = a.n * b.d,
    y = b.n * a.d;
  return x < y ? -1 : x > y ? 1 : 0;
}
export function isRatio(x) {
  return x !== null && typeof x === "object" && typeof x.n === "bigint";
}

export function powRatio(a, k) {
  if (k < 0) return ratio(a.d ** BigInt(-k), a.n ** BigInt(-k));
  return { n: a.n ** BigInt(k), d: a.d ** BigInt(k) };
}

// The square root of a perfect square, else null.
export function rootRatio(a) {
  if (a.n < 0n) return null;
  const n = wholeRoot(a.n),
    d = wholeRoot(a.d);
  return n * n === a.n && d * d === a.d ? { n, d } : null;
}

function wholeRoot(a) {
  if (a < 2n) return a;
  let x = 1n << BigInt((a.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + a / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

// Read 3, -0.25, 1e-3 or p/q; null for anything else.
export function readRatio(text) {
  if (isRatio(text)) return text;
  if (typeof text === "number") return fromFloat(text);
  const parts = String(text).trim().replace("\u2212", "-").split("/");
  if (parts.length > 2 || parts.some((p) => p.length > 300)) return null;
  const read = parts.map((p) => readDecimal(p.trim()));
  if (read.includes(null)) return null;
  if (read.length === 1) return read[0];
  return read[1].n === 0n ? null : divRatio(read[0], read[1]);
}

function readDecimal(text) {
  const m = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?$/.exec(text);
  if (!m || !(m[2] || m[3])) return null;
  const digits = BigInt((m[2] || "") + (m[3] || "") || "0") * (m[1] === "-" ? -1n : 1n);
  const power = Number(m[4] || 0) - (m[3] || "").length;
  if (Math.abs(power) > 700) return null;
  return power >= 0
    ? { n: digits * 10n ** BigInt(power), d: 1n }
    : ratio(digits, 10n ** BigInt(-power));
}

// The binary fraction that a float is.
export function fromFloat(x) {
  if (!Number.isFinite(x)) return null;
  if (Number.isInteger(x)) return { n: BigInt(x), d: 1n };
  let d = 1n;
  while (!Number.isInteger(x)) {
    x *= 2;
    d *= 2n;
  }
  return ratio(BigInt(x), d);
}

export function toFloat(a) {
  if (typeof a === "number") return a;
  const small = a.n < TWO_53 && a.n > -TWO_53;
  if (small && a.d < TWO_53) return Number(a.n) / Number(a.d);
  const negative = a.n < 0n;
  let n = negative ? -a.n : a.n;
  let shift = n.toString(2).length - a.d.toString(2).length - 64;
  n = shift > 0 ? n / (a.d << BigInt(shift)) : (n << BigInt(-shift)) / a.d;
  let x = Number(n);
  while (shift > 900) {
    x *= 2 ** 900;
    shift -= 900;
  }
  while (shift < -900) {
    x *= 2 ** -900;
    shift += 900;
  }
  x *= 2 ** shift;
  return negative ? -x : x;
}

// The exact text of a number: p or p/q; a float has none ("").
export function exactText(x) {
  if (!isRatio(x)) return "";
  return x.d === 1n ? String(x.n) : `${x.n}/${x.d}`;
}

// The simplest rational strictly or weakly between two floats (Stern-Brocot), as a ratio.
export function simplestBetween(low, high) {
  if (!(low <= high) || !Number.isFinite(low) || !Number.isFinite(high)) return null;
  if (low <= 0 && high >= 0) return ZERO;
  if (high < 0) {
    const found = simplestBetween(-high, -low);
    return found && negRatio(found);
  }
  let a = fromFloat(low),
    b = fromFloat(high);
  const whole = [];
  for (let k = 0; k < 100; k++) {
    const floor = a.n / a.d;
    if (floor * a.d === a.n || floor < b.n / b.d) {
      const top = floor * a.d === a.n ? floor : floor + 1n;
      let found = { n: top, d: 1n };
      for (const q of whole.reverse()) found = ratio(q * found.n + found.d, found.n);
      return found;
    }
    whole.push(floor);
    [a, b] = [ratio(b.d, b.n - floor * b.d), ratio(a.d, a.n - floor * a.d)];
  }
  return null;
}
