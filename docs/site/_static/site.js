// The theme's arrows in the list of pages have no words for who cannot see them.
for (const arrow of document.querySelectorAll("summary")) {
  if (!arrow.textContent.trim()) arrow.setAttribute("aria-label", "Pages below");
}

// The filters of the gallery.  Without this script it is a list.
const form = document.querySelector(".gallery-filters");
if (form) {
  const cards = [...document.querySelectorAll(".gallery > li")];
  const fields = ["theme", "level", "form", "collection"];
  const fits = (card, asked) =>
    fields.every((f) => !asked[f] || card.dataset[f].split(" ").includes(asked[f])) &&
    asked.words.every((w) => `${card.dataset.name} ${card.textContent}`.toLowerCase().includes(w));
  const update = () => {
    const asked = Object.fromEntries(fields.map((f) => [f, form.elements[f].value]));
    asked.words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const filtered = asked.words.length > 0 || fields.some((f) => asked[f]);
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card, asked);
      shown += card.hidden ? 0 : 1;
    }
    for (const more of document.querySelectorAll(".gallery-more")) more.hidden = filtered;
    for (const part of document.querySelectorAll("section.collection")) {
      part.hidden = filtered && !part.querySelector(".gallery > li:not([hidden])");
    }
    form.querySelector("output").textContent = `${shown} of ${cards.length} models`;
  };
  const query = new URLSearchParams(location.search);
  for (const f of fields) {
    const asked = query.get(f);
    if (asked && [...form.elements[f].options].some((o) => o.value === asked)) {
      form.elements[f].value = asked;
    }
  }
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
}
