import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

/** Import directions: index → stacks → components → playbooks → functions → functions/shared (docs/architecture.md). */
const forbid = (files, folders, message) => ({
  files,
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [{ regex: `^(\\.\\./|\\./)+(${folders.join("|")})(/|$)`, message }] },
    ],
  },
});

export default tseslint.config(
  { ignores: ["dist*/**", "node_modules/**"] },
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: "error",
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  { files: ["bin/*.js"], rules: { "@typescript-eslint/no-require-imports": "off" } },
  forbid(["index.ts", "stacks/**"], ["local", "rollout", "policies", "test"], "stacks wire components only"),
  forbid(
    ["components/**"],
    ["local", "rollout", "policies", "stacks", "test"],
    "components import playbooks and functions only",
  ),
  forbid(
    ["playbooks/**"],
    ["local", "rollout", "policies", "stacks", "components", "test"],
    "playbooks import functions only",
  ),
  forbid(
    ["functions/**"],
    ["local", "rollout", "policies", "stacks", "components", "playbooks", "test"],
    "functions import the AWS SDK, node: modules and functions/shared only",
  ),
  forbid(
    ["policies/**"],
    ["local", "rollout", "stacks", "components", "playbooks", "functions", "test"],
    "policies stand alone",
  ),
  forbid(["rollout/**"], ["local", "test"], "nothing outside local/ and test/ imports local/"),
);
