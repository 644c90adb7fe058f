// Placeholder: shows that the data arrived.
export async function start(root, data) {
  const told = document.createElement("p");
  told.id = "arrived";
  told.textContent = `${data.model.title}: ${data.solver.kind}`;
  root.append(told);
}
