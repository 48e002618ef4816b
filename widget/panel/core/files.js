// Files of the API, saved by the browser; the token goes in a header, never in an address.
import { app } from "./app.js";

/** @param {string} path @param {string} name */
export async function save(path, name) {
  const blob = await app.request("GET", path, { blob: true });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
