// Data and code travel as base64 of deflated text.
export function inflated(text) {
  const bytes = Uint8Array.from(atob(text.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
}

export async function unpack(text) {
  return JSON.parse(await inflated(text));
}
