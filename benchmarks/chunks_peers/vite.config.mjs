// Vite as it comes, with the paths of tsconfig.json, less the gzip sizes it prints.
export default {
  logLevel: "error",
  resolve: { tsconfigPaths: true },
  build: { reportCompressedSize: false },
};
