// The readable page of the API: reads the OpenAPI document and lays it out.
import { fill, make } from "../core/dom.js";
import { matches, operations, typeText } from "../core/schema.js";

/** @param {import("../core/schema.js").Operation} item */
function operationCard(item) {
  const parameters = item.parameters.map((one) =>
    make("li", {}, make("code", {}, one.name), ` ${one.place}${one.required ? ", required" : ""}: ${one.type}`),
  );
  const answers = item.answers.map((one) => make("li", {}, make("code", {}, one.status), ` ${one.text} ${one.type}`));
  return make(
    "details",
    { class: "operation" },
    make("summary", {}, make("b", { class: item.method.toLowerCase() }, item.method), ` ${item.path} `, item.summary),
    make("p", {}, item.right),
    parameters.length ? make("ul", {}, ...parameters) : null,
    item.body ? make("p", {}, `Body: ${item.body}`) : null,
    make("ul", {}, ...answers),
  );
}

/** @param {string} name @param {any} schema */
function schemaCard(name, schema) {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {}).map(([field, type]) =>
    make("li", {}, make("code", {}, field), `${required.has(field) ? ", required" : ""}: ${typeText(type)}`),
  );
  return make(
    "details",
    { id: name },
    make("summary", {}, make("b", {}, name)),
    make("p", {}, schema.description ?? ""),
    make("ul", {}, ...fields),
  );
}

async function start() {
  const answer = await fetch("/api/v1/openapi.json");
  const spec = await answer.json();
  const all = operations(spec);
  const target = /** @type {Element} */ (document.getElementById("operations"));
  const find = /** @type {HTMLInputElement} */ (document.getElementById("find"));
  /** @type {Element} */ (document.getElementById("about")).textContent = spec.info.description;
  const show = () => {
    const chosen = all.filter((item) => matches(item, find.value));
    const tags = [...new Set(chosen.map((item) => item.tag))];
    const groups = tags.map((tag) =>
      make("section", {}, make("h2", {}, tag), ...chosen.filter((item) => item.tag === tag).map(operationCard)),
    );
    const schemas = Object.entries(spec.components.schemas).map(([name, schema]) => schemaCard(name, schema));
    fill(target, ...groups, make("section", {}, make("h2", {}, "Types"), ...schemas));
  };
  find.addEventListener("input", show);
  show();
}

start();
