// Vite as it comes, less the gzip sizes it prints: nobody reads them here, and they cost it time.
// With PEER_ENCODINGS=1 the plugin writes the encodings that perfbuild writes, at the same levels.
import os from "node:os";
import { constants } from "node:zlib";
import { compression, defineAlgorithm } from "vite-plugin-compression2";

const encodings = compression({
  threshold: 1024,
  logLevel: "silent",
  // Left alone, the plugin works on (cores - 1) files at a time, so on one of two cores; this gives brotli all of them.
  scheduler: { limit: os.availableParallelism() },
  algorithms: [
    defineAlgorithm("brotliCompress", { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    defineAlgorithm("gzip", { level: 9 }),
    defineAlgorithm("zstandard", { params: { [constants.ZSTD_c_compressionLevel]: 19 } }),
  ],
});

export default {
  logLevel: "warn",
  plugins: process.env.PEER_ENCODINGS ? [encodings] : [],
  build: { reportCompressedSize: false },
};
