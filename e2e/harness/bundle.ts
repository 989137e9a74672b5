import { build, type Plugin } from 'esbuild';

/**
 * Bundles source texts for a page as a website's own build would. The texts
 * import each other as './name'; npm packages are those of the tests.
 */
export const bundle = async (entry: string, files: Record<string, string>): Promise<string> => {
  const texts: Plugin = {
    name: 'texts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\// }, ({ path, importer }) => importer.includes('node_modules') ? undefined : ({ path, namespace: 'texts' }));
      onLoad({ filter: /./, namespace: 'texts' }, ({ path }) => {
        const contents = files[path.slice(2)];
        return contents === undefined ? { errors: [{ text: `no ${path}` }] } : { contents, loader: 'tsx', resolveDir: import.meta.dirname };
      });
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: entry, loader: 'tsx', resolveDir: import.meta.dirname }, bundle: true, write: false, jsx: 'automatic', logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    plugins: [texts],
  });
  return outputFiles[0]!.text;
};
