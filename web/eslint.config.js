import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// The arrows between the folders of src/: a layer imports only from layers below it.
const LAYERS = ["wire", "net", "state", "words", "design", "features", "app"];

/** Forbid every file of a layer to import from the layers above. */
function arrows(layer, index) {
  const above = LAYERS.slice(index + 1);
  return {
    files: [`src/${layer}/**/*.{ts,tsx}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...above.map((name) => ({
              group: [`@/${name}`, `@/${name}/**`, `**/${name}/**`],
              message: `${layer} stands below ${name}.`,
            })),
            ...(layer === "features"
              ? [
                  {
                    group: ["../*/**", "@/features/**"],
                    message: "Features do not know each other: `app` puts them together.",
                  },
                ]
              : []),
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["dist", "public", "src/wire/types.ts"] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  reactHooks.configs.flat["recommended-latest"],
  jsxA11y.flatConfigs.strict,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  { files: ["*.js"], ...tseslint.configs.disableTypeChecked },
  ...LAYERS.slice(0, -1).map(arrows),
);
