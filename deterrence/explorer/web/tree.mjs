// The tree: play thick, what is not played dashed; types are switched, not copied; large trees fold.
import { button, decimals, h, high, low, percent, svgNode } from "./dom.mjs";
import { ownOf } from "./state.mjs";

// Nodes below a node once chance has drawn the types chosen.
export function treeShape(board) {
  const typed = new Map();
  board.types.forEach((t, i) => t.sets.forEach((s) => typed.set(s, i)));
  const skip = (id, choice) => {
    let at = id;
    while (typed.has(board.nodes[at].set))
      at = board.nodes[at].children[choice[typed.get(board.nodes[at].set)]];
    return at;
  };
  const ends = board.nodes.map(() => 0);
  for (let i = board.nodes.length - 1; i >= 0; i -= 1) {
    const node = board.nodes[i];
    ends[i] = node.children.length ? node.children.reduce((a, c) => a + ends[c], 0) : 1;
  }
  return { typed, skip, ends };
}

export function makeTree(app) {
  const { data, words } = app;
  const board = data.board,
    { nodes, sets, types } = board;
  const shape = treeShape(board);
  const titles = new Map(data.outcomes.map((o) => [o.name, o.title || o.name]));
  const choice = types.map(() => 0);
  const opened = new Set();
  const endsShown = () => shape.ends[shape.skip(0, choice)];
  let whole = endsShown() <= 14;
  const initials = playerInitials(data.players.map((p) => p.name));

  const box = h("div", {
    class: "scroll tree-box",
    tabindex: "0",
    role: "group",
    "aria-label": "The game tree",
  });
  const switches = types.map((t, i) => {
    const chances = t.types.map(() => h("span", { class: "small" }));
    const group = h(
      "fieldset",
      { class: "switch" },
      h("legend", {}, `Draw ${t.player} as`),
      t.types.map((type, k) =>
        h(
          "label",
          { title: type.title },
          h("input", {
            type: "radio",
            name: `${app.id}-type-${i}`,
            checked: k === 0,
            on: {
              change: () => {
                choice[i] = k;
                signature = "";
                paint();
              },
            },
          }),
          h("span", {}, type.name, " ", chances[k]),
        ),
      ),
    );
    return { group, chances, types: t.types };
  });
  const folding =
    endsShown() > 14
      ? button(
          "",
          () => {
            whole = !whole;
            opened.clear();
            signature = "";
            paint();
          },
          { class: "link" },
        )
      : null;
  const key = h(
    "p",
    { class: "small key" },
    data.players.map((p, i) => [
      h("span", { class: `knob p${i % 4}` }, initials[i]),
      ` ${p.name}; `,
    ]),
    sets.some((s, i) => s.player < 0 && !shape.typed.has(i)) ? ["○ chance; "] : null,
    "thick: played in the chosen equilibrium; thin: what would be played if it came to that; dashed: not chosen. At the ends: payoffs of ",
    data.players.map((p, i) => [
      i ? (i + 1 < data.players.length ? ", " : " and ") : "",
      h("b", { class: `p${i % 4}` }, p.name),
    ]),
    ".",
  );
  const inWords = h("div", {
    class: "scroll",
    tabindex: "0",
    role: "group",
    "aria-label": "The tree in words",
  });
  const told = h("details", { class: "told" }, h("summary", {}, "The tree in words"), inWords);
  told.addEventListener("toggle", () => tell());
  const node = h(
    "div",
    { class: "board tree" },
    switches.length
      ? h(
          "div",
          { class: "switches" },
          switches.map((s) => s.group),
        )
      : null,
    folding ? h("p", { class: "small" }, folding) : null,
    box,
    key,
    told,
  );

  const nameOf = (item) => titles.get(nodes[item.id].outcome) ?? nodes[item.id].outcome ?? "";
  // What "hard 100 · soft 0 %" needs under a move.
  const short = (name) => (name.length > 5 ? name.slice(0, 3) + "." : name);
  const chancesRoom = () =>
    Math.max(
      0,
      ...types.map(
        (t) => t.types.reduce((sum, type) => sum + short(type.name).length + 6, 0) * 5.2 + 26,
      ),
    );
  const setOf = (id) => sets[nodes[id].set];
  const actionTitle = (id) => {
    const set = setOf(nodes[id].parent),
      action = set.actions[nodes[id].move];
    if (set.player < 0) return action.title || action.name;
    return (
      ownOf(ownOf(data.naming.titles, data.players[set.player].name), action.name) ??
      (action.title || action.name)
    );
  };
  // How likely the move into node `id` is, in equilibrium e.
  const chanceOf = (id, e) => {
    const set = setOf(nodes[id].parent);
    if (set.player < 0) return app.evaluate(set.chances[nodes[id].move]);
    const x =
      e?.profile?.[data.players[set.player].name]?.[set.label]?.[set.actions[nodes[id].move].name];
    return x === undefined ? null : x;
  };

  let drawn = [],
    signature = "";
  let room = 0;
  const width = () => {
    room = room || Math.max(340, box.clientWidth || 620);
    return room;
  };

  function visible(e) {
    const list = [];
    const visit = (id, depth, reach, twins, parent, payoffs) => {
      const item = { id, depth, reach, parent, twins, children: [], folded: 0 };
      const own = nodes[id].payoffs;
      item.payoffs = own ? [...payoffs, own] : payoffs;
      list.push(item);
      const kids = nodes[id].children;
      if (!kids.length) return item;
      const open = whole || opened.has(id) || reach > 1e-9 || depth < 1;
      if (!open) {
        item.folded = shape.ends[id];
        return item;
      }
      kids.forEach((kid, k) => {
        const to = shape.skip(kid, choice),
          x = chanceOf(kid, e);
        const copies = twins.map((t) => t.map((c) => shape.skip(nodes[c].children[k], t.choice)));
        copies.forEach((c, i) => {
          c.choice = twins[i].choice;
          c.name = twins[i].name;
          c.type = twins[i].type;
        });
        item.children.push(
          visit(to, depth + 1, reach * (x === null ? 0 : high(x)), copies, item, item.payoffs),
        );
      });
      return item;
    };
    // For each other type of a player: the node where that type would stand.
    const twins = types.flatMap((t, i) =>
      t.types.map((type, k) => {
        const other = choice.map((c, j) => (j === i ? k : c));
        const start = [shape.skip(0, other)];
        return Object.assign(start, { choice: other, type: i, name: type.name });
      }),
    );
    const root = visit(shape.skip(0, choice), 0, 1, twins, null, []);
    return { list, root };
  }

  function build(list, root, compact) {
    const full = width();
    let depth = 0;
    for (const item of list) depth = Math.max(depth, item.depth + (item.folded ? 1 : 0));
    const labelOf = (item) => actionTitle(item.moveId);
    const row0 = compact ? 31 : 38,
      titlesRoom = Math.max(
        ...list.filter((i) => !nodes[i.id].children.length).map((i) => nameOf(i).length * 7.1 + 16),
      ),
      ends = compact ? Math.min(330, titlesRoom + 110) : Math.min(240, Math.max(130, titlesRoom));
    const longest = Math.max(6, ...list.filter((i) => i.parent).map((i) => labelOf(i).length));
    const step = Math.max(
      Math.min(112, longest * 6.2 + 34),
      chancesRoom(),
      Math.min(190, (full - ends - 24) / Math.max(1, depth)),
    );
    // Labels that are too long stand in two lines.
    const two = !compact && longest * 6.1 > step - 30,
      row = row0 + (two ? 9 : 0);
    let line = 0;
    const lay = (item) => {
      item.x = 14 + item.depth * step;
      if (!item.children.length) {
        item.y = row * (line + 0.5);
        line += 1;
        return;
      }
      item.children.forEach(lay);
      item.y = (item.children[0].y + item.children.at(-1).y) / 2;
    };
    lay(root);
    const w = Math.max(
        full - 8,
        ...list.map((i) => i.x + (i.children.length ? 20 : i.folded ? 70 : ends)),
      ),
      height = line * row + 6;
    const svg = svgNode("svg", {
      width: Math.round(Math.max(w, 300)),
      height: Math.round(height),
      role: "group",
      "aria-label": "The game tree, drawn from left to right",
    });
    const under = svgNode("g", { class: "sets" }),
      edges = svgNode("g"),
      over = svgNode("g");
    svg.append(under, edges, over);
    // Nodes of one information set hang together.
    const bySet = new Map();
    for (const item of list)
      if (nodes[item.id].children.length && !item.folded && setOf(item.id).player >= 0)
        bySet.set(nodes[item.id].set, [...(bySet.get(nodes[item.id].set) ?? []), item]);
    for (const group of bySet.values()) {
      for (let i = 1; i < group.length; i += 1) {
        const [a, b] = [group[i - 1], group[i]];
        under.append(
          svgNode("path", {
            d:
              a.x === b.x
                ? `M${a.x} ${a.y}V${b.y}`
                : `M${a.x} ${a.y}C${a.x - 20} ${b.y} ${b.x - 20} ${a.y} ${b.x} ${b.y}`,
            class: "set",
          }),
        );
      }
    }
    const halves = (text, room) => {
      if (text.length * 6.1 <= room) return [text];
      const parts = text.split(" ");
      let first = parts.shift();
      while (parts.length && (first.length + parts[0].length + 1) * 6.1 <= room)
        first += ` ${parts.shift()}`;
      return parts.length ? [first, parts.join(" ")] : [first];
    };
    const fit = (text, room, size) => {
      const most = Math.max(3, Math.floor(room / size));
      return text.length > most ? text.slice(0, most - 1).trimEnd() + "…" : text;
    };
    for (const item of list) {
      if (item.parent) {
        const a = item.parent,
          bend = 16;
        item.path = svgNode("path", { d: `M${a.x} ${a.y}L${a.x + bend} ${item.y}H${item.x}` });
        const label = labelOf(item),
          lines = two ? halves(label, step - bend - 14) : [label];
        const text = svgNode(
          "text",
          { x: a.x + bend + 3, y: item.y - 4 - 12 * (lines.length - 1), class: "move" },
          lines.map((t, k) =>
            svgNode("tspan", { x: a.x + bend + 3, dy: k ? 12 : 0 }, fit(t, step - bend - 12, 6.1)),
          ),
        );
        text.append(svgNode("title", {}, label));
        item.chance = svgNode("text", { x: a.x + bend + 3, y: item.y + 12, class: "chance" });
        edges.append(item.path, text, item.chance);
        item.label = text;
        item.room = step - bend - 12;
      }
      if (item.folded) {
        const open = () => {
          opened.add(item.id);
          signature = "";
          paint();
          box.focus({ preventScroll: true });
        };
        const pill = svgNode(
          "g",
          {
            class: "fold",
            role: "button",
            tabindex: "0",
            "aria-label": `Unfold ${item.folded} ends`,
            on: {
              click: open,
              keydown: (e) => {
                if (e.key === "Enter" || e.key === " ") {
                  e.preventDefault();
                  open();
                }
              },
            },
          },
          svgNode("rect", { x: item.x, y: item.y - 9, width: 62, height: 18, rx: 9 }),
          svgNode("text", { x: item.x + 31, y: item.y + 4 }, `+ ${item.folded} ends`),
        );
        over.append(pill);
      } else if (nodes[item.id].children.length) {
        const player = setOf(item.id).player;
        const knob = svgNode(
          "g",
          { class: player < 0 ? "knob chance-node" : `knob p${player % 4}` },
          svgNode("circle", { cx: item.x, cy: item.y, r: player < 0 ? 5 : 10 }),
          player < 0 ? null : svgNode("text", { x: item.x, y: item.y + 4 }, initials[player]),
        );
        knob.append(
          svgNode(
            "title",
            {},
            player < 0
              ? setOf(item.id).title || "chance"
              : `${data.players[player].name}: ${setOf(item.id).title || setOf(item.id).label}`,
          ),
        );
        over.append(knob);
      } else {
        const name = nameOf(item);
        const cut = fit(name, w - item.x - (compact ? 110 : 12), 7);
        item.end = svgNode("text", { x: item.x + 8, y: item.y + (compact ? 4 : -2), class: "end" });
        item.name = svgNode("tspan", { class: "outcome" }, cut);
        item.pays = data.players.map((_, p) => svgNode("tspan", { class: `p${p % 4}` }));
        item.prob = svgNode("tspan", { class: "prob" });
        const pays = item.pays.flatMap((t, p) => (p ? [", ", t] : [t]));
        const second = svgNode("tspan", compact ? { dx: 8 } : { x: item.x + 8, dy: 15 }, pays);
        item.end.append(item.name, second, item.prob, svgNode("title", {}, name));
        over.append(item.end);
      }
    }
    box.replaceChildren(svg);
  }

  function paint() {
    const e = app.chosen();
    const { list, root } = visible(e);
    for (const item of list)
      for (const kid of item.children) kid.moveId = moveInto(item.id, kid.id);
    const compact = list.filter((i) => !i.children.length).length > 12;
    const now = JSON.stringify([list.map((i) => i.id), choice, width(), compact]);
    if (now !== signature || drawn.length !== list.length) {
      build(list, root, compact);
      signature = now;
      drawn = list;
    } else {
      const copy = (from, to) =>
        Object.assign(to, {
          path: from.path,
          chance: from.chance,
          label: from.label,
          end: from.end,
          name: from.name,
          pays: from.pays,
          prob: from.prob,
          room: from.room,
        });
      list.forEach((item, i) => copy(drawn[i], item));
      drawn = list;
    }
    for (const item of list) {
      if (item.path) {
        const x = chanceOf(item.moveId, e);
        const p = x === null ? 0 : high(x);
        item.path.setAttribute(
          "class",
          `edge ${p > 1e-9 ? (item.parent.reach > 1e-9 ? "played" : "would") : "off"}`,
        );
        item.path.style.strokeWidth =
          p > 1e-9 && item.parent.reach > 1e-9 ? (1.5 + 2.2 * p).toFixed(2) : "";
        item.label.setAttribute("class", p > 1e-9 ? "move on" : "move");
        const says = chanceText(item, x);
        item.chance.textContent = says;
      }
      if (item.end) {
        const sums = data.players.map((_, p) =>
          item.payoffs.reduce((a, list2) => a + app.evaluate(list2[p]), 0),
        );
        item.pays.forEach((t, p) => {
          t.textContent = decimals(sums[p]);
        });
        item.prob.textContent =
          item.reach > 1e-9 && item.reach < 1 - 1e-12 ? `   ${percent(item.reach)}` : "";
        item.end.setAttribute("class", item.reach > 1e-9 ? "end on" : "end");
      }
    }
    for (const s of switches)
      s.chances.forEach((n, k) => {
        n.textContent = percent(app.evaluate(s.types[k].f));
      });
    if (folding)
      folding.textContent = whole
        ? "Show only what is played and the first step off it"
        : `Show the whole tree (${endsShown()} ends)`;
    tell();
  }

  // The child of `parent` in the file's tree from which the drawn child descends.
  function moveInto(parent, child) {
    let at = child;
    while (nodes[at].parent !== parent) at = nodes[at].parent;
    return at;
  }

  const settled = (x) => high(x) < 1e-9 || low(x) > 1 - 1e-9;
  // "17 %", or for a player of several types each type's chance.
  function chanceText(item, x) {
    const from = item.parent,
      set = setOf(from.id);
    if (x === null) return "";
    const plain =
      set.player < 0 || high(x) - low(x) < 1e-9
        ? percent(high(x))
        : `${percent(low(x))} to ${percent(high(x))}`;
    const mine =
      set.player < 0
        ? []
        : from.twins.filter((t) => types[t.type].player === data.players[set.player].name);
    if (mine.length < 2) return settled(x) ? "" : plain;
    const each = mine.map((t) => {
      const y = chanceOf(nodes[t[0]].children[nodes[item.moveId].move], app.chosen());
      return [t.name, y === null ? "?" : percent(high(y)), y];
    });
    if (each.every(([, y]) => y === each[0][1])) return settled(each[0][2]) ? "" : each[0][1];
    return each.map(([n, y]) => `${short(n)} ${y.replace("\u00a0%", "")}`).join(" · ") + "\u00a0%";
  }

  function tell() {
    if (!told.open) return;
    const e = app.chosen();
    const say = (id) => {
      if (!nodes[id].children.length) return h("span", {}, titles.get(nodes[id].outcome) ?? "");
      const set = setOf(id);
      return h(
        "span",
        {},
        set.player < 0
          ? "Chance: "
          : `${data.players[set.player].name} (${set.title || set.label}): `,
        h(
          "ul",
          {},
          nodes[id].children.map((kid) => {
            const x = chanceOf(kid, e),
              to = nodes[kid];
            return h(
              "li",
              {},
              actionTitle(kid),
              x === null ? "" : ` (${percent(high(x))})`,
              to.children.length ? [", then ", say(kid)] : [": ", say(kid)],
            );
          }),
        ),
      );
    };
    inWords.replaceChildren(say(0));
  }

  if (globalThis.ResizeObserver) {
    new ResizeObserver(() => {
      const before = room;
      room = 0;
      if (Math.abs(width() - before) > 4) {
        signature = "";
        paint();
      } else room = before;
    }).observe(box);
  }
  return { node, paint };
}

// Letters that tell the players apart.
export function playerInitials(names) {
  for (let n = 1; n < 4; n += 1) {
    const cut = names.map((name) => [...name].slice(0, n).join(""));
    if (new Set(cut).size === names.length) return cut;
  }
  return names.map((_, i) => String(i + 1));
}
