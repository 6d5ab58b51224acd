// GraphiQL, with what the page around it offers: examples, a token, a language.
import { useEffect } from "react";
import { createRoot } from "react-dom/client";
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { GraphiQL } from "graphiql";
import { buildSchema } from "graphql";
import "graphiql/style.css";
import "./explorer.css";

const { endpoint, schema: schemaAddress, language, workers, examples } = JSON.parse(
  document.getElementById("config").textContent,
);
const token = document.getElementById("token");
const menu = document.getElementById("example");
const hint = document.getElementById("hint");

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(workers[label] ?? workers.editor, { type: "module" }),
};

// The token stays in its field: it is stored nowhere, and gone with the page.
async function fetcher(parameters, options) {
  const bearer = token.value.trim().replace(/^Bearer\s+/i, "");
  const answer = await fetch(endpoint, {
    method: "POST",
    credentials: "omit",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      "Accept-Language": language,
      ...(bearer && { Authorization: `Bearer ${bearer}` }),
      ...options?.headers,
    },
    body: JSON.stringify(parameters),
  });
  return answer.json();
}

// Read from the published schema, so that the explorer works with introspection
// off too; undefined makes GraphiQL introspect.
async function readSchema() {
  try {
    const answer = await fetch(schemaAddress);
    return answer.ok ? buildSchema(await answer.text(), { assumeValid: true, assumeValidSDL: true }) : undefined;
  } catch {
    return undefined;
  }
}

const isExample = (query) => query.trim() === "" || examples.some((e) => e.query === query);
const named = (name) => examples.find((e) => e.name === name);

// Menu puts the chosen example into the editor, in a tab of its own unless the
// present one holds nothing that could be lost.
function Menu() {
  const editor = useGraphiQL((state) => state.queryEditor);
  const { addTab } = useGraphiQLActions();
  useEffect(() => {
    if (!editor) return;
    const open = (example) => {
      if (!example) return;
      if (!isExample(editor.getValue())) addTab();
      editor.setValue(example.query);
      hint.textContent = example.hint ?? "";
    };
    const chosen = () => {
      open(named(menu.value));
      menu.value = "";
    };
    const linked = () => open(named(decodeURIComponent(location.hash.slice(1))));
    linked();
    menu.addEventListener("change", chosen);
    addEventListener("hashchange", linked);
    return () => {
      menu.removeEventListener("change", chosen);
      removeEventListener("hashchange", linked);
    };
  }, [editor, addTab]);
  return null;
}

const schema = await readSchema();
createRoot(document.getElementById("explorer")).render(
  <GraphiQL
    fetcher={fetcher}
    schema={schema}
    defaultQuery={examples[0]?.query}
    defaultEditorToolsVisibility={false}
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
  >
    <GraphiQL.Logo>
      <Menu />
    </GraphiQL.Logo>
  </GraphiQL>,
);
