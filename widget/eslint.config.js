// Rules for every script that a browser of ours loads.
import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["vendor/", "dist/", "node_modules/"] },
  js.configs.recommended,
  { files: ["build/*.js"], languageOptions: { globals: globals.node } },
  {
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "prefer-const": "error",
      "no-var": "error",
      eqeqeq: "error",
      "max-lines": ["error", 250],
    },
  },
];
